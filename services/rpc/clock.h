#ifndef TALENTCARD_SERVICES_RPC_CLOCK_H_
#define TALENTCARD_SERVICES_RPC_CLOCK_H_

#include <mutex>

#include "absl/time/time.h"

namespace talentcard::rpc {

// Where services learn the time. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual absl::Time Now() const = 0;
};

class SystemClock : public Clock {
 public:
  absl::Time Now() const override;
};

// Stands still until it is moved, and never goes back. For rehearsals and
// tests.
class RehearsalClock : public Clock {
 public:
  explicit RehearsalClock(absl::Time start) : now_(start) {}
  absl::Time Now() const override;
  // Moves to `time` if that is later.
  void Advance(absl::Time time);

 private:
  mutable std::mutex mutex_;
  absl::Time now_;
};

}  // namespace talentcard::rpc

#endif  // TALENTCARD_SERVICES_RPC_CLOCK_H_
