#ifndef TALENTCARD_ENGINE_DECISION_NEXT_CHANGE_H_
#define TALENTCARD_ENGINE_DECISION_NEXT_CHANGE_H_

#include <functional>
#include <optional>
#include <set>

#include "absl/time/time.h"
#include "chengzhou/talentcard/v1/conditions.pb.h"
#include "engine/decision/decide.h"

namespace talentcard::decision {

// Every instant after `after` at which something the rules can see begins, ends or
// passes a count of days: the only instants at which an answer can change by itself.
std::set<absl::Time> Boundaries(const policy::Policy& policy, const Subject& subject, absl::Time after);

// The first of them at which `same` is false; nullopt if there is none.
std::optional<absl::Time> FirstChange(const std::set<absl::Time>& instants,
                                      const std::function<bool(absl::Time)>& same);

// The first day after `day` on which the person's tier is another one.
std::optional<CivilDate> NextTierChange(const policy::Policy& policy, const v1::Person& person, CivilDate day,
                                        const v1::TierView& tier);

}  // namespace talentcard::decision

#endif  // TALENTCARD_ENGINE_DECISION_NEXT_CHANGE_H_
