#include "engine/code/replay.h"

namespace talentcard::code {

ReplayMemory::Answer ReplayMemory::Take(const CodeId& id, int slot,
                                        absl::Time until, absl::Time now) {
  const auto key = std::make_pair(id, slot);
  if (taken_.count(key) > 0) return Answer::kShownBefore;
  if (taken_.size() >= kMostCodes) {
    std::erase_if(taken_,
                  [&](const auto& entry) { return entry.second < now; });
  }
  if (taken_.size() >= kMostCodes) return Answer::kFull;
  taken_[key] = until;
  return Answer::kNew;
}

}  // namespace talentcard::code
