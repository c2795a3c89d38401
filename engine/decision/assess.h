#ifndef TALENTCARD_ENGINE_DECISION_ASSESS_H_
#define TALENTCARD_ENGINE_DECISION_ASSESS_H_

#include "chengzhou/talentcard/v1/conditions.pb.h"
#include "engine/decision/decide.h"
#include "engine/decision/scene.h"
#include "engine/decision/seen.h"

// Tier and card on one day, from views.
namespace talentcard::decision {

// `scene` must hold the holder.
TierSeen ViewTier(const policy::Policy& policy, const v1::PersonView& holder,
                  const Scene& scene, CivilDate day);

// The card that gives most: one in force before any other, then the one valid
// from the later day. A state that cannot be decided never puts a card in
// force. `scene` must hold the holder; its card is left null.
v1::CardView ViewBestCard(const policy::Policy& policy, const Holder& holder,
                          Scene& scene, absl::Time instant);

}  // namespace talentcard::decision

#endif  // TALENTCARD_ENGINE_DECISION_ASSESS_H_
