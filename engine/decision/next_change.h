#ifndef TALENTCARD_ENGINE_DECISION_NEXT_CHANGE_H_
#define TALENTCARD_ENGINE_DECISION_NEXT_CHANGE_H_

#include <functional>
#include <optional>
#include <set>

#include "absl/time/time.h"
#include "chengzhou/talentcard/v1/conditions.pb.h"
#include "engine/decision/decide.h"

namespace talentcard::decision {

// Every instant after the question's at which an answer can change by itself,
// in order: where something that rules can see begins, ends or passes a whole
// number of days or years. Complete for rules that compare dates (of facts, or
// written in a rule) with the day, count days since an event up to 400, or
// years since a birth up to 100, and for limits with any window and
// reservations that lapse; a date that a rule moves otherwise (by months) is
// not found.
std::set<absl::Time> Boundaries(const policy::Policy& policy,
                                const policy::Entitlement& entitlement,
                                const Subject& subject,
                                const Question& question);

// The first of them at which `same` is false; nullopt if there is none.
std::optional<absl::Time> FirstChange(
    const std::set<absl::Time>& instants,
    const std::function<bool(absl::Time)>& same);

// The first day after `day` on which the person's tier is another one.
std::optional<CivilDate> NextTierChange(const policy::Policy& policy,
                                        const v1::Person& person, CivilDate day,
                                        const v1::TierView& tier);

}  // namespace talentcard::decision

#endif  // TALENTCARD_ENGINE_DECISION_NEXT_CHANGE_H_
