#ifndef TALENTCARD_TESTS_ENGINE_CEL_BACKENDS_ALLOCATIONS_H_
#define TALENTCARD_TESTS_ENGINE_CEL_BACKENDS_ALLOCATIONS_H_

#include <cstdint>

namespace talentcard::cel {

// How often `new` was called; a program with allocations.cc counts.
int64_t AllocationsOfThisThread();

}  // namespace talentcard::cel

#endif  // TALENTCARD_TESTS_ENGINE_CEL_BACKENDS_ALLOCATIONS_H_
