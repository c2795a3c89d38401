#include <cstdlib>
#include <iostream>
#include <random>

#include "engine/cel/bytecode/bundle.h"
#include "engine/cel/bytecode/facts.h"
#include "engine/cel/bytecode/index.h"
#include "engine/cel/columnar/population.h"
#include "gtest/gtest.h"
#include "tests/engine/cel/backends/random_program.h"
#include "tools/figures/figures.h"

namespace talentcard::cel::bytecode {
namespace {

constexpr int kRulesOfABundle = 20;
constexpr int kFactsOfABundle = 6;

int64_t Setting(const char* name, int64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::atoll(text);
}

std::string Text(const char* name) {
  const char* text = std::getenv(name);
  return text == nullptr ? "" : text;
}

// What a rule of several conditions comes to.
Verdict Together(const std::vector<Verdict>& verdicts) {
  Verdict all = Verdict::kTrue;
  for (const Verdict verdict : verdicts) {
    if (verdict == Verdict::kFalse) return verdict;
    all = std::max(all, verdict);
  }
  return all;
}

struct Rule {
  std::vector<std::shared_ptr<const Program>> conditions;

  std::string Written() const {
    std::string all;
    for (const auto& condition : conditions) all += condition->source() + "\n";
    return all;
  }
  Verdict Expected(const Activation& activation) const {
    std::vector<Verdict> verdicts;
    for (const auto& condition : conditions)
      verdicts.push_back(VerdictOf(Evaluate(*condition, activation)));
    return Together(verdicts);
  }
};

std::vector<Rule> RandomRules(RandomPrograms& programs, int count) {
  std::vector<Rule> rules;
  for (int i = 0; i < count; ++i) {
    rules.emplace_back();
    for (int n = 0; n <= i % 3; ++n)
      rules.back().conditions.push_back(programs.Condition());
  }
  return rules;
}

// Programs may be written in the environment's words only while it lives: one
// per bundle, its seed drawn from the run's.
class Differential {
 public:
  explicit Differential(uint64_t seed) : programs_(seed), seed_(seed) {
    rules_ = RandomRules(programs_, kRulesOfABundle);
    Bundle::Builder builder(programs_.fixed());
    for (const Rule& rule : rules_) builder.AddRule(rule.conditions);
    bundle_.emplace(std::move(builder).Build());
  }

  int programs() const {
    int programs = 0;
    for (const Rule& rule : rules_)
      programs += static_cast<int>(rule.conditions.size());
    return programs;
  }

  // Every way to the verdict gives the tree-walker's.
  void Compare() {
    Flattener flattener(bundle_->terms());
    std::vector<uint32_t> facts(bundle_->words());
    std::vector<uint64_t> low(bundle_->verdict_words()),
        high(bundle_->verdict_words());
    std::vector<RandomPrograms::Facts> people;
    std::vector<uint32_t> rows;
    std::vector<Verdict> wanted;
    for (int i = 0; i < kFactsOfABundle; ++i) {
      people.push_back(programs_.NextFacts(/*odd=*/i % 3 == 2));
      const Activation activation = people.back().activation();
      flattener.Flatten(activation, facts);
      rows.insert(rows.end(), facts.begin(), facts.end());
      bundle_->CheckAll(facts.data(), activation, {low, high});
      for (int rule = 0; rule < bundle_->rules(); ++rule) {
        const Verdict expected = rules_[rule].Expected(activation);
        const Verdict one = bundle_->Check(rule, facts.data(), activation);
        const Verdict of_all = Verdicts{low, high}[rule];
        const Verdict careful =
            Careful(bundle_->terms(), facts.data(), activation)
                .Judge(bundle_->rule_term(rule));
        wanted.push_back(expected);
        ASSERT_TRUE(one == expected && of_all == expected &&
                    careful == expected)
            << "seed " << seed_ << ", facts " << i << ": tree-walker "
            << static_cast<int>(expected) << ", one " << static_cast<int>(one)
            << ", all " << static_cast<int>(of_all) << ", careful "
            << static_cast<int>(careful) << " of\n"
            << rules_[rule].Written();
      }
    }
    CompareIndex(people, rows, wanted);
    CompareColumns(people, std::move(rows), wanted);
  }

  // The index finds exactly the rules that are not false.
  void CompareIndex(const std::vector<RandomPrograms::Facts>& people,
                    const std::vector<uint32_t>& rows,
                    const std::vector<Verdict>& wanted) {
    const RuleIndex index(*bundle_);
    const auto rules = static_cast<size_t>(bundle_->rules());
    for (size_t person = 0; person < people.size(); ++person) {
      std::vector<RuleIndex::Match> matches;
      index.Find(rows.data() + person * static_cast<size_t>(bundle_->words()),
                 people[person].activation(), matches);
      std::vector<Verdict> found(rules, Verdict::kFalse);
      for (const auto& match : matches) found[match.rule] = match.verdict;
      for (size_t rule = 0; rule < rules; ++rule) {
        ASSERT_EQ(static_cast<int>(found[rule]),
                  static_cast<int>(wanted[person * rules + rule]))
            << "index, seed " << seed_ << ", facts " << person << " of\n"
            << rules_[rule].Written();
      }
    }
  }

  void CompareColumns(const std::vector<RandomPrograms::Facts>& people,
                      std::vector<uint32_t> rows,
                      const std::vector<Verdict>& wanted) {
    // With no facts to read, there are no rows to tell how many people.
    if (bundle_->words() == 0) return;
    const columnar::Population population(*bundle_, std::move(rows));
    ASSERT_EQ(population.size(), people.size());
    columnar::Population::Scratch scratch(population);
    population.Judge(
        0, [&](size_t person) { return people[person].activation(); }, scratch);
    for (size_t person = 0; person < people.size(); ++person) {
      for (int rule = 0; rule < bundle_->rules(); ++rule) {
        const auto expected = static_cast<int>(
            wanted[person * static_cast<size_t>(bundle_->rules()) + rule]);
        ASSERT_EQ(scratch.verdicts(rule)[person], expected)
            << "columns, seed " << seed_ << ", facts " << person << " of\n"
            << rules_[rule].Written();
      }
    }
  }

 private:
  RandomPrograms programs_;
  const uint64_t seed_;
  std::vector<Rule> rules_;
  std::optional<Bundle> bundle_;
};

TEST(DifferentialTest, AgreesWithTheTreeWalkerOnRandomPrograms) {
  const int64_t wanted = Setting("TALENTCARD_PROGRAMS", 100000);
  const auto seed = static_cast<uint64_t>(
      Setting("TALENTCARD_SEED", static_cast<int64_t>(std::random_device{}())));
  std::cout << "seed " << seed << std::endl;
  std::mt19937_64 seeds(seed);
  int64_t programs = 0;
  while (programs < wanted && !HasFatalFailure()) {
    Differential differential(seeds());
    differential.Compare();
    programs += differential.programs();
  }
  std::cout << programs << " programs, " << kFactsOfABundle << " facts each\n";
  if (HasFatalFailure()) return;
  Figures(Text("TALENTCARD_FIGURES"), Text("TALENTCARD_COMMIT"))
      .Add("engine.differential.programs", static_cast<double>(programs), "");
}

}  // namespace
}  // namespace talentcard::cel::bytecode
