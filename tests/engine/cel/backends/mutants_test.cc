// Whether the differential would notice: opcode tables with one entry wrong,
// planted here, must disagree with the tree-walker on random programs.
#include <iostream>

#include "engine/cel/bytecode/bundle.h"
#include "engine/cel/bytecode/emit.h"
#include "engine/cel/bytecode/facts.h"
#include "gtest/gtest.h"
#include "tests/engine/cel/backends/random_program.h"

namespace talentcard::cel::bytecode {
namespace {

struct Mutant {
  const char* name;
  Opcode right;
  Opcode wrong;
};

class MutantTest : public testing::TestWithParam<Mutant> {
 protected:
  // Runs a condition with this mutant in place on some facts.
  bool Disagrees(RandomPrograms& programs) const {
    const auto program = programs.Condition();
    Lowering lowering(programs.fixed());
    const int term = lowering.Condition(*program);
    const Terms terms = std::move(lowering).Finish();
    Code code;
    const uint32_t entry = Emitter(terms, code).EmitCheck(term, {});
    for (Instruction& instruction : code.instructions) {
      if (instruction.opcode == GetParam().right)
        instruction.opcode = GetParam().wrong;
    }
    Flattener flattener(terms);
    std::vector<uint32_t> words(static_cast<size_t>(Words(terms)));
    for (int i = 0; i < 20; ++i) {
      const auto facts = programs.NextFacts(/*odd=*/false);
      flattener.Flatten(facts.activation(), words);
      for (int odd = 0; odd < OddWords(terms.slots.size()); ++odd) {
        if (words[odd] != 0) return false;
      }
      const int64_t holds =
          bytecode::Run(terms, code, entry, words.data(), nullptr, nullptr);
      if (holds == kNotPlain) continue;
      if (VerdictOf(Evaluate(*program, facts.activation())) !=
          static_cast<Verdict>(holds)) {
        return true;
      }
    }
    return false;
  }
};

TEST_P(MutantTest, IsCaught) {
  constexpr uint64_t kSeed = 20221116;
  constexpr int kMostPrograms = 100000;
  RandomPrograms programs(kSeed);
  int tried = 0;
  while (tried < kMostPrograms && !Disagrees(programs)) ++tried;
  EXPECT_LT(tried, kMostPrograms) << "not caught, seed " << kSeed;
  RecordProperty("programs", tried + 1);
}

const Mutant kMutants[] = {
    {"RangeNegated", Opcode::kRange, Opcode::kRangeNot},
    {"Range2Negated", Opcode::kRange2, Opcode::kRange2Not},
    {"AtMostFacts2Negated", Opcode::kAtMostFacts2, Opcode::kAtMostFacts2Not},
    {"MemberNegated", Opcode::kMember, Opcode::kMemberNot},
    {"OverlapNegated", Opcode::kOverlap, Opcode::kOverlapNot},
    {"ContainsNegated", Opcode::kContains, Opcode::kContainsNot},
    {"EqualFactsNegated", Opcode::kEqualFacts, Opcode::kEqualFactsNot},
    {"LessFactsNegated", Opcode::kLessFacts, Opcode::kLessFactsNot},
    {"AtMostFactsNegated", Opcode::kAtMostFacts, Opcode::kAtMostFactsNot},
    {"AtLeastNegated", Opcode::kAtLeast, Opcode::kAtLeastNot},
    {"AtMostNegated", Opcode::kAtMost, Opcode::kAtMostNot},
    {"HoldsNegated", Opcode::kHolds, Opcode::kHoldsNot},
    {"EqualNegated", Opcode::kEqual, Opcode::kEqualNot},
    {"EqualDoubleNegated", Opcode::kEqualDouble, Opcode::kEqualDoubleNot},
    {"LessIntNegated", Opcode::kLessInt, Opcode::kLessIntNot},
    {"AtMostIntNegated", Opcode::kAtMostInt, Opcode::kAtMostIntNot},
    {"LessUintNegated", Opcode::kLessUint, Opcode::kLessUintNot},
    {"AtMostUintNegated", Opcode::kAtMostUint, Opcode::kAtMostUintNot},
    {"LessDoubleNegated", Opcode::kLessDouble, Opcode::kLessDoubleNot},
    {"AtMostDoubleNegated", Opcode::kAtMostDouble, Opcode::kAtMostDoubleNot},
    {"LessTakenForAtMost", Opcode::kLessInt, Opcode::kAtMostInt},
    {"LessFactsTakenForAtMost", Opcode::kLessFacts, Opcode::kAtMostFacts},
    {"UintsComparedAsInts", Opcode::kLessUint, Opcode::kLessInt},
    {"DoublesComparedAsInts", Opcode::kLessDouble, Opcode::kLessInt},
    {"DoublesEqualByBits", Opcode::kEqualDouble, Opcode::kEqual},
    {"AtLeastTakenForAtMost", Opcode::kAtLeast, Opcode::kAtMost},
    {"AddTakenForSubtract", Opcode::kAdd, Opcode::kSubtract},
    {"SubtractTakenForAdd", Opcode::kSubtract, Opcode::kAdd},
    {"MultiplyTakenForAdd", Opcode::kMultiply, Opcode::kAdd},
    {"WideFactsLoadedShort", Opcode::kLoad2, Opcode::kLoad},
};

INSTANTIATE_TEST_SUITE_P(Opcodes, MutantTest, testing::ValuesIn(kMutants),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace talentcard::cel::bytecode
