#ifndef TALENTCARD_ENGINE_DECISION_ASSESS_H_
#define TALENTCARD_ENGINE_DECISION_ASSESS_H_

#include <vector>

#include "chengzhou/talentcard/v1/conditions.pb.h"
#include "engine/cel/evaluate.h"
#include "engine/decision/decide.h"

// Tier and card on one day, from views.
namespace talentcard::decision {

// The values of all variables by slot, parameters of `day` included; the rest null.
std::vector<cel::Value> Variables(const policy::Policy& policy, CivilDate day);

// The highest tier recognised and still met. `variables` must hold the holder.
v1::TierView ViewTier(const policy::Policy& policy, const v1::PersonView& holder,
                      const std::vector<cel::Value>& variables, CivilDate day);

// The card that gives most: one in force before any other, then the one issued
// last. `variables` must hold the holder.
v1::CardView ViewBestCard(const policy::Policy& policy, const Holder& holder,
                          std::vector<cel::Value> variables, absl::Time instant);

}  // namespace talentcard::decision

#endif  // TALENTCARD_ENGINE_DECISION_ASSESS_H_
