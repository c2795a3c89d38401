#include "services/ledger/checkpoint.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "engine/status_macros.h"
#include "services/ledger/rows.h"
#include "services/ledger/second_path.h"
#include "services/ledger/succession.h"
#include "services/ledger/tree.h"

namespace talentcard::ledger {
namespace {

absl::Status Differs(absl::string_view what) {
  return absl::DataLossError(
      absl::StrCat("the log is damaged: ", what, "; nothing is signed"));
}

}  // namespace

std::string Checkpoint::Body() const {
  return absl::StrCat(origin, "\n", size, "\n",
                      absl::Base64Escape(A(AsBytes(root))), "\n");
}

absl::StatusOr<Checkpoint> Checkpoint::Parse(std::string_view body) {
  const std::vector<std::string> lines = absl::StrSplit(A(body), '\n');
  Checkpoint checkpoint;
  std::string root;
  uint64_t size = 0;
  // Lines after the third are extensions; none is empty.
  const bool good =
      lines.size() >= 4 &&
      std::find(lines.begin(), lines.end(), "") == lines.end() - 1 &&
      absl::SimpleAtoi(lines[1], &size) && absl::StrCat(size) == lines[1] &&
      ParseBase64(lines[2], root) && root.size() == 32;
  if (!good) return absl::InvalidArgumentError("not a checkpoint");
  checkpoint.origin = lines[0];
  checkpoint.size = size;
  std::copy(root.begin(), root.end(), checkpoint.root.begin());
  return checkpoint;
}

absl::StatusOr<Checkpoint> OpenCheckpoint(const NoteVerifier& log,
                                          std::string_view note) {
  ASSIGN_OR_RETURN(const std::string body, log.Open(note));
  ASSIGN_OR_RETURN(Checkpoint checkpoint, Checkpoint::Parse(body));
  if (checkpoint.origin != log.name())
    return absl::InvalidArgumentError("the checkpoint is of another log");
  return checkpoint;
}

absl::StatusOr<std::string> NewestNote(const store::Reader& reader) {
  std::string note;
  const store::Key rows = LedgerRow('c');
  RETURN_IF_ERROR(reader.ScanBackwards(
      rows.First(), rows.Last(), [&](std::string_view, std::string_view value) {
        note = std::string(value);
        return false;
      }));
  return note;
}

absl::Status Checkpointer::Start(const store::Reader& reader,
                                 const Frontier& head) {
  ASSIGN_OR_RETURN(const std::string note, NewestNote(reader));
  if (!note.empty()) {
    if (!ParsedNote::Parse(note).ok())
      return Differs("its newest checkpoint is malformed");
    ASSIGN_OR_RETURN(const Succession names, Succession::Read(reader));
    ASSIGN_OR_RETURN(const Checkpoint newest, names.Open(verifier(), note));
    if (newest.size > head.size())
      return Differs("it is shorter than its newest checkpoint");
    ASSIGN_OR_RETURN(recomputed_,
                     Tree(reader, head.size()).FrontierAt(newest.size));
    if (recomputed_.Root() != newest.root) {
      return Differs("its newest checkpoint has another root");
    }
    signed_size_ = newest.size;
  }
  started_ = true;
  return absl::OkStatus();
}

absl::Status Checkpointer::Recompute(const store::Reader& reader,
                                     const Frontier& head) {
  RETURN_IF_ERROR(reader.Scan(EntryRow(recomputed_.size()),
                              EntryRow(head.size()),
                              [&](std::string_view, std::string_view leaf) {
                                recomputed_.Append(HashLeaf(leaf));
                                return true;
                              }));
  if (recomputed_ != head) return Differs("its head differs from its entries");
  ASSIGN_OR_RETURN(const Frontier tiles,
                   Tree(reader, head.size()).FrontierAt(head.size()));
  if (tiles != head) return Differs("its tiles differ from its entries");
  const auto second = RootByDefinition(reader, head.size(), signed_size_);
  if (absl::IsDataLoss(second.status()))
    return Differs(second.status().message());
  RETURN_IF_ERROR(second.status());
  return *second == head.Root()
             ? absl::OkStatus()
             : Differs("its root comes out another on a second path");
}

absl::Status Checkpointer::Sign(const Frontier& head) {
  const std::string note = signer_.Sign(
      Checkpoint{verifier().name(), head.size(), head.Root()}.Body());
  const std::string row = CheckpointRow(head.size());
  const auto stored =
      writer_.Run([&](store::Transaction& transaction) -> absl::Status {
        ASSIGN_OR_RETURN(const std::optional<std::string> old,
                         transaction.Get(row));
        if (!old) {
          transaction.Put(row, note);
          return absl::OkStatus();
        }
        // The same text may have got more signatures since.
        const size_t text = note.find("\n\n") + 2;
        return old->compare(0, text, note, 0, text) == 0
                   ? absl::OkStatus()
                   : Differs("one size has two checkpoints");
      });
  if (!stored.ok()) return stored.status();
  signed_size_ = head.size();
  return absl::OkStatus();
}

absl::Status Checkpointer::UpdateUnlessDamaged() {
  const std::unique_ptr<store::Reader> snapshot = database_.TakeSnapshot();
  ASSIGN_OR_RETURN(const Frontier head, ReadHead(*snapshot));
  if (!started_) RETURN_IF_ERROR(Start(*snapshot, head));
  if (head.size() < signed_size_)
    return Differs("it is shorter than its newest checkpoint");
  if (head.size() == signed_size_) {
    return head == recomputed_ ? absl::OkStatus()
                               : Differs("one size has two roots");
  }
  RETURN_IF_ERROR(Recompute(*snapshot, head));
  return Sign(head);
}

absl::Status Checkpointer::Update() {
  if (damaged_) return Differs("it was found damaged before");
  const absl::Status status = UpdateUnlessDamaged();
  damaged_ = absl::IsDataLoss(status);
  return status;
}

absl::Status Checkpointer::UpdateIfDue(absl::Time now) {
  ASSIGN_OR_RETURN(const Frontier head, ReadHead(database_.Latest()));
  const bool due = head.size() != signed_size_ &&
                   (head.size() >= signed_size_ + kCheckpointLeaves ||
                    now - signed_at_ >= kCheckpointInterval);
  if (!due && started_) return absl::OkStatus();
  signed_at_ = now;
  return Update();
}

}  // namespace talentcard::ledger
