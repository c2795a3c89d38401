#include "engine/policy/compiled_conditions.h"

#include <span>
#include <utility>

#include "engine/cel/bytecode/facts.h"
#include "engine/policy/environment.h"

namespace talentcard::policy {
namespace {

using cel::bytecode::Bundle;
using cel::bytecode::Verdicts;

// Days on which the conditions of a version, or parameters while it is in
// force, begin.
std::vector<CivilDate> DaysOf(
    const Entitlement& entitlement, size_t version,
    const std::vector<Dated<std::vector<cel::Value>>>& parameters) {
  const CivilDate from = entitlement.versions[version].from;
  std::vector<CivilDate> days = {from};
  for (const auto& row : parameters) {
    const bool before_the_next =
        version + 1 == entitlement.versions.size() ||
        row.from < entitlement.versions[version + 1].from;
    if (row.from > from && before_the_next) days.push_back(row.from);
  }
  return days;
}

}  // namespace

CompiledConditions::CompiledConditions(const std::vector<Condition>& conditions,
                                       std::map<int, cel::Value> fixed) {
  Bundle::Builder builder(std::move(fixed));
  for (const Condition& condition : conditions) {
    Rules& rules = conditions_.emplace_back();
    if (condition.applies)
      rules.applies = builder.AddRule({condition.applies->program});
    rules.when = builder.AddRule({condition.when.program});
  }
  bundle_ = std::make_unique<const Bundle>(std::move(builder).Build());
}

CompiledConditions::Results CompiledConditions::Examine(
    const cel::Activation& activation) const {
  absl::InlinedVector<uint32_t, 96> facts(bundle_->words());
  cel::bytecode::Flattener(bundle_->terms())
      .Flatten(activation, std::span<uint32_t>(facts.data(), facts.size()));
  absl::InlinedVector<uint64_t, 4> bits(2 * bundle_->verdict_words());
  const std::span<uint64_t> rows(bits.data(), bits.size());
  const Verdicts verdicts{rows.first(bundle_->verdict_words()),
                          rows.last(bundle_->verdict_words())};
  bundle_->CheckAll(facts.data(), activation, verdicts);
  Results results;
  for (size_t i = 0; i < size(); ++i)
    results.push_back(ResultOf(i, [&](int rule) { return verdicts[rule]; }));
  return results;
}

void CompileConditions(Policy& policy) {
  for (auto& [code, entitlement] : policy.entitlements) {
    for (size_t i = 0; i < entitlement.versions.size(); ++i) {
      EntitlementVersion& version = entitlement.versions[i].value;
      for (const CivilDate day :
           DaysOf(entitlement, i, policy.parameter_values)) {
        version.compiled.push_back(
            {day, std::make_shared<const CompiledConditions>(
                      version.conditions, FixedParameters(policy, day))});
      }
    }
  }
}

}  // namespace talentcard::policy
