#ifndef TALENTCARD_ENGINE_DECISION_FINDINGS_H_
#define TALENTCARD_ENGINE_DECISION_FINDINGS_H_

#include <string>
#include <vector>

#include "chengzhou/talentcard/v1/decision.pb.h"
#include "engine/cel/evaluate.h"
#include "engine/decision/limits.h"
#include "engine/policy/policy.h"

namespace talentcard::decision {

// How one condition or limit came out, into an empty finding. With `explain`,
// texts and the values seen are filled in.
void Examine(const policy::Condition& condition,
             const std::vector<cel::Value>& variables, bool explain,
             v1::Finding& finding);
// `remaining` falls to what the limit leaves, if it counts uses.
void Examine(const policy::Limit& limit,
             const std::vector<cel::Value>& variables,
             const std::vector<const v1::Use*>& uses, const Counting& counting,
             bool explain, int& remaining, v1::Finding& finding);

}  // namespace talentcard::decision

#endif  // TALENTCARD_ENGINE_DECISION_FINDINGS_H_
