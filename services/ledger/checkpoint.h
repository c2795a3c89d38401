#ifndef TALENTCARD_SERVICES_LEDGER_CHECKPOINT_H_
#define TALENTCARD_SERVICES_LEDGER_CHECKPOINT_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "services/ledger/merkle.h"
#include "services/ledger/note.h"
#include "services/store/database.h"
#include "services/store/writer.h"

namespace talentcard::ledger {

// The body of a checkpoint (C2SP tlog-checkpoint): origin, size, root. No
// timestamp, so one size has one text for ever.
struct Checkpoint {
  std::string origin;
  uint64_t size = 0;
  Hash root{};

  std::string Body() const;
  static absl::StatusOr<Checkpoint> Parse(std::string_view body);
};

// The newest stored note; empty if there is none.
absl::StatusOr<std::string> NewestNote(const store::Reader& reader);

// Signs the log's head from time to time.
class Checkpointer {
 public:
  // All must outlive it.
  Checkpointer(const store::Database& database, store::Writer& writer,
               const NoteSigner& signer)
      : database_(database), writer_(writer), signer_(signer) {}

  // Signs and stores a checkpoint of the present size if the log grew since the
  // last. Before signing, the root is computed again from the stored entries,
  // not from the frontier; kDataLoss, and nothing is ever signed again, if the two
  // differ. Call it from one thread.
  absl::Status Update();

  const NoteVerifier& verifier() const { return signer_.verifier(); }

 private:
  // Adds the entries since the last call to `recomputed_`.
  absl::Status Recompute(const store::Reader& reader, uint64_t size);

  const store::Database& database_;
  store::Writer& writer_;
  const NoteSigner& signer_;
  Frontier recomputed_;
  uint64_t signed_size_ = 0;
  bool damaged_ = false;
};

}  // namespace talentcard::ledger

#endif  // TALENTCARD_SERVICES_LEDGER_CHECKPOINT_H_
