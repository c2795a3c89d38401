#ifndef TALENTCARD_SERVICES_RPC_SESSIONS_H_
#define TALENTCARD_SERVICES_RPC_SESSIONS_H_

#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "engine/digest/sha256.h"
#include "services/rpc/asker.h"
#include "services/rpc/clock.h"
#include "services/store/random.h"

namespace talentcard::rpc {

// Who has signed in, in memory only: after a restart everybody signs in again.
// A session is known by a token of 256 bits, of which only the hash is kept,
// and is good with the certificate it was begun with. Thread-safe.
class Sessions {
 public:
  static constexpr absl::Duration kIdle = absl::Minutes(15);
  static constexpr absl::Duration kLongest = absl::Hours(8);
  // Of one person: one more ends the one begun first.
  static constexpr size_t kMost = 8;

  // Both must outlive it. The clock is never a rehearsal's.
  Sessions(const Clock& clock, store::Random& random)
      : clock_(clock), random_(random) {}

  absl::Time Now() const { return clock_.Now(); }

  struct Begun {
    std::string token;
    absl::Time until;
  };
  Begun Begin(const Asker& asker);

  // Whether `asker.session` is this asker's and has not ended; then it is not
  // idle for another while.
  bool IsOpen(const Asker& asker);

  // Each answers how many have ended: the asker's own; all of a person.
  size_t End(const Asker& asker);
  size_t EndAll(std::string_view staff);

 private:
  struct Session {
    std::string whose;  // Actor and certificate.
    std::string staff;
    absl::Time begun, used;
  };
  bool HasEnded(const Session& session, absl::Time now) const;
  void MakeRoom(const std::string& staff, absl::Time now);

  const Clock& clock_;
  store::Random& random_;
  std::mutex mutex_;
  std::map<Sha256Hash, Session> sessions_;  // By the hash of the token.
};

// What whoever has no open session is told.
absl::Status SignInNeeded(const Asker& asker);

}  // namespace talentcard::rpc

#endif  // TALENTCARD_SERVICES_RPC_SESSIONS_H_
