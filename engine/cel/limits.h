#ifndef TALENTCARD_ENGINE_CEL_LIMITS_H_
#define TALENTCARD_ENGINE_CEL_LIMITS_H_

#include <cstddef>
#include <cstdint>

namespace talentcard::cel {

// Bounds, each checked while the work is done, not after it: small hostile
// sources have killed other implementations.
struct Limits {
  size_t source_bytes = 16384;
  int depth = 100;         // Of nesting.
  int nodes = 1000;        // Of the parsed tree.
  int64_t steps = 100000;  // Of one evaluation.
  // What one evaluation may allocate, in bytes, whether or not it is freed.
  int64_t memory = int64_t{8} << 20;
  // What its calls may look at: the weights of their arguments. As much as all
  // its steps may on lists of 64, which rules are measured by.
  int64_t work = 6'400'000;
};

}  // namespace talentcard::cel

#endif  // TALENTCARD_ENGINE_CEL_LIMITS_H_
