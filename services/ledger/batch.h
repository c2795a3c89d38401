#ifndef TALENTCARD_SERVICES_LEDGER_BATCH_H_
#define TALENTCARD_SERVICES_LEDGER_BATCH_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/ledger/change.h"

namespace talentcard::ledger {

// One answer of a batch.
struct BatchAnswer {
  std::string subject;   // Person, or the system for somebody unknown.
  store::SecretKey key;  // The subject's.
  std::string facts;
};

inline constexpr size_t kMostAnswers = 256;

// Records 1 to 256 answers as one leaf. Its `facts` is the RFC 6962 root over
// one commitment an answer, so that each can be proven, and each opens only
// under its own subject's key. kInvalidArgument for another number of answers,
// or if `change` changed a record.
absl::Status FinishAnswers(store::Transaction& transaction,
                           const store::Vault& vault, Change& change,
                           const Account& account,
                           const std::vector<BatchAnswer>& answers);

// The answer at `position` with its proof inside the batch.
struct ProvenAnswer {
  std::string subject;
  bool erased = false;  // The subject's key is gone: `facts` is empty.
  std::string facts;
  Hash salt{};
  Hash leaf_hash{};  // Of the commitment.
  std::vector<Hash> proof;
};

// All answers of entry `index`. kDataLoss unless they make the leaf's root and
// the rest of the leaf is a batch's.
absl::StatusOr<std::vector<ProvenAnswer>> OpenAnswers(
    const store::Reader& reader, const store::Vault& vault, uint64_t index,
    const Leaf& leaf);

}  // namespace talentcard::ledger

#endif  // TALENTCARD_SERVICES_LEDGER_BATCH_H_
