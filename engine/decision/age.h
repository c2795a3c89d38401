#ifndef TALENTCARD_ENGINE_DECISION_AGE_H_
#define TALENTCARD_ENGINE_DECISION_AGE_H_

#include <optional>
#include <string>

#include "chengzhou/talentcard/v1/person.pb.h"
#include "engine/date/civil_date.h"
#include "engine/policy/policy.h"

namespace talentcard::decision {

// Whether somebody has had the birthday that a parameter of type int names;
// nullopt without a proven birth date, or before the parameter has a value.
// Who is born on 29 February has it on 28 February of other years, as for
// conditions (addYears).
std::optional<bool> HasReached(const policy::Policy& policy,
                               const std::string& parameter,
                               const chengzhou::talentcard::v1::Person& person,
                               CivilDate day);
// The same of who was born that day.
std::optional<bool> HasReached(const policy::Policy& policy,
                               const std::string& parameter, CivilDate birth,
                               CivilDate day);

}  // namespace talentcard::decision

#endif  // TALENTCARD_ENGINE_DECISION_AGE_H_
