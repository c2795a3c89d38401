#include "engine/code/replay.h"

namespace talentcard::code {

ReplayMemory::Answer ReplayMemory::Take(const CodeId& id, int slot,
                                        absl::Time until, absl::Time now) {
  const auto known = taken_.find(id);
  if (known != taken_.end()) {
    if (slot <= known->second.slot) return Answer::kShownBefore;
    known->second = {slot, until};
    return Answer::kNew;
  }
  if (taken_.size() >= kMostCodes) {
    std::erase_if(taken_,
                  [&](const auto& entry) { return entry.second.until < now; });
  }
  if (taken_.size() >= kMostCodes) return Answer::kFull;
  taken_[id] = {slot, until};
  return Answer::kNew;
}

}  // namespace talentcard::code
