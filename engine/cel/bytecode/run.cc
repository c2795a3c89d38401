#include <bit>
#include <cstring>

#include "engine/cel/bytecode/careful.h"
#include "engine/cel/bytecode/code.h"
#include "engine/cel/bytecode/facts.h"

namespace talentcard::cel::bytecode {
namespace {

bool AnyCommon(const uint32_t* a, const uint32_t* b, uint32_t count) {
  uint32_t common = 0;
  for (uint32_t i = 0; i < count; ++i) common |= a[i] & b[i];
  return common != 0;
}

// As numbers, so that several are joined without jumps.
inline uint32_t InBounds(const uint32_t* facts, const Instruction& test) {
  return facts[test.word] - test.bounds.low <= test.bounds.span ? 1 : 0;
}

inline uint32_t InOrder(const uint32_t* facts, const Instruction& test) {
  return static_cast<int32_t>(facts[test.word]) <=
                 static_cast<int32_t>(facts[test.part.first])
             ? 1
             : 0;
}

bool HasBit(const uint32_t* words, uint32_t bits, uint32_t bit) {
  return bit < bits && (words[bit / 32] >> (bit % 32) & 1) != 0;
}

}  // namespace

// Every instruction ends with a jump of its own, which the processor learns to
// predict from what came before.
int64_t Run(const Terms& terms, const Code& code, uint32_t entry,
            const uint32_t* facts, uint64_t* holds, uint64_t* doubts) {
  static constexpr const void* kLabels[] = {
#define X(name) &&name, &&name##Not,
      TALENTCARD_BYTECODE_TESTS(X)
#undef X
#define X(name) &&name,
          TALENTCARD_BYTECODE_OTHERS(X)
#undef X
  };
  const Instruction* const begin = code.instructions.data();
  const uint32_t* const masks = code.masks.data();
  const Instruction* at = begin + entry;
  int64_t registers[kRegisters];

#define NEXT goto* kLabels[static_cast<size_t>(at->opcode)]
#define TEST_OF(name, count, ...)                                     \
  name:                                                               \
  at = (__VA_ARGS__) ? at + (count) : begin + at->target;             \
  NEXT;                                                               \
  name##Not : at = (__VA_ARGS__) ? begin + at->target : at + (count); \
  NEXT
#define TEST(name, ...) TEST_OF(name, 1, __VA_ARGS__)
#define FACT static_cast<int32_t>(facts[at->word])
#define OTHER_FACT static_cast<int32_t>(facts[at->part.first])
#define LEFT registers[at->word]
#define RIGHT registers[at->part.first]
#define DOUBLE(x) std::bit_cast<double>(x)
#define UINT(x) std::bit_cast<uint64_t>(x)

  NEXT;
  TEST(Range, InBounds(facts, at[0]));
  TEST_OF(Range2, 2, InBounds(facts, at[0]) & InBounds(facts, at[1]));
  TEST_OF(
      Range3, 3,
      InBounds(facts, at[0]) & InBounds(facts, at[1]) & InBounds(facts, at[2]));
  TEST_OF(Range4, 4,
          InBounds(facts, at[0]) & InBounds(facts, at[1]) &
              InBounds(facts, at[2]) & InBounds(facts, at[3]));
  TEST(Member,
       facts[at->word] < 64 && (at->mask >> (facts[at->word] % 64) & 1) != 0);
  TEST(MemberOf,
       HasBit(masks + at->part.first, 32 * at->part.count, facts[at->word]));
  TEST(Overlap, (facts[at->word] & at->mask) != 0);
  TEST(Overlap2, (UINT(Wide(facts, at->word)) & at->mask) != 0);
  TEST(OverlapOf,
       AnyCommon(facts + at->word, masks + at->part.first, at->part.count));
  TEST(Contains,
       HasBit(facts + at->word, at->part.count, facts[at->part.first]));
  TEST(EqualFacts, FACT == OTHER_FACT);
  TEST(LessFacts, FACT < OTHER_FACT);
  TEST(AtMostFacts, InOrder(facts, at[0]));
  TEST_OF(AtMostFacts2, 2, InOrder(facts, at[0]) & InOrder(facts, at[1]));
  TEST(AtLeast, LEFT >= at->value);
  TEST(AtMost, LEFT <= at->value);
  TEST(Holds, LEFT != 0);
  TEST(Equal, LEFT == RIGHT);
  TEST(EqualDouble, DOUBLE(LEFT) == DOUBLE(RIGHT));
  TEST(LessInt, LEFT < RIGHT);
  TEST(AtMostInt, LEFT <= RIGHT);
  TEST(LessUint, UINT(LEFT) < UINT(RIGHT));
  TEST(AtMostUint, UINT(LEFT) <= UINT(RIGHT));
  TEST(LessDouble, DOUBLE(LEFT) < DOUBLE(RIGHT));
  TEST(AtMostDouble, DOUBLE(LEFT) <= DOUBLE(RIGHT));
Load:
  RIGHT = FACT;
  ++at;
  NEXT;
Load2:
  RIGHT = Wide(facts, at->word);
  ++at;
  NEXT;
Constant:
  LEFT = at->value;
  ++at;
  NEXT;
#define ARITHMETIC(name, builtin)                                         \
  name:                                                                   \
  at = builtin(LEFT, registers[at->word + 1], &LEFT) ? begin + at->target \
                                                     : at + 1;            \
  NEXT
  ARITHMETIC(Add, __builtin_add_overflow);
  ARITHMETIC(Subtract, __builtin_sub_overflow);
  ARITHMETIC(Multiply, __builtin_mul_overflow);
Call : {
  const auto cell = Apply(terms, terms.terms[at->part.first], &LEFT);
  if (cell) LEFT = *cell;
  at = cell ? at + 1 : begin + at->target;
}
  NEXT;
Jump:
  at = begin + at->target;
  NEXT;
Grant:
  holds[at->value / 64] |= uint64_t{1} << (at->value % 64);
  ++at;
  NEXT;
Doubt:
  doubts[at->value / 64] |= uint64_t{1} << (at->value % 64);
  ++at;
  NEXT;
Return:
  return at->value;
ReturnFact:
  return facts[at->word];
#undef NEXT
#undef TEST
#undef TEST_OF
#undef FACT
#undef OTHER_FACT
#undef LEFT
#undef RIGHT
#undef DOUBLE
#undef UINT
#undef ARITHMETIC
}

}  // namespace talentcard::cel::bytecode
