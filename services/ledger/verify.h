#ifndef TALENTCARD_SERVICES_LEDGER_VERIFY_H_
#define TALENTCARD_SERVICES_LEDGER_VERIFY_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/ledger/anchor.h"
#include "services/ledger/checkpoint.h"
#include "services/ledger/merkle.h"
#include "services/ledger/note.h"
#include "services/store/sealing.h"

namespace talentcard::ledger {

struct VerifyReport {
  uint64_t leaves = 0;
  uint64_t checkpoints = 0;
  uint64_t opened = 0;   // Entries opened and held against their records.
  uint64_t records = 0;  // Current records held against their entries.
  uint64_t older = 0;    // Older versions of them, likewise.
  // Entries, answers of a batch and records nobody can open any more. An entry
  // counts as erased only if a leaf of an erasure comes after it.
  uint64_t erased = 0;
  // Acknowledged entries of the log under earlier names that are not here.
  uint64_t lost = 0;
  Hash root{};
  uint64_t difference_count = 0;
  // Each names an index or a record, in the order found; the first 100.
  std::vector<std::string> differences;
};

struct VerifyOptions {
  bool tree_only = false;
  // What is remembered outside the database, if anything is.
  std::optional<Anchor> anchor;
  // A checkpoint that somebody kept, with a signature that holds.
  std::optional<Checkpoint> kept = std::nullopt;
  // Called every so often; false ends the run with kCancelled.
  std::function<bool(const VerifyReport& so_far, uint64_t leaves_total)>
      progress;
};

// Recomputes everything from the entries: every tile, the head, the root and
// the signature of every checkpoint, the anchor, the kept one. Then opens every
// entry and holds the records against them both ways: the current version of a
// record is the one its last entry committed to, none is gone or was put back
// to an older version, and none is there without an entry; an older version is
// one its entry committed to.
//
// Not found: other bytes in what was erased (nobody can read them either), an
// older version that is gone, another revision on an older version.
//
// `reader` is a snapshot; bounded memory. An error means it could not be done;
// what it finds wrong is in the report.
absl::StatusOr<VerifyReport> VerifyLog(const store::Reader& reader,
                                       const store::Vault& vault,
                                       const NoteVerifier& verifier,
                                       const VerifyOptions& options = {});

}  // namespace talentcard::ledger

#endif  // TALENTCARD_SERVICES_LEDGER_VERIFY_H_
