#ifndef TALENTCARD_ENGINE_DECISION_FINDINGS_H_
#define TALENTCARD_ENGINE_DECISION_FINDINGS_H_

#include <string>
#include <vector>

#include "chengzhou/talentcard/v1/decision.pb.h"
#include "engine/cel/evaluate.h"
#include "engine/decision/limits.h"
#include "engine/policy/policy.h"

namespace talentcard::decision {

// A finding and what it does to the answer if it did not hold.
struct Found {
  v1::Finding finding;
  policy::Consequence consequence = policy::Consequence::kDeny;
};

// With `explain`, texts and the values seen are filled in.
Found Examine(const policy::Condition& condition,
              const std::vector<cel::Value>& variables, bool explain);
Found Examine(const policy::Limit& limit,
              const std::vector<cel::Value>& variables,
              const std::vector<const v1::Use*>& uses, const Counting& counting,
              bool explain, int& remaining);

}  // namespace talentcard::decision

#endif  // TALENTCARD_ENGINE_DECISION_FINDINGS_H_
