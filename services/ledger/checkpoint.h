#ifndef TALENTCARD_SERVICES_LEDGER_CHECKPOINT_H_
#define TALENTCARD_SERVICES_LEDGER_CHECKPOINT_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
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

// What a note says of the verifier's log. kInvalidArgument unless it is signed
// by it, and of that log.
absl::StatusOr<Checkpoint> OpenCheckpoint(const NoteVerifier& log,
                                          std::string_view note);

// The newest stored note; empty if there is none.
absl::StatusOr<std::string> NewestNote(const store::Reader& reader);

// A checkpoint is due at once after this many new leaves, else when the log
// grew and this much time has passed since the last.
inline constexpr uint64_t kCheckpointLeaves = 256;
inline constexpr absl::Duration kCheckpointInterval = absl::Seconds(1);

// Signs the log's head from time to time. One size has one note for ever: a
// stored note is never written again. Used by one thread, which is not its own.
class Checkpointer {
 public:
  // All must outlive it.
  Checkpointer(const store::Database& database, store::Writer& writer,
               const NoteSigner& signer)
      : database_(database), writer_(writer), signer_(signer) {}

  // Signs and stores a checkpoint of the present size if the log grew since the
  // last. Before signing, the root is computed again from the entries stored
  // since the last note, not from the head, both must agree with the tiles, and
  // with the root by its definition (second_path.h); the first call after a
  // start also holds the newest stored note against the tree.
  //
  // kDataLoss if anything differs; nothing is ever signed again.
  // kInvalidArgument if the newest stored note is by another key. A note of the
  // log under an earlier name (succession.h) is by its key.
  absl::Status Update();

  // Update if it is due at `now`. Cheap if not: call it every 50 ms or so.
  absl::Status UpdateIfDue(absl::Time now);

  const NoteVerifier& verifier() const { return signer_.verifier(); }

 private:
  // Goes on from the newest stored note.
  absl::Status Start(const store::Reader& reader, const Frontier& head);
  // Adds the entries since the last call to `recomputed_`; checks the head.
  absl::Status Recompute(const store::Reader& reader, const Frontier& head);
  absl::Status Sign(const Frontier& head);
  absl::Status UpdateUnlessDamaged();

  const store::Database& database_;
  store::Writer& writer_;
  const NoteSigner& signer_;
  Frontier recomputed_;
  bool started_ = false;
  uint64_t signed_size_ = 0;
  absl::Time signed_at_ = absl::InfinitePast();
  bool damaged_ = false;
};

}  // namespace talentcard::ledger

#endif  // TALENTCARD_SERVICES_LEDGER_CHECKPOINT_H_
