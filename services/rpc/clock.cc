#include "services/rpc/clock.h"

#include <algorithm>

#include "absl/time/clock.h"

namespace talentcard::rpc {

absl::Time SystemClock::Now() const { return absl::Now(); }

absl::Time RehearsalClock::Now() const {
  const std::lock_guard lock(mutex_);
  return now_;
}

void RehearsalClock::Advance(absl::Time time) {
  const std::lock_guard lock(mutex_);
  now_ = std::max(now_, time);
}

}  // namespace talentcard::rpc
