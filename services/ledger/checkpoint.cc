#include "services/ledger/checkpoint.h"

#include <algorithm>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "engine/status_macros.h"
#include "services/ledger/rows.h"
#include "services/ledger/tree.h"

namespace talentcard::ledger {

std::string Checkpoint::Body() const {
  return absl::StrCat(origin, "\n", size, "\n",
                      absl::Base64Escape(A(AsBytes(root))), "\n");
}

absl::StatusOr<Checkpoint> Checkpoint::Parse(std::string_view body) {
  const std::vector<std::string> lines = absl::StrSplit(A(body), '\n');
  Checkpoint checkpoint;
  std::string root;
  uint64_t size = 0;
  // Lines after the third are extensions.
  const bool good = lines.size() >= 4 && lines.back().empty() && !lines[0].empty() &&
                    absl::SimpleAtoi(lines[1], &size) &&
                    absl::StrCat(size) == lines[1] &&
                    absl::Base64Unescape(lines[2], &root) && root.size() == 32;
  if (!good) return absl::InvalidArgumentError("not a checkpoint");
  checkpoint.origin = lines[0];
  checkpoint.size = size;
  std::copy(root.begin(), root.end(), checkpoint.root.begin());
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

absl::Status Checkpointer::Recompute(const store::Reader& reader, uint64_t size) {
  return reader.Scan(EntryRow(recomputed_.size()), EntryRow(size),
                     [&](std::string_view, std::string_view leaf) {
                       recomputed_.Append(HashLeaf(leaf));
                       return true;
                     });
}

absl::Status Checkpointer::Update() {
  if (damaged_) return absl::DataLossError("the log is damaged; nothing is signed");
  const std::unique_ptr<store::Reader> snapshot = database_.TakeSnapshot();
  ASSIGN_OR_RETURN(const Frontier head, ReadHead(*snapshot));
  if (head.size() == signed_size_ || head.size() == 0) return absl::OkStatus();
  RETURN_IF_ERROR(Recompute(*snapshot, head.size()));
  if (recomputed_ != head) {
    damaged_ = true;
    return absl::DataLossError("the log's head differs from its entries; nothing is signed");
  }
  const std::string note = signer_.Sign(
      Checkpoint{signer_.verifier().name(), head.size(), head.Root()}.Body());
  ASSIGN_OR_RETURN([[maybe_unused]] const uint64_t revision,
                   writer_.Run([&](store::Transaction& transaction) {
                     transaction.Put(CheckpointRow(head.size()), note);
                     return absl::OkStatus();
                   }));
  signed_size_ = head.size();
  return absl::OkStatus();
}

}  // namespace talentcard::ledger
