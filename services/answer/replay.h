#ifndef TALENTCARD_SERVICES_ANSWER_REPLAY_H_
#define TALENTCARD_SERVICES_ANSWER_REPLAY_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "chengzhou/talentcard/v1/log_record.pb.h"
#include "engine/policy/policy.h"
#include "services/ledger/leaf.h"
#include "services/rpc/policies.h"
#include "services/store/sealing.h"

// Asks again what was asked once: a recorded answer must come out the same, bit
// for bit, from the facts and the policy of its time.
namespace talentcard::answer {

namespace v1 = chengzhou::talentcard::v1;

// The recorded question, decided again at the revision of the recorded answer,
// under its name.
absl::StatusOr<v1::Decision> AskAgain(const store::Reader& reader,
                                      const store::Vault& vault,
                                      const policy::Policy& policy,
                                      const v1::LogRecord& record,
                                      bool explain);

// What differs, in words; empty if no bit does.
std::string Difference(const v1::Decision& recorded, const v1::Decision& again);

// The decisions an entry opens to; none for a change, and for what was erased.
// kDataLoss if it opens to something else than it commits to.
absl::StatusOr<std::vector<v1::LogRecord>> DecisionsOf(
    const store::Reader& reader, const store::Vault& vault, uint64_t index,
    const ledger::Leaf& leaf);

struct ReplayReport {
  uint64_t decisions = 0;  // Asked again.
  // Of these, others now because somebody they rest on was erased since.
  uint64_t erased = 0;
  uint64_t policies = 0;  // Archived bundles that answered.
  uint64_t difference_count = 0;
  // Each names the index of its entry; the first 100.
  std::vector<std::string> differences;
};

// Asks every decision of the log again. `reader` is a snapshot. An error means
// it could not be done; what comes out otherwise is in the report.
absl::StatusOr<ReplayReport> ReplayLog(
    const store::Reader& reader, const store::Vault& vault,
    const std::function<void(uint64_t entries)>& progress = nullptr);

}  // namespace talentcard::answer

#endif  // TALENTCARD_SERVICES_ANSWER_REPLAY_H_
