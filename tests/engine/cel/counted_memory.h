#ifndef TALENTCARD_TESTS_ENGINE_CEL_COUNTED_MEMORY_H_
#define TALENTCARD_TESTS_ENGINE_CEL_COUNTED_MEMORY_H_

namespace talentcard::cel {

// The most bytes this thread had in use at once since it began to count, above
// what it had then. Counted by the operators new and delete of the program
// that links this.
void BeginToCountMemory();
long MostMemory();

}  // namespace talentcard::cel

#endif  // TALENTCARD_TESTS_ENGINE_CEL_COUNTED_MEMORY_H_
