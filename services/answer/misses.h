#ifndef TALENTCARD_SERVICES_ANSWER_MISSES_H_
#define TALENTCARD_SERVICES_ANSWER_MISSES_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/policy/policy.h"
#include "services/answer/ask.h"
#include "services/rpc/calls.h"
#include "services/store/transaction.h"

// Against guessing whose documents are on record (guessing.yaml): who asks
// too often about somebody they are told nothing of is refused for a while.
namespace talentcard::answer {

// One institution's row of table W: what it missed and who of it is refused.
// Layout, big-endian numbers of eight bytes: how many refusals; principal and
// end of each, ms; time in ms, subject, device and operator of each miss,
// oldest first. Subjects are keyed hashes.
class Misses {
 public:
  struct Miss {
    uint64_t ms = 0;
    uint64_t subject = 0;
    uint64_t device = 0;
    uint64_t person = 0;
  };
  struct Block {
    uint64_t principal = 0;
    uint64_t until_ms = 0;
  };
  // Who asks: a kind, and numbers made of their names.
  struct Asker {
    std::string kind;
    uint64_t institution = 0;
    uint64_t device = 0;
    uint64_t person = 0;
    static Asker Of(const rpc::Asker& asker);
    uint64_t Of(std::string_view per) const;
  };
  enum class Outcome { kWithin, kReached, kExceeded };

  // kDataLoss if the row is malformed.
  static absl::StatusOr<Misses> Parse(std::string_view row);
  std::string Encode() const;

  // When questions of this asker are taken again; 0 if they are now.
  uint64_t RefusedUntil(const Asker& asker, uint64_t now_ms) const;
  // Counts subjects that come out as nobody. Who has reached a budget is
  // refused from now on; who went beyond one gets no answer to these either,
  // and what they did not learn counts against nobody else of their
  // institution. nullopt if all of them count already: then nothing has
  // changed.
  std::optional<Outcome> Count(const policy::Guessing& rules,
                               const Asker& asker, uint64_t now_ms,
                               const std::vector<uint64_t>& subjects);

 private:
  // Whether this asker's miss of a subject counts already.
  bool Counted(const policy::Guessing& rules, const Asker& asker,
               uint64_t now_ms, uint64_t subject) const;
  // Whether a budget of the asker's own, not their institution's, is exceeded.
  bool BeyondTheirOwn(const policy::Guessing& rules, const Asker& asker,
                      uint64_t now_ms) const;
  // Distinct subjects that count against a budget.
  size_t Distinct(const policy::MissBudget& budget, const Asker& asker,
                  uint64_t now_ms) const;
  void Forget(const policy::Guessing& rules, uint64_t now_ms);

  std::vector<Block> blocks_;
  std::vector<Miss> misses_;
};

// Before answers are recorded: refuses (rpc::Keeping) an asker who guesses,
// counts whom they cannot tell from nobody, on record or not, so that a spent
// budget tells them no more, and puts alarms on record. An asker who finds
// everybody writes nothing.
absl::Status CountMisses(store::Transaction& transaction,
                         const rpc::Foundation& foundation,
                         const rpc::Call& call, std::span<const Asked> asked);

// Whether this asker is refused now, as far as is durable: for answers that go
// out unrecorded.
absl::Status CheckNotRefused(const rpc::Foundation& foundation,
                             const rpc::Call& call);

// Nobody asks about a canary but by guessing: any question is an alarm.
absl::Status AlarmIfCanary(store::Transaction& transaction,
                           const rpc::Foundation& foundation,
                           const rpc::Call& call, const Asked& asked);

// Puts an alarm on record and says it. `what` holds no personal data.
absl::Status RaiseAlarm(store::Transaction& transaction,
                        const rpc::Foundation& foundation,
                        const rpc::Call& call, const std::string& what);

}  // namespace talentcard::answer

#endif  // TALENTCARD_SERVICES_ANSWER_MISSES_H_
