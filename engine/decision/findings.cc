#include "engine/decision/findings.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "absl/strings/str_cat.h"
#include "engine/decision/outcome.h"
#include "engine/decision/reasons.h"

namespace talentcard::decision {
namespace {

constexpr size_t kLongestValue = 200;

template <typename Rule>  // A condition or a limit.
void Name(const Rule& rule, v1::Finding& finding) {
  finding.set_condition(rule.id);
  finding.set_clause(rule.clause);
}

void Describe(const policy::Text& description, const policy::Text& remedy,
              v1::Finding& finding) {
  finding.mutable_description()->set_zh(description.zh);
  finding.mutable_description()->set_en(description.en);
  if (Stands(finding.result())) return;
  finding.mutable_remedy()->set_zh(remedy.zh);
  finding.mutable_remedy()->set_en(remedy.en);
}

// What the expression read, as `name = value`.
void AddValues(const cel::Program& program, const cel::Activation& activation,
               v1::Finding& finding) {
  for (int input : program.Inputs()) {
    std::string value =
        cel::EvaluateNode(program, input, activation).ToString();
    if (value.size() > kLongestValue) {
      size_t end = kLongestValue;
      while (end > 0 && (value[end] & 0xC0) == 0x80) --end;
      value.resize(end);
      value += "…";
    }
    finding.add_values(
        absl::StrCat(program.nodes()[input].attribute, " = ", value));
  }
}

// Names what keeps an expression from being decided: its unknowns, or for an
// error the absent values it read.
void AddMissing(const cel::Program& program, const cel::Value& value,
                const cel::Activation& activation, v1::Finding& finding) {
  if (value.is_unknown()) {
    for (const std::string& attribute : value.as_unknown())
      finding.add_missing(attribute);
    return;
  }
  for (int input : program.Inputs()) {
    if (cel::EvaluateNode(program, input, activation).kind() ==
        cel::Value::Kind::kNull) {
      finding.add_missing(program.nodes()[input].attribute);
    }
  }
  if (finding.missing().empty()) finding.add_missing(value.ToString());
}

}  // namespace

v1::Finding Examine(const policy::Condition& condition, const Scene& scene,
                    bool explain) {
  const cel::Activation activation = scene;
  v1::Finding finding;
  const cel::Value applies =
      condition.applies ? cel::Evaluate(*condition.applies->program, activation)
                        : cel::Value::Bool(true);
  const cel::Value holds =
      applies.is_true() ? cel::Evaluate(*condition.when.program, activation)
                        : applies;
  if (applies.is_false()) {
    finding.set_result(v1::Finding::NOT_APPLICABLE);
  } else if (holds.is_true()) {
    finding.set_result(v1::Finding::HELD);
  } else {
    const bool failed = holds.is_false();
    finding.set_result(failed ? v1::Finding::FAILED : v1::Finding::UNKNOWN);
    if (!failed) {
      AddMissing(applies.is_true() ? *condition.when.program
                                   : *condition.applies->program,
                 holds, activation, finding);
    }
    finding.set_reason(condition.reason);
    if (condition.reason_expression) {
      const cel::Value reason =
          cel::Evaluate(*condition.reason_expression->program, activation);
      const bool given = reason.kind() == cel::Value::Kind::kString &&
                         !reason.as_string().empty();
      finding.set_reason(given ? std::string(reason.as_string())
                               : kManualReview);
    }
  }
  if (explain || !Stands(finding.result())) Name(condition, finding);
  if (explain) {
    Describe(condition.description, condition.remedy, finding);
    if (!applies.is_false())
      AddValues(*condition.when.program, activation, finding);
  }
  return finding;
}

v1::Finding Examine(const policy::Limit& limit, const Scene& scene,
                    const std::vector<const v1::Use*>& uses,
                    const Counting& counting, bool explain, int& remaining) {
  const cel::Activation activation = scene;
  v1::Finding finding;
  const cel::Value at_most = cel::Evaluate(*limit.at_most.program, activation);
  std::optional<int64_t> within;
  if (limit.within_days) within = DaysOf(*limit.within_days, activation);
  const Counted counted = CountUses(limit, uses, counting, within);
  if (at_most.kind() != cel::Value::Kind::kInt) {
    finding.set_result(v1::Finding::UNKNOWN);
    finding.set_reason(limit.reason);
    AddMissing(*limit.at_most.program, at_most, activation, finding);
  } else {
    const int64_t most = std::clamp<int64_t>(at_most.as_int(), 0,
                                             std::numeric_limits<int>::max());
    const int left =
        static_cast<int>(std::max<int64_t>(0, most - counted.uses));
    if (limit.count == policy::Limit::Count::kUsed)
      remaining = std::min(remaining, left);
    finding.set_result(left > 0 ? v1::Finding::HELD : v1::Finding::FAILED);
    if (left == 0) finding.set_reason(limit.reason);
  }
  if (explain || !Stands(finding.result())) Name(limit, finding);
  if (explain) {
    Describe(limit.description, limit.remedy, finding);
    finding.add_values(absl::StrCat("used = ", counted.uses));
    finding.add_values(absl::StrCat("at most = ", at_most.ToString()));
    if (counted.lapsed > 0)
      finding.add_values(absl::StrCat("lapsed = ", counted.lapsed));
  }
  return finding;
}

void HideValuesOf(std::string_view person, v1::Decision& decision) {
  for (v1::Finding& finding : *decision.mutable_findings()) {
    auto& values = *finding.mutable_values();
    const auto hidden = std::remove_if(
        values.begin(), values.end(), [&](std::string_view line) {
          const size_t end = line.find_first_of(". ");
          return line.substr(0, end) == person;
        });
    values.erase(hidden, values.end());
  }
}

}  // namespace talentcard::decision
