#include "engine/cel/bytecode/bundle.h"

#include "engine/cel/bytecode/facts.h"
#include "engine/cel/compile.h"
#include "gtest/gtest.h"
#include "tests/engine/cel/backends/allocations.h"

namespace talentcard::cel::bytecode {
namespace {

class BundleTest : public testing::Test {
 protected:
  BundleTest() {
    Add("tier", Type::Kind::kString, Value::String("SENIOR"));
    Add("relation", Type::Kind::kString, Value::String("SELF"));
    Add("stage", Type::Kind::kString, Value::String("PRIMARY"));
    Add("used", Type::List(Type::Kind::kString),
        Value::List({Value::String("JUNIOR"), Value::String("elsewhere")}));
    Add("age", Type::Kind::kInt, Value::Int(41));
    Add("since", Type::Kind::kDate,
        Value::Date(*CivilDate::Parse("2025-08-31")));
    Add("param.AGE", Type::Kind::kInt, Value::Int(45));
    Add("at", Type::Kind::kDate, Value::Date(*CivilDate::Parse("2026-01-01")));
    fixed_ = {{6, values_[6]}, {7, values_[7]}};
  }

  void Add(const std::string& name, const Type& type, Value value) {
    environment_.AddVariable(name, type);
    values_.push_back(std::move(value));
  }
  std::shared_ptr<const Program> Compiled(const std::string& source,
                                          Type::Kind kind = Type::Kind::kBool) {
    std::vector<Issue> issues;
    auto program = Compile(environment_, source, kind, issues);
    EXPECT_NE(program, nullptr) << source << ": " << issues[0].message;
    return program;
  }
  Activation activation() const { return {values_, &unknown_, {}}; }
  std::vector<uint32_t> Flattened(const Bundle& bundle) const {
    std::vector<uint32_t> facts(static_cast<size_t>(bundle.words()));
    Flattener(bundle.terms()).Flatten(activation(), facts);
    return facts;
  }
  Verdict Judge(const std::string& source) {
    Bundle::Builder builder(fixed_);
    builder.AddRule({Compiled(source)});
    const Bundle bundle = std::move(builder).Build();
    return bundle.Check(0, Flattened(bundle).data(), activation());
  }

  Environment environment_;
  std::vector<Value> values_;
  std::set<std::string, std::less<>> unknown_;
  std::map<int, Value> fixed_;
};

TEST_F(BundleTest, JudgesPlainFacts) {
  EXPECT_EQ(Judge("age <= param.AGE && relation in ['SELF', 'SPOUSE']"),
            Verdict::kTrue);
  EXPECT_EQ(Judge("age > param.AGE"), Verdict::kFalse);
  EXPECT_EQ(Judge("!(stage in used)"), Verdict::kTrue);
  EXPECT_EQ(Judge("used.exists(u, u in ['JUNIOR'])"), Verdict::kTrue);
  EXPECT_EQ(Judge("since.addMonths(4) <= at"), Verdict::kTrue);
  EXPECT_EQ(Judge("since.addMonths(5) <= at"), Verdict::kFalse);
}

TEST_F(BundleTest, StringsThatNoRuleNamesAreStillToldApart) {
  values_[2] = Value::String("nowhere");
  EXPECT_EQ(Judge("stage in used"), Verdict::kFalse);
  values_[2] = Value::String("elsewhere");
  EXPECT_EQ(Judge("stage in used"), Verdict::kTrue);
}

TEST_F(BundleTest, AnUnknownFactIsUnknownUnlessItCannotMatter) {
  unknown_ = {"age"};
  EXPECT_EQ(Judge("age <= 45"), Verdict::kUnknown);
  EXPECT_EQ(Judge("age <= 45 && relation == 'CHILD'"), Verdict::kFalse);
  EXPECT_EQ(Judge("age <= 45 || relation == 'SELF'"), Verdict::kTrue);
}

TEST_F(BundleTest, OverflowAndDivisionByZeroAreErrorsUnlessTheyCannotMatter) {
  values_[4] = Value::Int(0);
  EXPECT_EQ(Judge("7 / age == 1"), Verdict::kError);
  EXPECT_EQ(Judge("7 / age == 1 || relation == 'SELF'"), Verdict::kTrue);
  values_[4] = Value::Int(INT64_MAX);
  EXPECT_EQ(Judge("age + age > 0"), Verdict::kError);
  EXPECT_EQ(Judge("age > 0"), Verdict::kTrue);
}

TEST_F(BundleTest, WhatHasNoNativeFormIsAskedOfTheTreeWalker) {
  EXPECT_EQ(Judge("relation.startsWith('SE') && age > 40"), Verdict::kTrue);
  EXPECT_EQ(Judge("relation.startsWith('SP') && age > 40"), Verdict::kFalse);
}

TEST_F(BundleTest, ParametersAndTheDayCostNothingWhenItRuns) {
  Bundle::Builder builder(fixed_);
  builder.AddRule({Compiled("at > date(param.AGE + 1980, 1, 1)")});
  const Bundle bundle = std::move(builder).Build();
  EXPECT_TRUE(bundle.terms().slots.empty());
  EXPECT_EQ(bundle.terms().terms[bundle.rule_term(0)].op, Term::Op::kConstant);
}

TEST_F(BundleTest, EqualPartsOfRulesAreOne) {
  Bundle::Builder builder(fixed_);
  const int a = builder.AddRule({Compiled("age <= 45"), Compiled("age > 1")});
  const int b = builder.AddRule({Compiled("age <= param.AGE && 1 < age")});
  const Bundle bundle = std::move(builder).Build();
  EXPECT_EQ(bundle.rule_term(a), bundle.rule_term(b));
}

TEST_F(BundleTest, TheDecidedFactIsSeenByTheRulesAfterIt) {
  Bundle::Builder builder(fixed_);
  builder.AddRule({Compiled("tier in ['TOP', 'SENIOR']")});
  builder.AddRule({Compiled("tier == 'YOUNG'"), Compiled("age < 45")});
  builder.Decide("tier", Compiled("age > 60 ? 'TOP' : age > 40 ? 'YOUNG' : ''",
                                  Type::Kind::kString));
  const Bundle bundle = std::move(builder).Build();
  uint64_t low = 0, high = 0;
  const Verdicts verdicts = {{&low, 1}, {&high, 1}};
  const auto decided = bundle.DecideAll(Flattened(bundle).data(), verdicts);
  ASSERT_TRUE(decided.has_value());
  const Slot& tier = bundle.terms().slots[bundle.FindSlot("tier")];
  EXPECT_EQ(bundle.terms().domains[tier.domain].constants[*decided], "YOUNG");
  EXPECT_EQ(verdicts[0], Verdict::kFalse);
  EXPECT_EQ(verdicts[1], Verdict::kTrue);
}

TEST_F(BundleTest, JudgingPlainFactsAllocatesNothing) {
  Bundle::Builder builder(fixed_);
  builder.AddRule({Compiled("tier in ['TOP', 'SENIOR'] && age <= param.AGE")});
  builder.AddRule({Compiled("!(stage in used)")});
  builder.AddRule({Compiled("since.addYears(1) > at && age * 2 > 80")});
  builder.AddRule({Compiled("used.all(u, u != 'PRIMARY') || stage != 'X'")});
  const Bundle bundle = std::move(builder).Build();
  const auto facts = Flattened(bundle);
  const Activation activation = this->activation();
  uint64_t low = 0, high = 0;
  const int64_t before = AllocationsOfThisThread();
  for (int i = 0; i < 1000; ++i) {
    bundle.CheckAll(facts.data(), activation, {{&low, 1}, {&high, 1}});
    for (int rule = 0; rule < bundle.rules(); ++rule)
      bundle.Check(rule, facts.data(), activation);
  }
  EXPECT_EQ(AllocationsOfThisThread() - before, 0);
  EXPECT_EQ(low, 0b1111u);
  EXPECT_EQ(high, 0u);
}

}  // namespace
}  // namespace talentcard::cel::bytecode
