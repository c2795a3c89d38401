// Every step of the columnar back end against what its comment says, written
// plainly; and steps taken for others, which must be told apart.
#include "engine/cel/columnar/kernels.h"

#include <array>
#include <cstring>
#include <random>
#include <vector>

#include "gtest/gtest.h"

namespace talentcard::cel::columnar {
namespace {

using Op = Step::Op;

constexpr uint64_t kSeed = 20221116;
constexpr size_t kRows = 2 * kBlock;

// Rows of a block's scratch.
enum Row { kOut, kMaskA, kMaskB, kNumbers, kOtherNumbers, kScratchRows };

// Columns and scratch at random, small enough that equal values meet.
struct Data {
  explicit Data(uint64_t seed) {
    std::mt19937_64 random(seed);
    for (size_t i = 0; i < kRows; ++i) {
      bytes.push_back(static_cast<uint8_t>(random() % 12));
      shorts.push_back(static_cast<uint16_t>(random() % 700));
      words.push_back(static_cast<uint32_t>(random() % 9) - 4);
      others.push_back(static_cast<uint32_t>(random() % 9) - 4);
      sets.push_back(random());
      small_sets.push_back(static_cast<uint32_t>(random()));
    }
    for (size_t i = 0; i < scratch.size(); ++i) {
      const bool mask = i < kNumbers * kBlock;
      scratch[i] = static_cast<uint8_t>(random() % (mask ? 2 : 70));
    }
  }
  const uint8_t* row(int index) const {
    return scratch.data() + static_cast<size_t>(index) * kBlock;
  }

  std::vector<uint8_t> bytes;
  std::vector<uint16_t> shorts;
  std::vector<uint32_t> words, others, small_sets;
  std::vector<uint64_t> sets;
  std::array<uint8_t, kScratchRows * kBlock> scratch;
};

// A step that reads what its operation reads.
Step StepOf(Op op, const Data& data) {
  Step step{.op = op,
            .out = kOut,
            .a = kMaskA,
            .b = kMaskB,
            .c = kNumbers,
            .low = 3,
            .span = 5,
            .mask = 0x8000000100000001};
  switch (op) {
    case Op::kConstant:
      step.low = 1;
      break;
    case Op::kCopyFacts:
    case Op::kRange8:
    case Op::kOrRange8:
      step.facts = data.bytes.data();
      break;
    case Op::kRange16:
      step.facts = data.shorts.data();
      step.span = 300;
      break;
    case Op::kRange32:
    case Op::kEqual32:
    case Op::kLess32:
    case Op::kAtMost32:
      step.facts = data.words.data();
      step.others = data.others.data();
      break;
    case Op::kOverlap32:
    case Op::kContains32:
      step.facts = data.small_sets.data();
      step.a = kNumbers;
      break;
    case Op::kOverlap64:
    case Op::kContains64:
      step.facts = data.sets.data();
      step.a = kNumbers;
      break;
    case Op::kRange:
    case Op::kOrRange:
      step.a = kNumbers;
      break;
    case Op::kSame:
      step.a = kNumbers;
      step.b = kOtherNumbers;
      break;
    default:
      break;
  }
  return step;
}

bool Within(uint64_t value, const Step& step) {
  return step.low <= value && value <= uint64_t{step.low} + step.span;
}

// What the step makes of row `i` of the block at `first`.
uint8_t Expected(const Step& step, const Data& data, size_t first, size_t i) {
  const size_t person = first + i;
  const uint8_t out = data.row(step.out)[i], a = data.row(step.a)[i],
                b = data.row(step.b)[i], c = data.row(step.c)[i];
  const auto word = static_cast<int32_t>(data.words[person]);
  const auto other = static_cast<int32_t>(data.others[person]);
  switch (step.op) {
    case Op::kConstant:
      return static_cast<uint8_t>(step.low);
    case Op::kCopyFacts:
      return data.bytes[person];
    case Op::kNot:
      return a == 0;
    case Op::kAnd:
      return out != 0 && a != 0;
    case Op::kAnd2:
      return a != 0 && b != 0;
    case Op::kOr:
      return out != 0 || a != 0;
    case Op::kOr2:
      return a != 0 || b != 0;
    case Op::kSelect:
      return a != 0 ? b : c;
    case Op::kSame:
      return a == b;
    case Op::kRange:
      return Within(a, step);
    case Op::kOrRange:
      return out != 0 || Within(a, step);
    case Op::kRange8:
      return Within(data.bytes[person], step);
    case Op::kRange16:
      return Within(data.shorts[person], step);
    case Op::kRange32:
      return Within(data.words[person], step);
    case Op::kOrRange8:
      return out != 0 || Within(data.bytes[person], step);
    case Op::kOverlap32:
      return (data.small_sets[person] & static_cast<uint32_t>(step.mask)) != 0;
    case Op::kOverlap64:
      return (data.sets[person] & step.mask) != 0;
    case Op::kContains32:
      return a < 32 && (data.small_sets[person] >> a & 1) != 0;
    case Op::kContains64:
      return a < 64 && (data.sets[person] >> a & 1) != 0;
    case Op::kEqual32:
      return word == other;
    case Op::kLess32:
      return word < other;
    case Op::kAtMost32:
      return word <= other;
  }
  return 255;
}

// Whether a block run with `run` comes out as `meant` should.
bool Agrees(const Step& meant, const Step& run, size_t first, uint64_t seed) {
  const Data before(seed);
  Data after = before;
  RunBlock(std::span(&run, 1), first, after.scratch.data());
  for (size_t i = 0; i < kBlock; ++i) {
    if (after.row(kOut)[i] != Expected(meant, before, first, i)) return false;
  }
  return std::memcmp(before.row(kMaskA), after.row(kMaskA),
                     (kScratchRows - 1) * kBlock) == 0;
}

struct Case {
  const char* name;
  Op op;
  Op wrong;  // What it must not be taken for.
};

class KernelTest : public testing::TestWithParam<Case> {};

TEST_P(KernelTest, DoesWhatItSaysInEveryBlock) {
  for (uint64_t seed = kSeed; seed < kSeed + 20; ++seed) {
    const Data data(seed);
    const Step step = StepOf(GetParam().op, data);
    for (const size_t first : {size_t{0}, kBlock})
      EXPECT_TRUE(Agrees(step, step, first, seed)) << "seed " << seed;
  }
}

TEST_P(KernelTest, TakenForAnotherIsCaught) {
  const Data data(kSeed);
  const Step meant = StepOf(GetParam().op, data);
  Step wrong = meant;
  wrong.op = GetParam().wrong;
  EXPECT_FALSE(Agrees(meant, wrong, 0, kSeed));
}

INSTANTIATE_TEST_SUITE_P(Steps, KernelTest,
                         testing::ValuesIn<Case>({
                             {"Constant", Op::kConstant, Op::kNot},
                             {"CopyFacts", Op::kCopyFacts, Op::kRange8},
                             {"Not", Op::kNot, Op::kAnd2},
                             {"And", Op::kAnd, Op::kOr},
                             {"And2", Op::kAnd2, Op::kOr2},
                             {"Or", Op::kOr, Op::kAnd},
                             {"Or2", Op::kOr2, Op::kAnd2},
                             {"Select", Op::kSelect, Op::kSame},
                             {"Same", Op::kSame, Op::kAnd2},
                             {"Range", Op::kRange, Op::kOrRange},
                             {"OrRange", Op::kOrRange, Op::kRange},
                             {"Range8", Op::kRange8, Op::kOrRange8},
                             {"Range16", Op::kRange16, Op::kRange8},
                             {"Range32", Op::kRange32, Op::kRange16},
                             {"OrRange8", Op::kOrRange8, Op::kRange8},
                             {"Overlap32", Op::kOverlap32, Op::kContains32},
                             {"Overlap64", Op::kOverlap64, Op::kOverlap32},
                             {"Contains32", Op::kContains32, Op::kOverlap32},
                             {"Contains64", Op::kContains64, Op::kContains32},
                             {"Equal32", Op::kEqual32, Op::kAtMost32},
                             {"Less32", Op::kLess32, Op::kAtMost32},
                             {"AtMost32", Op::kAtMost32, Op::kLess32},
                         }),
                         [](const auto& test) {
                           return std::string(test.param.name);
                         });

}  // namespace
}  // namespace talentcard::cel::columnar
