// bench_engine: the neutral workload through our rule engine: rule text,
// compiled, bundled, run over flattened facts. Times nothing unless every
// decision and their hash are the reference's. Prints one line of JSON.
#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>
#include <random>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "engine/cel/bytecode/bundle.h"
#include "engine/cel/bytecode/facts.h"
#include "engine/cel/columnar/population.h"
#include "engine/status_macros.h"
#include "tools/bench/engine/many_rules.h"
#include "tools/bench/engine/measure.h"
#include "tools/bench/engine/rule_files.h"
#include "tools/bench/engine/workload.h"

namespace talentcard::bench {
namespace {

using cel::bytecode::Bundle;
using cel::bytecode::Flattener;
using cel::bytecode::Verdict;
using cel::bytecode::Verdicts;
using cel::columnar::Population;

struct Flags {
  std::string data;
  std::string rules = "tools/bench/engine/rules";
  double seconds = 0.5;
};

struct Pair {
  uint32_t holder;
  uint32_t entitlement;
};

class Bench {
 public:
  Bench(RuleFiles rules, Workload workload)
      : rules_(std::move(rules)),
        workload_(std::move(workload)),
        bundle_(Bundled(rules_)),
        words_(static_cast<size_t>(bundle_.words())) {
    Flattener flattener(bundle_.terms());
    facts_.resize(workload_.holders.size() * words_);
    for (size_t i = 0; i < workload_.holders.size(); ++i) {
      flattener.Flatten({workload_.holders[i]},
                        {facts_.data() + i * words_, words_});
    }
    population_.emplace(bundle_, facts_);
    const auto& slot = bundle_.terms().slots[bundle_.FindSlot("tier")];
    const auto& tiers = bundle_.terms().domains[slot.domain].constants;
    for (const char* tier : {"TOP", "NATIONAL", "PROVINCIAL", "LEADING",
                             "SENIOR", "YOUNG", "NONE"}) {
      const auto number =
          std::find(tiers.begin(), tiers.end(), tier) - tiers.begin();
      digits_.resize(std::max<size_t>(digits_.size(), number + 1));
      digits_[number] = static_cast<char>('0' + digit_++);
    }
  }

  // Both ways, each holder, each entitlement.
  absl::Status Verify() const {
    std::string lines;
    for (size_t i = 0; i < workload_.holders.size(); ++i) {
      const auto profile = Profile(facts(i));
      if (!profile) return absl::InternalError("a profile was not native");
      lines += Line(*profile);
      for (int e = 0; e < kEntitlements; ++e) {
        const bool granted = workload_.expected[i * kLine + 2 + e] == '1';
        if (Check(facts(i), e) != granted) {
          return absl::DataLossError(absl::StrCat("a check differs at holder ",
                                                  i, ", ",
                                                  rules_.entitlements[e].name));
        }
      }
    }
    if (Columns() != lines)
      return absl::DataLossError("columns differ from profiles");
    if (lines != workload_.expected || HashOf(lines) != workload_.hash)
      return absl::DataLossError("profiles differ from the reference");
    return absl::OkStatus();
  }

  nlohmann::json Measure(double seconds) const {
    std::mt19937 random(20260101);
    const auto holders = static_cast<uint32_t>(workload_.holders.size());
    std::vector<Pair> pairs(1 << 20);
    size_t wanted = 0;
    for (Pair& pair : pairs) {
      pair = {static_cast<uint32_t>(random() % holders),
              static_cast<uint32_t>(random() % kEntitlements)};
      wanted +=
          workload_.expected[pair.holder * kLine + 2 + pair.entitlement] == '1';
    }
    const double check = CpuNsPerOperation(seconds, pairs.size(), [&] {
      size_t granted = 0;
      for (const Pair& pair : pairs)
        granted +=
            Check(facts(pair.holder), static_cast<int>(pair.entitlement));
      if (granted != wanted) std::abort();
    });
    std::vector<uint32_t> order(holders);
    for (uint32_t& o : order) o = static_cast<uint32_t>(random() % holders);
    uint64_t sum = 0, first = 0;
    const double profile = CpuNsPerOperation(seconds, order.size(), [&] {
      sum = 0;
      for (const uint32_t o : order) {
        const auto p = Profile(facts(o));
        sum += p->granted + (static_cast<uint64_t>(p->tier) << 32);
      }
      if (first == 0) first = sum;
      if (sum != first) std::abort();
    });
    Population::Scratch scratch(*population_);
    const double columnar =
        CpuNsPerOperation(seconds, workload_.holders.size(), [&] {
          for (size_t i = 0; i < population_->size(); i += Population::kPeople)
            if (!population_->DecideAll(i, scratch)) std::abort();
        });
    Flattener flattener(bundle_.terms());
    std::vector<uint32_t> room(words_);
    const double flatten =
        CpuNsPerOperation(seconds / 4, workload_.holders.size(), [&] {
          for (const auto& holder : workload_.holders)
            flattener.Flatten({holder}, room);
        });
    return {{"name", "chengzhou"},
            {"hash", workload_.hash},
            {"verified", workload_.holders.size() * (2 * kEntitlements + 1)},
            {"check_ns", check},
            {"profile_ns", profile},
            {"columnar_ns", columnar},
            {"flatten_ns", flatten},
            {"facts_bytes", words_ * sizeof(uint32_t)}};
  }

 private:
  struct Profiled {
    int64_t tier;
    uint64_t granted;
  };

  static Bundle Bundled(const RuleFiles& rules) {
    Bundle::Builder builder;
    for (const auto& entitlement : rules.entitlements)
      builder.AddRule(entitlement.conditions);
    builder.Decide("tier", rules.tier);
    return std::move(builder).Build();
  }

  const uint32_t* facts(size_t holder) const {
    return facts_.data() + holder * words_;
  }
  bool Check(const uint32_t* facts, int entitlement) const {
    return bundle_.Check(entitlement, facts, {}) == Verdict::kTrue;
  }
  std::optional<Profiled> Profile(const uint32_t* facts) const {
    uint64_t low = 0, high = 0;
    const auto tier = bundle_.DecideAll(facts, {{&low, 1}, {&high, 1}});
    if (!tier) return std::nullopt;
    return Profiled{*tier, low};
  }
  // The lines of everybody, by columns; empty if somebody's were not native.
  std::string Columns() const {
    std::string lines;
    Population::Scratch scratch(*population_);
    for (size_t i = 0; i < population_->size(); ++i) {
      const size_t person = i % Population::kPeople;
      if (person == 0 && !population_->DecideAll(i, scratch)) return "";
      Profiled profile = {scratch.decided()[person], 0};
      for (int e = 0; e < kEntitlements; ++e)
        profile.granted |= uint64_t{scratch.verdicts(e)[person]} << e;
      lines += Line(profile);
    }
    return lines;
  }
  std::string Line(const Profiled& profile) const {
    std::string line = {digits_[profile.tier], ' '};
    for (int e = 0; e < kEntitlements; ++e)
      line += (profile.granted >> e & 1) != 0 ? '1' : '0';
    return line + '\n';
  }

  const RuleFiles rules_;
  const Workload workload_;
  const Bundle bundle_;
  const size_t words_;
  std::vector<uint32_t> facts_;
  std::optional<Population> population_;
  std::string digits_;  // By the tier's number.
  int digit_ = 0;
};

absl::Status Main(const Flags& flags) {
  ASSIGN_OR_RETURN(RuleFiles rules, ReadRuleFiles(flags.rules, {}));
  ASSIGN_OR_RETURN(Workload workload, ReadWorkload(flags.data, rules.facts));
  const Bench bench(std::move(rules), std::move(workload));
  RETURN_IF_ERROR(bench.Verify());
  nlohmann::json figures = bench.Measure(flags.seconds);
  for (const int rules : {100, 10000}) {
    ASSIGN_OR_RETURN(
        figures[absl::StrCat("rules_", rules, "_ns")],
        QuestionAmongRules(flags.rules, flags.data, rules, flags.seconds));
  }
  std::cout << figures.dump() << "\n";
  return absl::OkStatus();
}

}  // namespace
}  // namespace talentcard::bench

int main(int argc, char** argv) {
  CLI::App app("Times the rule engine on the neutral workload.");
  talentcard::bench::Flags flags;
  app.add_option("--data", flags.data, "Where holders.tsv is")->required();
  app.add_option("--rules", flags.rules)->capture_default_str();
  app.add_option("--seconds", flags.seconds, "For each figure")
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  const absl::Status status = talentcard::bench::Main(flags);
  if (!status.ok()) std::cerr << status << "\n";
  return status.ok() ? 0 : 1;
}
