#ifndef TALENTCARD_ENGINE_DECISION_REASONS_H_
#define TALENTCARD_ENGINE_DECISION_REASONS_H_

#include <string>

#include "engine/policy/policy.h"

namespace talentcard::decision {

// The reason codes that the engine itself gives; all others are rules'.
inline constexpr char kOk[] = "OK";
inline constexpr char kPolicyNotInForce[] = "POLICY_NOT_IN_FORCE";
inline constexpr char kPolicyChangedPinned[] = "POLICY_CHANGED_PINNED";
// Of a condition that failed while its rule could not say why.
inline constexpr char kManualReview[] = "MANUAL_REVIEW";
// Nobody could be the holder.
inline constexpr char kCardNotFound[] = "CARD_NOT_FOUND";

// The reason an asker of this kind is told in place of `code`: itself, or the
// one it is shown as; nobody's kind (empty) is told all. Null if the policy
// does not know it. Lives as long as `policy`.
const policy::Reason* ReasonFor(const policy::Policy& policy,
                                const std::string& code,
                                const std::string& asker);

}  // namespace talentcard::decision

#endif  // TALENTCARD_ENGINE_DECISION_REASONS_H_
