#include "engine/decision/reasons.h"

#include <algorithm>

namespace talentcard::decision {

const policy::Reason* ReasonFor(const policy::Policy& policy,
                                const std::string& code,
                                const std::string& asker) {
  const auto found = policy.reasons.find(code);
  if (found == policy.reasons.end()) return nullptr;
  const policy::Reason& reason = found->second;
  const bool shown = asker.empty() || reason.shown_to.empty() ||
                     std::find(reason.shown_to.begin(), reason.shown_to.end(),
                               asker) != reason.shown_to.end();
  if (shown) return &reason;
  const auto other = policy.reasons.find(reason.shown_as);
  return other == policy.reasons.end() ? nullptr : &other->second;
}

}  // namespace talentcard::decision
