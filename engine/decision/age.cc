#include "engine/decision/age.h"

#include <algorithm>
#include <variant>

#include "engine/identity/document.h"

namespace talentcard::decision {

std::optional<bool> HasReached(const policy::Policy& policy,
                               const std::string& parameter,
                               const chengzhou::talentcard::v1::Person& person,
                               CivilDate day) {
  const auto birth = CivilDate::FromProto(person.birth_date());
  if (!person.has_birth_date() || !birth.ok()) return std::nullopt;
  return HasReached(policy, parameter, *birth, day);
}

std::optional<bool> HasReached(const policy::Policy& policy,
                               const std::string& parameter, CivilDate birth,
                               CivilDate day) {
  const auto years = NumberOn(policy, parameter, day);
  if (!years) return std::nullopt;
  return birth.AddYears(static_cast<int>(*years)) <= day;
}

std::optional<int64_t> NumberOn(const policy::Policy& policy,
                                const std::string& parameter, CivilDate day) {
  const auto found = policy.parameters.find(parameter);
  if (found == policy.parameters.end()) return std::nullopt;
  const auto* version = policy::InForce(found->second.versions, day);
  const auto* number =
      version ? std::get_if<int64_t>(&version->value) : nullptr;
  return number ? std::optional(*number) : std::nullopt;
}

bool IsMinor(const policy::Policy& policy,
             const chengzhou::talentcard::v1::Person& person, CivilDate day) {
  const auto& minors = policy.personal_data.minors;
  if (!minors) return false;
  const auto& age = minors->adult_from;
  if (!HasReached(policy, age, person, day).value_or(false)) return true;
  const auto& documents = person.documents();
  return std::any_of(
      documents.begin(), documents.end(), [&](const auto& document) {
        const auto parsed = identity::ParseDocument(
            static_cast<identity::DocumentKind>(document.kind()),
            document.number(), {day, /*allow_unallocated_region=*/true});
        return parsed.ok() && parsed->birth_date &&
               !HasReached(policy, age, *parsed->birth_date, day)
                    .value_or(false);
      });
}

}  // namespace talentcard::decision
