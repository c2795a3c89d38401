#ifndef TALENTCARD_SERVICES_LEDGER_PROOF_H_
#define TALENTCARD_SERVICES_LEDGER_PROOF_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "services/ledger/checkpoint.h"
#include "services/ledger/merkle.h"
#include "services/ledger/note.h"

namespace talentcard::ledger {

// That an entry is in the log, for anybody who has the log's public key, years
// later and without us (c2sp.org/tlog-proof@v1).
struct TlogProof {
  // What the application adds; nothing vouches for it.
  std::string extra;
  uint64_t index = 0;
  std::vector<Hash> path;  // From the leaf's sibling upwards.
  std::string checkpoint;  // A signed note.

  std::string Format() const;
  // kInvalidArgument unless Format gives exactly these bytes.
  static absl::StatusOr<TlogProof> Parse(std::string_view text);

  friend bool operator==(const TlogProof&, const TlogProof&) = default;
};

// The signed head whose tree has `leaf` at the proof's index. kInvalidArgument
// if `log` did not sign it, or the leaf is not there.
absl::StatusOr<Checkpoint> VerifyProof(const TlogProof& proof,
                                       std::string_view leaf,
                                       const NoteVerifier& log);

}  // namespace talentcard::ledger

#endif  // TALENTCARD_SERVICES_LEDGER_PROOF_H_
