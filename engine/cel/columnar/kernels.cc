#include "engine/cel/columnar/kernels.h"

#include <cstring>

// Under a sanitizer, functions chosen at start would run before it does.
#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__) && !defined(__clang__)
#define TALENTCARD_FOR_EACH_PROCESSOR \
  __attribute__((target_clones("arch=x86-64-v4", "avx2", "default")))
#else
#define TALENTCARD_FOR_EACH_PROCESSOR
#endif
#define TALENTCARD_INLINE __attribute__((always_inline)) inline

namespace talentcard::cel::columnar {
namespace {

template <typename T>
TALENTCARD_INLINE const T* From(const void* column, size_t first) {
  return static_cast<const T*>(column) + first;
}

// Loops of a fixed count over what does not overlap: the compiler makes
// vectors of them.
template <typename F>
TALENTCARD_INLINE void Each(uint8_t* __restrict out, const F& f) {
  for (size_t i = 0; i < kBlock; ++i) out[i] = f(i);
}

template <typename T>
TALENTCARD_INLINE void Range(uint8_t* __restrict out, const T* __restrict in,
                             const Step& step) {
  const auto low = static_cast<T>(step.low), span = static_cast<T>(step.span);
  for (size_t i = 0; i < kBlock; ++i)
    out[i] = static_cast<T>(in[i] - low) <= span;
}

TALENTCARD_INLINE void OrRange(uint8_t* __restrict out,
                               const uint8_t* __restrict in, const Step& step) {
  const auto low = static_cast<uint8_t>(step.low),
             span = static_cast<uint8_t>(step.span);
  for (size_t i = 0; i < kBlock; ++i)
    out[i] |= static_cast<uint8_t>(in[i] - low) <= span;
}

template <typename T>
TALENTCARD_INLINE void Overlap(uint8_t* __restrict out, const T* __restrict in,
                               const Step& step) {
  const auto mask = static_cast<T>(step.mask);
  for (size_t i = 0; i < kBlock; ++i) out[i] = (in[i] & mask) != 0;
}

template <typename T>
TALENTCARD_INLINE void Contains(uint8_t* __restrict out,
                                const T* __restrict sets,
                                const uint8_t* __restrict numbers) {
  constexpr T kBits = 8 * sizeof(T);
  for (size_t i = 0; i < kBlock; ++i) {
    const T number = numbers[i];
    out[i] = static_cast<uint8_t>((sets[i] >> (number % kBits) & 1) &
                                  static_cast<T>(number < kBits));
  }
}

}  // namespace

TALENTCARD_FOR_EACH_PROCESSOR
void RunBlock(std::span<const Step> steps, size_t first, uint8_t* scratch) {
  const auto row = [scratch](int index) {
    return scratch + static_cast<size_t>(index) * kBlock;
  };
  for (const Step& step : steps) {
    uint8_t* __restrict const out = row(step.out);
    const uint8_t* const a = row(step.a);
    switch (step.op) {
      case Step::Op::kConstant:
        std::memset(out, static_cast<int>(step.low), kBlock);
        break;
      case Step::Op::kCopyFacts:
        std::memcpy(out, From<uint8_t>(step.facts, first), kBlock);
        break;
      case Step::Op::kNot:
        Each(out, [a](size_t i) { return a[i] ^ 1; });
        break;
      case Step::Op::kAnd:
        for (size_t i = 0; i < kBlock; ++i) out[i] &= a[i];
        break;
      case Step::Op::kOr:
        for (size_t i = 0; i < kBlock; ++i) out[i] |= a[i];
        break;
      case Step::Op::kAnd2: {
        const uint8_t* const b = row(step.b);
        Each(out, [a, b](size_t i) { return a[i] & b[i]; });
        break;
      }
      case Step::Op::kOr2: {
        const uint8_t* const b = row(step.b);
        Each(out, [a, b](size_t i) { return a[i] | b[i]; });
        break;
      }
      case Step::Op::kSelect: {
        const uint8_t* const b = row(step.b);
        const uint8_t* const c = row(step.c);
        Each(out, [a, b, c](size_t i) { return a[i] != 0 ? b[i] : c[i]; });
        break;
      }
      case Step::Op::kSame: {
        const uint8_t* const b = row(step.b);
        Each(out, [a, b](size_t i) { return a[i] == b[i]; });
        break;
      }
      case Step::Op::kRange:
        Range(out, a, step);
        break;
      case Step::Op::kOrRange:
        OrRange(out, a, step);
        break;
      case Step::Op::kRange8:
        Range(out, From<uint8_t>(step.facts, first), step);
        break;
      case Step::Op::kRange16:
        Range(out, From<uint16_t>(step.facts, first), step);
        break;
      case Step::Op::kRange32:
        Range(out, From<uint32_t>(step.facts, first), step);
        break;
      case Step::Op::kOrRange8:
        OrRange(out, From<uint8_t>(step.facts, first), step);
        break;
      case Step::Op::kOverlap32:
        Overlap(out, From<uint32_t>(step.facts, first), step);
        break;
      case Step::Op::kOverlap64:
        Overlap(out, From<uint64_t>(step.facts, first), step);
        break;
      case Step::Op::kContains32:
        Contains(out, From<uint32_t>(step.facts, first), a);
        break;
      case Step::Op::kContains64:
        Contains(out, From<uint64_t>(step.facts, first), a);
        break;
      case Step::Op::kEqual32: {
        const auto* x = From<int32_t>(step.facts, first);
        const auto* y = From<int32_t>(step.others, first);
        Each(out, [x, y](size_t i) { return x[i] == y[i]; });
        break;
      }
      case Step::Op::kLess32: {
        const auto* x = From<int32_t>(step.facts, first);
        const auto* y = From<int32_t>(step.others, first);
        Each(out, [x, y](size_t i) { return x[i] < y[i]; });
        break;
      }
      case Step::Op::kAtMost32: {
        const auto* x = From<int32_t>(step.facts, first);
        const auto* y = From<int32_t>(step.others, first);
        Each(out, [x, y](size_t i) { return x[i] <= y[i]; });
        break;
      }
    }
  }
}

}  // namespace talentcard::cel::columnar
