#ifndef TALENTCARD_SERVICES_LEDGER_VERIFY_H_
#define TALENTCARD_SERVICES_LEDGER_VERIFY_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/ledger/merkle.h"
#include "services/ledger/note.h"
#include "services/store/sealing.h"

namespace talentcard::ledger {

struct VerifyReport {
  uint64_t leaves = 0;
  uint64_t records = 0;
  uint64_t checkpoints = 0;
  uint64_t erased = 0;  // Records and openings that cannot be read any more.
  Hash root{};
  // Each names an index or a record; the first 100.
  std::vector<std::string> differences;
};

struct VerifyOptions {
  bool tree_only = false;
  // Called every so often; false ends the run with kCancelled.
  std::function<bool(const VerifyReport& so_far, uint64_t leaves_total)> progress;
};

// Recomputes everything from the entries: every tile, the head, the root and the
// signature of every checkpoint; then holds every current record against what
// its last leaf committed to. Reads a snapshot; bounded memory. An error means it
// could not be done; what it finds wrong is in the report.
absl::StatusOr<VerifyReport> VerifyLog(const store::Reader& reader,
                                       const store::Vault& vault,
                                       const NoteVerifier& verifier,
                                       const VerifyOptions& options = {});

}  // namespace talentcard::ledger

#endif  // TALENTCARD_SERVICES_LEDGER_VERIFY_H_
