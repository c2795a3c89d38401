#include "tools/bench/engine/many_rules.h"

#include <cstdlib>
#include <random>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/cel/bytecode/bundle.h"
#include "engine/cel/bytecode/facts.h"
#include "engine/cel/bytecode/index.h"
#include "engine/status_macros.h"
#include "tools/bench/engine/measure.h"
#include "tools/bench/engine/rule_files.h"
#include "tools/bench/engine/workload.h"

namespace talentcard::bench {
namespace {

using cel::bytecode::Bundle;
using cel::bytecode::RuleIndex;
using cel::bytecode::Verdict;

std::string Office(int rule) { return absl::StrCat("O", rule / kEntitlements); }
int AgeLimit(int rule) { return 30 + rule / kEntitlements % 40; }

absl::StatusOr<Bundle> Bundled(const RuleFiles& files, int rules) {
  Bundle::Builder builder;
  for (int rule = 0; rule < rules; ++rule) {
    const auto& entitlement = files.entitlements[rule % kEntitlements];
    std::vector<std::shared_ptr<const cel::Program>> conditions;
    for (const std::string& source :
         {absl::StrCat("office == '", Office(rule), "'"),
          absl::StrCat("entitlement == '", entitlement.name, "'"),
          absl::StrCat("talent.age <= ", AgeLimit(rule))}) {
      ASSIGN_OR_RETURN(conditions.emplace_back(),
                       CompileCondition(files.environment, source));
    }
    conditions.insert(conditions.end(), entitlement.conditions.begin(),
                      entitlement.conditions.end());
    builder.AddRule(std::move(conditions));
  }
  return std::move(builder).Build();
}

int SlotOf(const RuleFiles& files, const std::string& name) {
  return files.environment.Find(name)->slot;
}

}  // namespace

absl::StatusOr<double> QuestionAmongRules(const std::string& rules_directory,
                                          const std::string& data_directory,
                                          int rules, double seconds) {
  ASSIGN_OR_RETURN(const RuleFiles files,
                   ReadRuleFiles(rules_directory, {"office", "entitlement"}));
  ASSIGN_OR_RETURN(Workload workload,
                   ReadWorkload(data_directory, files.facts));
  ASSIGN_OR_RETURN(const Bundle bundle, Bundled(files, rules));
  const RuleIndex index(bundle);
  cel::bytecode::Flattener flattener(bundle.terms());
  const auto words = static_cast<size_t>(bundle.words());
  std::vector<uint32_t> facts(workload.holders.size() * words);
  std::mt19937 random(20260101);
  size_t wanted = 0;
  for (size_t i = 0; i < workload.holders.size(); ++i) {
    auto& holder = workload.holders[i];
    const int rule = static_cast<int>(random() % static_cast<uint32_t>(rules));
    const int entitlement = rule % kEntitlements;
    holder[SlotOf(files, "office")] = cel::Value::String(Office(rule));
    holder[SlotOf(files, "entitlement")] =
        cel::Value::String(files.entitlements[entitlement].name);
    flattener.Flatten({holder}, {facts.data() + i * words, words});
    wanted += workload.expected[i * kLine + 2 + entitlement] == '1' &&
              holder[SlotOf(files, "talent.age")].as_int() <= AgeLimit(rule);
  }
  std::vector<RuleIndex::Match> matches;
  size_t granted = 0;
  const double ns = CpuNsPerOperation(seconds, workload.holders.size(), [&] {
    granted = 0;
    for (size_t i = 0; i < workload.holders.size(); ++i) {
      matches.clear();
      index.Find(facts.data() + i * words, {}, matches);
      granted += matches.size() == 1 && matches[0].verdict == Verdict::kTrue;
    }
  });
  if (granted != wanted) {
    return absl::DataLossError(
        absl::StrCat("among ", rules, " rules, ", granted,
                     " questions are granted, not ", wanted));
  }
  return ns;
}

}  // namespace talentcard::bench
