#ifndef TALENTCARD_ENGINE_POLICY_ENVIRONMENT_H_
#define TALENTCARD_ENGINE_POLICY_ENVIRONMENT_H_

#include <map>
#include <string>
#include <vector>

#include "engine/cel/environment.h"
#include "engine/policy/policy.h"

namespace talentcard::policy {

// The slots of the variables that conditions see; parameters follow from
// kFirstParameter on, in the order of their codes.
enum Slot : int {
  kHolder,
  kBeneficiary,
  kCard,
  kTier,
  kLink,
  kRelation,
  kRequest,
  kAt,
  kFields,
  kOffers,
  kFirstParameter,
};

// The names of conditions.proto, typed by its messages and the parameters.
cel::Environment BuildEnvironment(
    const std::map<std::string, Parameter>& parameters);

// The constants a `relation` is one of.
std::vector<std::string> Relations();

// The parameters that have a value on `day`, by slot.
std::map<int, cel::Value> FixedParameters(const Policy& policy, CivilDate day);

cel::Type TypeOf(const ParameterValue& value);
cel::Value ToValue(const ParameterValue& value);

}  // namespace talentcard::policy

#endif  // TALENTCARD_ENGINE_POLICY_ENVIRONMENT_H_
