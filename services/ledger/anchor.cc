#include "services/ledger/anchor.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "engine/status_macros.h"
#include "services/ledger/rows.h"
#include "services/ledger/tree.h"
#include "services/store/keys.h"

namespace talentcard::ledger {
namespace {

// Slot: sequence, revision, size (8 each), root (32), SHA-256 of those (32).
constexpr size_t kBody = 8 * 3 + 32;
constexpr size_t kSlot = kBody + 32;
constexpr off_t kSlotDistance = 4096;  // One page each: a torn page tears one slot.

std::string Encode(uint64_t sequence, const Anchor& anchor) {
  std::string out;
  store::AppendNumber(sequence, out);
  store::AppendNumber(anchor.revision, out);
  store::AppendNumber(anchor.size, out);
  out += AsBytes(anchor.root);
  const Sha256Hash check = Sha256(out);
  out += AsBytes(check);
  return out;
}

// True if the slot was never written (all zero).
bool Blank(std::string_view slot) {
  return slot.find_first_not_of('\0') == std::string_view::npos;
}

class AnchoredDatabase : public store::Database {
 public:
  AnchoredDatabase(std::unique_ptr<store::Database> base,
                   std::unique_ptr<AnchorFile> anchor)
      : base_(std::move(base)), anchor_(std::move(anchor)) {}

  std::unique_ptr<store::Reader> TakeSnapshot() const override {
    return base_->TakeSnapshot();
  }
  const store::Reader& Latest() const override { return base_->Latest(); }

  absl::Status WriteSynced(const std::vector<store::Mutation>& mutations) override {
    RETURN_IF_ERROR(base_->WriteSynced(mutations));
    Anchor next = anchor_->last().value_or(Anchor{0, 0, EmptyRoot()});
    for (const store::Mutation& m : mutations) {
      if (!m.value) continue;
      if (m.key == store::Key(store::Table::kRevision).bytes()) {
        next.revision = store::ReadNumber(*m.value, 0);
      } else if (m.key == HeadRow()) {
        const std::optional<Frontier> head = Frontier::Parse(*m.value);
        if (!head) return absl::InternalError("a malformed head was written");
        next.size = head->size();
        next.root = head->Root();
      }
    }
    return anchor_->Write(next);
  }

 private:
  const std::unique_ptr<store::Database> base_;
  const std::unique_ptr<AnchorFile> anchor_;
};

absl::Status Behind(std::string_view what) {
  return absl::DataLossError(absl::StrCat(
      "the database is behind its anchor: ", A(what),
      "; acknowledged changes are missing. Do not serve it: restore a backup or "
      "a standby"));
}

absl::Status Check(const store::Reader& reader, const Anchor& anchor) {
  ASSIGN_OR_RETURN(const std::optional<std::string> revision,
                   reader.Get(store::Key(store::Table::kRevision)));
  const uint64_t found = revision ? store::ReadNumber(*revision, 0) : 0;
  if (found < anchor.revision) {
    return Behind(absl::StrCat("revision ", found, " of ", anchor.revision));
  }
  ASSIGN_OR_RETURN(const Frontier head, ReadHead(reader));
  if (head.size() < anchor.size) {
    return Behind(absl::StrCat("log size ", head.size(), " of ", anchor.size));
  }
  if (anchor.size == 0) return absl::OkStatus();
  Tree tree(reader, head.size());
  ASSIGN_OR_RETURN(const Hash root, tree.RootAt(anchor.size));
  if (root != anchor.root) {
    return absl::DataLossError(absl::StrCat(
        "the log's first ", anchor.size, " entries are not those remembered"));
  }
  ASSIGN_OR_RETURN(const Hash whole, tree.RootAt(head.size()));
  if (whole != head.Root()) {
    return absl::DataLossError("the log's head differs from its entries");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<AnchorFile>> AnchorFile::Open(const std::string& path) {
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) {
    return absl::UnavailableError(
        absl::StrCat("cannot open the anchor file `", path, "`: ", strerror(errno)));
  }
  std::unique_ptr<AnchorFile> file(new AnchorFile(fd));
  int blank = 0;
  for (off_t slot = 0; slot < 2; ++slot) {
    std::string bytes(kSlot, '\0');
    const ssize_t n = pread(fd, bytes.data(), bytes.size(), slot * kSlotDistance);
    if (n <= 0 || Blank(bytes)) {
      ++blank;
      continue;
    }
    if (AsBytes(Sha256(std::string_view(bytes).substr(0, kBody))) !=
        std::string_view(bytes).substr(kBody)) {
      continue;
    }
    const uint64_t sequence = store::ReadNumber(bytes, 0);
    if (file->last_ && sequence < file->sequence_) continue;
    Anchor anchor{store::ReadNumber(bytes, 8), store::ReadNumber(bytes, 16), {}};
    std::memcpy(anchor.root.data(), bytes.data() + 24, 32);
    file->last_ = anchor;
    file->sequence_ = sequence;
  }
  if (!file->last_ && blank < 2) {
    return absl::DataLossError(absl::StrCat("the anchor file `", path, "` is damaged"));
  }
  return file;
}

AnchorFile::~AnchorFile() { close(fd_); }

absl::Status AnchorFile::Write(const Anchor& anchor) {
  const std::string bytes = Encode(sequence_ + 1, anchor);
  const off_t at = static_cast<off_t>((sequence_ + 1) % 2) * kSlotDistance;
  if (pwrite(fd_, bytes.data(), bytes.size(), at) != static_cast<ssize_t>(bytes.size()) ||
      fdatasync(fd_) != 0) {
    return absl::UnavailableError("the anchor file cannot be written");
  }
  ++sequence_;
  last_ = anchor;
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<store::Database>> OpenAnchored(
    std::unique_ptr<store::Database> database, std::unique_ptr<AnchorFile> anchor) {
  if (anchor->last()) {
    RETURN_IF_ERROR(Check(database->Latest(), *anchor->last()));
  }
  return std::make_unique<AnchoredDatabase>(std::move(database), std::move(anchor));
}

}  // namespace talentcard::ledger
