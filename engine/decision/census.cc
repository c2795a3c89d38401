#include "engine/decision/census.h"

#include <algorithm>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "absl/strings/str_cat.h"
#include "engine/cel/bytecode/facts.h"
#include "engine/decision/consents.h"
#include "engine/decision/outcome.h"
#include "engine/decision/reasons.h"
#include "engine/policy/environment.h"

namespace talentcard::decision {

using cel::columnar::Population;
using policy::CompiledConditions;

// A question, compiled for the day.
struct Census::Asked {
  const CensusQuestion question;
  const policy::Entitlement& entitlement;
  const policy::EntitlementVersion* version;  // Null: none is in force.
  std::unique_ptr<const CompiledConditions> conditions;
  // By condition: where its reason stands, if it is no more than a fact.
  std::vector<std::optional<cel::bytecode::FieldPath>> reason_fields;

  bool IsFor(std::string_view relation) const {
    const auto& relations = entitlement.relations;
    return std::find(relations.begin(), relations.end(), relation) !=
           relations.end();
  }
};

absl::StatusOr<Census> Census::Create(const policy::Policy& policy,
                                      absl::Time instant,
                                      std::vector<CensusQuestion> questions) {
  Census census(policy, instant);
  for (const char* own : std::initializer_list<const char*>{
           kOk, kPolicyNotInForce, kCardNotFound})
    census.reasons_.emplace(own, own);
  for (const auto& [code, reason] : policy.reasons)
    census.reasons_.emplace(code, code);
  auto fixed = policy::FixedParameters(policy, census.day_);
  fixed.emplace(policy::kAt, cel::Value::Date(census.day_));
  for (CensusQuestion& question : questions) {
    const auto found = policy.entitlements.find(question.entitlement);
    if (found == policy.entitlements.end()) {
      return absl::NotFoundError(absl::StrCat("the policy has no entitlement `",
                                              question.entitlement, "`"));
    }
    if (question.request.has_acceptance_date()) {
      return absl::InvalidArgumentError(
          "applications are decided one by one: leave the acceptance date out");
    }
    const auto* version = policy::InForce(found->second.versions, census.day_);
    auto asked = std::make_shared<Asked>(
        Asked{std::move(question), found->second, version, nullptr, {}});
    if (version != nullptr) {
      for (const policy::Condition& condition : version->conditions) {
        const auto& reason = condition.reason_expression;
        asked->reason_fields.push_back(
            reason ? cel::bytecode::FieldPath::Of(*reason->program,
                                                  reason->program->root())
                   : std::nullopt);
      }
      asked->conditions =
          std::make_unique<CompiledConditions>(version->conditions, fixed);
    }
    census.questions_.push_back(std::move(asked));
  }
  return census;
}

Census::Group Census::Flatten(std::span<const Subject> subjects) const {
  Group group;
  for (const Subject& subject : subjects) {
    const Holder& holder = subject.holders[0];
    Group::Person& person = group.people_.emplace_back(Group::Person{
        &subject, ViewRelation(*holder.person, *subject.beneficiary, day_),
        Scene(policy_, day_)});
    AddConsents(policy_, *holder.person, *subject.beneficiary, day_,
                person.relationship.link);
    person.scene.Put(*holder.seen, subject.beneficiary_seen->person,
                     person.relationship);
  }
  for (const auto& asked : questions_) {
    Group::Columns& columns = group.columns_.emplace_back();
    for (uint32_t i = 0; i < group.people_.size(); ++i) {
      if (asked->IsFor(group.people_[i].relationship.relation))
        columns.people.push_back(i);
    }
    if (asked->version == nullptr) continue;
    const auto& bundle = asked->conditions->bundle();
    const auto words = static_cast<size_t>(bundle.words());
    std::vector<uint32_t> rows(columns.people.size() * words);
    cel::bytecode::Flattener flattener(bundle.terms());
    const cel::Value request = cel::Value::Message(asked->question.request);
    for (size_t i = 0; i < columns.people.size(); ++i) {
      Scene& scene = group.people_[columns.people[i]].scene;
      scene[policy::kRequest] = request;
      flattener.Flatten(scene, std::span(rows).subspan(i * words, words));
    }
    columns.facts = std::make_unique<const Population>(bundle, std::move(rows));
  }
  return group;
}

std::vector<CensusAnswer> Census::Judge(Group& group) const {
  std::vector<CensusAnswer> answers(group.people_.size() * questions_.size());
  for (size_t q = 0; q < questions_.size(); ++q) {
    const Asked& asked = *questions_[q];
    const Group::Columns& columns = group.columns_[q];
    const auto answer = [&](size_t row) -> CensusAnswer& {
      return answers[columns.people[row] * questions_.size() + q];
    };
    if (asked.version == nullptr) {
      for (size_t row = 0; row < columns.people.size(); ++row)
        answer(row) = {v1::DENY, kPolicyNotInForce};
      continue;
    }
    const cel::Value request = cel::Value::Message(asked.question.request);
    const Population::ActivationOf activation_of =
        [&](size_t row) -> cel::Activation {
      return group.people_[columns.people[row]].scene;
    };
    Population::Scratch scratch(*columns.facts);
    for (size_t row = 0; row < columns.people.size(); ++row) {
      if (row % Population::kPeople == 0)
        columns.facts->JudgeColumns(row, scratch);
      Group::Person& person = group.people_[columns.people[row]];
      person.scene[policy::kRequest] = request;
      const auto verdict_of = [&](int rule) {
        return columns.facts->VerdictOf(rule, row, activation_of, scratch);
      };
      answer(row) =
          AnswerOf(asked, *person.subject, person.scene, [&](size_t condition) {
            return asked.conditions->ResultOf(condition, verdict_of);
          });
    }
  }
  return answers;
}

// As Decide concludes, but only as far as it matters. What needs a closer look,
// Decide gets: uses to be counted, a tier that is not sure.
template <typename ResultOf>
CensusAnswer Census::AnswerOf(const Asked& asked, const Subject& subject,
                              const Scene& scene,
                              const ResultOf& result_of) const {
  const auto& conditions = asked.version->conditions;
  const auto& limits = asked.version->limits;
  if (!subject.uses.empty() && !limits.empty())
    return AskDecide(asked, subject);
  absl::InlinedVector<Standing, 16> standings;
  absl::InlinedVector<size_t, 16> places;  // Of conditions, then limits.
  const auto add = [&](v1::Finding::Result result, policy::Consequence its,
                       size_t place) {
    standings.push_back({result, its});
    places.push_back(place);
    return result == v1::Finding::FAILED && its == policy::Consequence::kDeny;
  };
  bool denied = false;  // The first denial is the answer.
  for (size_t i = 0; !denied && i < conditions.size(); ++i) {
    const v1::Finding::Result result = result_of(i);
    if (!Stands(result)) denied = add(result, conditions[i].consequence, i);
  }
  for (size_t i = 0; !denied && i < limits.size(); ++i) {
    const cel::Value most = cel::Evaluate(*limits[i].at_most.program, scene);
    const bool known = most.kind() == cel::Value::Kind::kInt;
    if (known && most.as_int() > 0) continue;
    denied = add(known ? v1::Finding::FAILED : v1::Finding::UNKNOWN,
                 limits[i].consequence, conditions.size() + i);
  }
  const std::span<const Standing> all(standings.data(), standings.size());
  CensusAnswer answer{OutcomeOf(all), kOk};
  if (!subject.holders[0].seen->tier.missing.empty() &&
      Kindness(answer.outcome) < Kindness(v1::ALLOW_WITH_CONDITIONS)) {
    return AskDecide(asked, subject);
  }
  for (size_t i = 0; i < all.size(); ++i) {
    if (!Decides(answer.outcome, all[i])) continue;
    answer.reason = places[i] < conditions.size()
                        ? ReasonOf(asked, places[i], scene)
                        : limits[places[i] - conditions.size()].reason;
    break;
  }
  return answer;
}

// The policy's own words, which outlive the evaluation.
std::string_view Census::ReasonOf(const Asked& asked, size_t place,
                                  const Scene& scene) const {
  const policy::Condition& condition = asked.version->conditions[place];
  if (!condition.reason_expression) return condition.reason;
  const auto& field = asked.reason_fields[place];
  std::optional<cel::Value> reason;
  if (field) reason = field->Read(scene);
  if (!reason)
    reason = cel::Evaluate(*condition.reason_expression->program, scene);
  const bool given = reason->kind() == cel::Value::Kind::kString &&
                     !reason->as_string().empty();
  return given ? Lasting(reason->as_string()) : std::string_view(kManualReview);
}

std::string_view Census::Lasting(std::string_view reason) const {
  const auto found = reasons_.find(reason);
  return found == reasons_.end() ? std::string_view(kManualReview)
                                 : found->second;
}

CensusAnswer Census::AskDecide(const Asked& asked,
                               const Subject& subject) const {
  const auto decision =
      Decide(policy_, subject,
             {asked.question.entitlement, asked.question.request, instant_,
              instant_, /*explain=*/false});
  // The entitlement and the beneficiary are there.
  return {decision->outcome(), Lasting(decision->reasons(0))};
}

}  // namespace talentcard::decision
