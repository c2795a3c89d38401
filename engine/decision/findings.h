#ifndef TALENTCARD_ENGINE_DECISION_FINDINGS_H_
#define TALENTCARD_ENGINE_DECISION_FINDINGS_H_

#include <string_view>
#include <vector>

#include "chengzhou/talentcard/v1/decision.pb.h"
#include "engine/decision/limits.h"
#include "engine/decision/scene.h"
#include "engine/policy/policy.h"

namespace talentcard::decision {

// How one condition or limit came out. With `explain`, texts and the values
// seen are filled in; without, one that stands is left without words.
v1::Finding Examine(const policy::Condition& condition, const Scene& scene,
                    bool explain);
// `remaining` falls to what the limit leaves, if it counts uses.
v1::Finding Examine(const policy::Limit& limit, const Scene& scene,
                    const std::vector<const v1::Use*>& uses,
                    const Counting& counting, bool explain, int& remaining);

// Clears from an explanation what conditions read of a person, by the variable
// they are in: `beneficiary` or `holder`.
void HideValuesOf(std::string_view person, v1::Decision& decision);

}  // namespace talentcard::decision

#endif  // TALENTCARD_ENGINE_DECISION_FINDINGS_H_
