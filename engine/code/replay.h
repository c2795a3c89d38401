#ifndef TALENTCARD_ENGINE_CODE_REPLAY_H_
#define TALENTCARD_ENGINE_CODE_REPLAY_H_

#include <cstddef>
#include <map>

#include "absl/time/time.h"
#include "engine/code/claims.h"

namespace talentcard::code {

// The codes one desk has taken, each for as long as it could be shown again.
// Two desks without network cannot see each other's: that is found when their
// queues are sent in. Not thread-safe.
class ReplayMemory {
 public:
  static constexpr size_t kMostCodes = 4096;

  enum class Answer { kNew, kShownBefore, kFull };

  // Takes the code `id` in `slot`, which nobody believes after `until`. Whoever
  // saw a slot of an offline code can make the ones before it (hash chain), so
  // only a later slot than any taken is new.
  Answer Take(const CodeId& id, int slot, absl::Time until, absl::Time now);
  size_t size() const { return taken_.size(); }

 private:
  struct Taken {
    int slot = 0;  // The latest.
    absl::Time until;
  };

  std::map<CodeId, Taken> taken_;
};

}  // namespace talentcard::code

#endif  // TALENTCARD_ENGINE_CODE_REPLAY_H_
