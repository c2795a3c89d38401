#ifndef TALENTCARD_ENGINE_DECISION_OUTCOME_H_
#define TALENTCARD_ENGINE_DECISION_OUTCOME_H_

#include <span>

#include "chengzhou/talentcard/v1/decision.pb.h"
#include "engine/policy/policy.h"

// From what each condition and limit came to, the answer.
namespace talentcard::decision {

namespace v1 = chengzhou::talentcard::v1;

// How a condition or limit came out, and what it does if it did not hold.
struct Standing {
  v1::Finding::Result result;
  policy::Consequence consequence;
};

// Whether nothing stands against a yes here.
inline bool Stands(v1::Finding::Result result) {
  return result == v1::Finding::HELD || result == v1::Finding::NOT_APPLICABLE;
}

// Of a rule whose conditions and limits are these; those that stand may be left
// out.
v1::Outcome OutcomeOf(std::span<const Standing> standings);
// Whether this one decided the outcome, so that its reason is given.
bool Decides(v1::Outcome outcome, const Standing& standing);

// Kinder is larger.
int Kindness(v1::Outcome outcome);

}  // namespace talentcard::decision

#endif  // TALENTCARD_ENGINE_DECISION_OUTCOME_H_
