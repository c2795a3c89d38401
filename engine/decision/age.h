#ifndef TALENTCARD_ENGINE_DECISION_AGE_H_
#define TALENTCARD_ENGINE_DECISION_AGE_H_

#include <cstdint>
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
// The value of a parameter of type int; nullopt if there is none that day.
std::optional<int64_t> NumberOn(const policy::Policy& policy,
                                const std::string& parameter, CivilDate day);

// Whether somebody is, or may be, a minor that day (personal_data.yaml): by the
// birth date on record or that of any document, so that changing the one shows
// no more of a child. Nobody is if the policy has no rule about minors.
bool IsMinor(const policy::Policy& policy,
             const chengzhou::talentcard::v1::Person& person, CivilDate day);

}  // namespace talentcard::decision

#endif  // TALENTCARD_ENGINE_DECISION_AGE_H_
