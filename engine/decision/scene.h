#ifndef TALENTCARD_ENGINE_DECISION_SCENE_H_
#define TALENTCARD_ENGINE_DECISION_SCENE_H_

#include <array>
#include <span>

#include "engine/cel/evaluate.h"
#include "engine/decision/seen.h"
#include "engine/decision/view.h"
#include "engine/policy/environment.h"
#include "engine/policy/policy.h"

namespace talentcard::decision {

// What conditions see on one day: the day, its parameters, and whoever is put
// in; everything else is null. The policy must outlive it.
class Scene {
 public:
  Scene(const policy::Policy& policy, CivilDate day)
      : parameters_(*policy::InForce(policy.parameter_values, day)) {
    variables_[policy::kAt] = cel::Value::Date(day);
  }

  // One holder and beneficiary; the request is left as it is. Views.
  void Put(const Seen& holder, const v1::PersonView& beneficiary,
           const Relationship& relationship) {
    variables_[policy::kHolder] = cel::Value::Message(holder.person);
    variables_[policy::kBeneficiary] = cel::Value::Message(beneficiary);
    variables_[policy::kLink] = cel::Value::Message(relationship.link);
    variables_[policy::kRelation] =
        cel::Value::StringView(relationship.relation);
    variables_[policy::kTier] = cel::Value::Message(holder.tier.tier);
    variables_[policy::kCard] = cel::Value::Message(holder.card);
  }
  cel::Value& operator[](policy::Slot slot) { return variables_[slot]; }
  // A view of the scene, valid until it changes.
  operator cel::Activation() const {  // NOLINT: scenes are evaluated in.
    return {.variables = variables_, .parameters = parameters_};
  }

 private:
  std::array<cel::Value, policy::kFirstParameter> variables_;
  std::span<const cel::Value> parameters_;
};

}  // namespace talentcard::decision

#endif  // TALENTCARD_ENGINE_DECISION_SCENE_H_
