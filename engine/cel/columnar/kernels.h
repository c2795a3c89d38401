#ifndef TALENTCARD_ENGINE_CEL_COLUMNAR_KERNELS_H_
#define TALENTCARD_ENGINE_CEL_COLUMNAR_KERNELS_H_

#include <cstddef>
#include <cstdint>
#include <span>

namespace talentcard::cel::columnar {

// Rows that one step works on: what steps pass on stays in the cache.
inline constexpr size_t kBlock = 1024;

// One operation on a block. Masks are a byte a row, 0 or 1; numbers of strings
// a byte as well. What is read or written is given as a row of a block's
// scratch (`out`, `a`, `b`, `c`) or as a column's first row (`facts`,
// `others`).
struct Step {
  enum class Op : uint8_t {
    kConstant,   // out = low
    kCopyFacts,  // out = facts, 8 bits
    kNot,        // out = !a
    kAnd,        // out &= a
    kAnd2,       // out = a & b
    kOr,         // out |= a
    kOr2,        // out = a | b
    kSelect,     // out = a ? b : c
    kSame,       // out = a == b
    kRange,      // out = low <= a <= low + span
    kOrRange,    // out |= the same
    kRange8,     // out = low <= facts <= low + span, by width
    kRange16,
    kRange32,
    kOrRange8,   // out |= the same
    kOverlap32,  // out = (facts & mask) != 0
    kOverlap64,
    kContains32,  // out = bit a of facts
    kContains64,
    kEqual32,  // out = facts == others
    kLess32,
    kAtMost32,
  };
  Op op = Op::kConstant;
  int out = 0;
  int a = 0;
  int b = 0;
  int c = 0;
  uint32_t low = 0;
  uint32_t span = 0;
  uint64_t mask = 0;
  const void* facts = nullptr;
  const void* others = nullptr;
};

// Runs the steps on the block that begins at row `first`. Written once, built
// for several processors; the one it runs on is chosen when it starts.
void RunBlock(std::span<const Step> steps, size_t first, uint8_t* scratch);

}  // namespace talentcard::cel::columnar

#endif  // TALENTCARD_ENGINE_CEL_COLUMNAR_KERNELS_H_
