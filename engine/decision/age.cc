#include "engine/decision/age.h"

#include <cstdint>
#include <variant>

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
  const auto found = policy.parameters.find(parameter);
  if (found == policy.parameters.end()) return std::nullopt;
  const auto* version = policy::InForce(found->second.versions, day);
  const auto* years = version ? std::get_if<int64_t>(&version->value) : nullptr;
  if (years == nullptr) return std::nullopt;
  return birth.AddYears(static_cast<int>(*years)) <= day;
}

}  // namespace talentcard::decision
