// Whether the differential would notice: back ends with one thing wrong,
// planted here, must disagree with the others on random programs.
#include <limits>
#include <utility>

#include "engine/cel/bytecode/bundle.h"
#include "engine/cel/bytecode/careful.h"
#include "engine/cel/bytecode/emit.h"
#include "engine/cel/bytecode/facts.h"
#include "gtest/gtest.h"
#include "tests/engine/cel/backends/random_program.h"

namespace talentcard::cel::bytecode {
namespace {

constexpr uint64_t kSeed = 20221116;

// Tries random programs until one tells the mutant from the rest.
template <typename Disagrees>
void ExpectCaught(const Disagrees& disagrees) {
  constexpr int kMostPrograms = 100000;
  RandomPrograms programs(kSeed);
  int tried = 0;
  while (tried < kMostPrograms && !disagrees(programs)) ++tried;
  EXPECT_LT(tried, kMostPrograms) << "not caught, seed " << kSeed;
  testing::Test::RecordProperty("programs", tried + 1);
}

// The branching code: an entry of its opcode table is another's.
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
  ExpectCaught(
      [this](RandomPrograms& programs) { return Disagrees(programs); });
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

// The careful back end, for odd facts: a term is taken for another.
struct TermMutant {
  const char* name;
  bool (*plant)(Terms& terms, Term& term);  // False if it does not fit here.
};

template <Term::Op kRight, Term::Op kWrong>
bool TakenFor(Terms&, Term& term) {
  if (term.op != kRight) return false;
  term.op = kWrong;
  return true;
}

class TermMutantTest : public testing::TestWithParam<TermMutant> {};

TEST_P(TermMutantTest, IsCaught) {
  ExpectCaught([this](RandomPrograms& programs) {
    const auto program = programs.Condition();
    Lowering lowering(programs.fixed());
    const int root = lowering.Condition(*program);
    Terms terms = std::move(lowering).Finish();
    bool planted = false;
    for (Term& term : terms.terms) planted |= GetParam().plant(terms, term);
    if (!planted) return false;
    Flattener flattener(terms);
    std::vector<uint32_t> words(static_cast<size_t>(Words(terms)));
    for (int i = 0; i < 20; ++i) {
      const auto facts = programs.NextFacts(/*odd=*/i % 2 == 1);
      const Activation activation = facts.activation();
      flattener.Flatten(activation, words);
      if (Careful(terms, words.data(), activation).Judge(root) !=
          VerdictOf(Evaluate(*program, activation))) {
        return true;
      }
    }
    return false;
  });
}

const TermMutant kTermMutants[] = {
    {"AndTakenForOr", TakenFor<Term::Op::kAnd, Term::Op::kOr>},
    {"OrTakenForAnd", TakenFor<Term::Op::kOr, Term::Op::kAnd>},
    {"NotForgotten", TakenFor<Term::Op::kNot, Term::Op::kAnd>},
    {"LessTakenForAtMost", TakenFor<Term::Op::kLess, Term::Op::kLessEqual>},
    {"AtMostTakenForLess", TakenFor<Term::Op::kLessEqual, Term::Op::kLess>},
    {"EqualTakenForAtMost", TakenFor<Term::Op::kEqual, Term::Op::kLessEqual>},
    {"AddTakenForSubtract", TakenFor<Term::Op::kAdd, Term::Op::kSubtract>},
    {"SubtractTakenForAdd", TakenFor<Term::Op::kSubtract, Term::Op::kAdd>},
    {"MultiplyTakenForAdd", TakenFor<Term::Op::kMultiply, Term::Op::kAdd>},
    {"ChoiceSwapped",
     [](Terms&, Term& term) {
       if (term.op != Term::Op::kSelect) return false;
       std::swap(term.parts[1], term.parts[2]);
       return true;
     }},
    {"RangeOneShort",
     [](Terms&, Term& term) {
       if (term.op != Term::Op::kRange || term.low == term.high) return false;
       ++term.low;
       return true;
     }},
    {"RangeOneLong",
     [](Terms&, Term& term) {
       constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
       if (term.op != Term::Op::kRange || term.high == kMost) return false;
       ++term.high;
       return true;
     }},
    {"SetTurnedOver",
     [](Terms& terms, Term& term) {
       if (term.op != Term::Op::kMember) return false;
       for (uint32_t& word : terms.sets[term.set].mask) word = ~word;
       return true;
     }},
    {"OverlapTurnedOver",
     [](Terms& terms, Term& term) {
       if (term.op != Term::Op::kOverlap) return false;
       for (uint32_t& word : terms.sets[term.set].mask) word = ~word;
       return true;
     }},
};

INSTANTIATE_TEST_SUITE_P(Terms, TermMutantTest, testing::ValuesIn(kTermMutants),
                         [](const auto& test) { return test.param.name; });

// The tree-walker: a node is taken for another.
struct NodeMutant {
  const char* name;
  bool (*plant)(Node& node);
};

template <Node::Op kRight, Node::Op kWrong>
bool TakenFor(Node& node) {
  if (node.op != kRight) return false;
  node.op = kWrong;
  return true;
}

template <Loop kRight, Loop kWrong>
bool LoopTakenFor(Node& node) {
  if (node.op != Node::Op::kLoop || node.loop != kRight) return false;
  node.loop = kWrong;
  return true;
}

class NodeMutantTest : public testing::TestWithParam<NodeMutant> {};

TEST_P(NodeMutantTest, IsCaught) {
  ExpectCaught([this](RandomPrograms& programs) {
    const auto program = programs.Condition();
    std::vector<Node> nodes = program->nodes();
    bool planted = false;
    for (Node& node : nodes) planted |= GetParam().plant(node);
    if (!planted) return false;
    const Program mutant(program->source(), std::move(nodes), program->root(),
                         program->locals(), program->limits());
    Bundle::Builder builder(programs.fixed());
    builder.AddRule({program});
    const Bundle bundle = std::move(builder).Build();
    Flattener flattener(bundle.terms());
    std::vector<uint32_t> words(static_cast<size_t>(bundle.words()));
    for (int i = 0; i < 20; ++i) {
      const auto facts = programs.NextFacts(/*odd=*/i % 2 == 1);
      const Activation activation = facts.activation();
      flattener.Flatten(activation, words);
      if (VerdictOf(Evaluate(mutant, activation)) !=
          bundle.Check(0, words.data(), activation)) {
        return true;
      }
    }
    return false;
  });
}

const NodeMutant kNodeMutants[] = {
    {"AndTakenForOr", TakenFor<Node::Op::kAnd, Node::Op::kOr>},
    {"OrTakenForAnd", TakenFor<Node::Op::kOr, Node::Op::kAnd>},
    {"FieldTakenForItsPresence",
     TakenFor<Node::Op::kField, Node::Op::kHasField>},
    {"AllTakenForExists", LoopTakenFor<Loop::kAll, Loop::kExists>},
    {"ExistsTakenForAll", LoopTakenFor<Loop::kExists, Loop::kAll>},
    {"ExistsTakenForExistsOne", LoopTakenFor<Loop::kExists, Loop::kExistsOne>},
    {"ChoiceSwapped",
     [](Node& node) {
       if (node.op != Node::Op::kConditional) return false;
       std::swap(node.parts[1], node.parts[2]);
       return true;
     }},
    {"OperandsSwapped",
     [](Node& node) {
       if (node.op != Node::Op::kCall || node.name != "<") return false;
       std::swap(node.parts[0], node.parts[1]);
       return true;
     }},
    {"ConstantOneOff",
     [](Node& node) {
       if (node.op != Node::Op::kConstant ||
           node.constant.kind() != Value::Kind::kInt) {
         return false;
       }
       node.constant = Value::Int(node.constant.as_int() ^ 1);
       return true;
     }},
};

INSTANTIATE_TEST_SUITE_P(Nodes, NodeMutantTest, testing::ValuesIn(kNodeMutants),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace talentcard::cel::bytecode
