#ifndef TALENTCARD_TOOLS_AUDITOR_FOUR_EYES_H_
#define TALENTCARD_TOOLS_AUDITOR_FOUR_EYES_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/store/sealing.h"

// Whether what one person may not do alone was approved by another, from the
// log and the signatures: the server that let it through is not believed.
namespace talentcard::auditor {

struct FourEyesReport {
  uint64_t acts = 0;       // Entries that needed a second person.
  uint64_t proposals = 0;  // On record, held against the rulings on them.
  // Of acts and proposals: closed by an erasure.
  uint64_t erased = 0;
  // Done in an emergency, and nobody has said yet whether rightly. The first
  // 100; no differences.
  uint64_t to_review_count = 0;
  std::vector<std::string> to_review;
  uint64_t difference_count = 0;
  // Each names the index of its entry; the first 100.
  std::vector<std::string> differences;
};

// Holds every act that its policy lets nobody do alone against the proposal
// executed directly before it, as that was then, and every proposal on record
// against its rulings. Before a policy is published nobody is needed: there is
// no office yet.
//
// What cannot be read but was not erased is left to VerifyLog and ReplayLog to
// name. `reader` is a snapshot. An error means it could not be done; what comes
// out otherwise is in the report.
absl::StatusOr<FourEyesReport> CheckFourEyes(
    const store::Reader& reader, const store::Vault& vault,
    const std::function<void(uint64_t entries)>& progress = nullptr);

}  // namespace talentcard::auditor

#endif  // TALENTCARD_TOOLS_AUDITOR_FOUR_EYES_H_
