#include "services/ledger/anchor.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "engine/status_macros.h"
#include "services/ledger/rows.h"
#include "services/ledger/tree.h"
#include "services/store/directory.h"
#include "services/store/keys.h"

namespace talentcard::ledger {
namespace {

// Slot: sequence, revision, size (8 each), root (32), SHA-256 of those (32).
constexpr size_t kBody = 8 * 3 + 32;
constexpr size_t kSlot = kBody + 32;
constexpr off_t kSlotDistance =
    4096;  // One page each: a torn page tears one slot.

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
                   std::unique_ptr<AnchorFile> file, AnchorCadence cadence,
                   const Anchor& present)
      : base_(std::move(base)),
        file_(std::move(file)),
        cadence_(cadence),
        present_(present) {}

  std::unique_ptr<store::Reader> TakeSnapshot() const override {
    return base_->TakeSnapshot();
  }
  const store::Reader& Latest() const override { return base_->Latest(); }

  absl::Status Purge(std::string_view begin, std::string_view end) override {
    return base_->Purge(begin, end);
  }

  absl::Status WriteSynced(
      const std::vector<store::Mutation>& mutations) override {
    RETURN_IF_ERROR(base_->WriteSynced(mutations));
    bool due = cadence_ == AnchorCadence::kEveryWrite;
    for (const store::Mutation& m : mutations) {
      if (!m.value) continue;
      if (m.key == revision_row_) {
        present_.revision = store::ReadNumber(*m.value, 0);
      } else if (m.key == head_row_) {
        const std::optional<Frontier> head = Frontier::Parse(*m.value);
        if (!head) return absl::InternalError("a malformed head was written");
        present_.size = head->size();
        present_.root = head->Root();
      } else if (m.key.compare(0, checkpoint_rows_.size(), checkpoint_rows_) ==
                 0) {
        due = true;
      }
    }
    return due ? file_->Write(present_) : absl::OkStatus();
  }

 private:
  const std::string revision_row_ = store::Key(store::Table::kRevision).bytes();
  const std::string head_row_ = HeadRow();
  const std::string checkpoint_rows_ = LedgerRow('c').First();
  const std::unique_ptr<store::Database> base_;
  const std::unique_ptr<AnchorFile> file_;
  const AnchorCadence cadence_;
  Anchor present_;
};

absl::Status Behind(std::string_view what) {
  return absl::DataLossError(absl::StrCat(
      "the database is behind its anchor: ", A(what),
      "; acknowledged changes are missing. Do not serve it: "
      "restore a backup or a standby; if nothing newer is left, two "
      "people order that this copy goes on: --order-restore"));
}

absl::Status Check(const store::Reader& reader, const Anchor& present,
                   const Anchor& anchor) {
  if (present.revision < anchor.revision) {
    return Behind(
        absl::StrCat("revision ", present.revision, " of ", anchor.revision));
  }
  if (present.size < anchor.size) {
    return Behind(absl::StrCat("log size ", present.size, " of ", anchor.size));
  }
  ASSIGN_OR_RETURN(const Hash root,
                   Tree(reader, present.size).RootAt(anchor.size));
  if (root == anchor.root) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat("the log's first ", anchor.size,
                                          " entries are not those remembered"));
}

absl::Status CannotUse(const std::string& path) {
  return absl::UnavailableError(absl::StrCat("cannot use the anchor file `",
                                             path, "`: ", strerror(errno)));
}

}  // namespace

absl::StatusOr<Anchor> Present(const store::Reader& reader) {
  ASSIGN_OR_RETURN(const std::optional<std::string> revision,
                   reader.Get(store::Key(store::Table::kRevision)));
  ASSIGN_OR_RETURN(const Frontier head, ReadHead(reader));
  if (revision && revision->size() != 8) {
    return absl::DataLossError("the stored revision is malformed");
  }
  return Anchor{revision ? store::ReadNumber(*revision, 0) : 0, head.size(),
                head.Root()};
}

absl::StatusOr<std::optional<Anchor>> ReadAnchor(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT) {
    return absl::NotFoundError(
        absl::StrCat("there is no anchor file `", path, "`"));
  }
  if (fd < 0) return CannotUse(path);
  AnchorFile file(fd);
  RETURN_IF_ERROR(file.Load(path));
  return file.last_;
}

absl::StatusOr<std::unique_ptr<AnchorFile>> AnchorFile::Open(
    const std::string& path) {
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return CannotUse(path);
  std::unique_ptr<AnchorFile> file(new AnchorFile(fd));
  const off_t size = lseek(fd, 0, SEEK_END);
  if (size < 0) return CannotUse(path);
  if (size < 2 * kSlotDistance) {
    // Full size from the start: later writes change no metadata.
    const std::string zeros(2 * kSlotDistance - size, '\0');
    if (pwrite(fd, zeros.data(), zeros.size(), size) !=
            static_cast<ssize_t>(zeros.size()) ||
        fsync(fd) != 0 || !store::SyncDirectoryOf(path)) {
      return CannotUse(path);
    }
  }
  RETURN_IF_ERROR(file->Load(path));
  return file;
}

absl::Status AnchorFile::Load(const std::string& path) {
  int blank = 0;
  for (off_t slot = 0; slot < 2; ++slot) {
    std::string bytes(kSlot, '\0');
    if (pread(fd_, bytes.data(), bytes.size(), slot * kSlotDistance) < 0)
      return CannotUse(path);
    if (Blank(bytes)) {
      ++blank;
      continue;
    }
    if (AsBytes(Sha256(std::string_view(bytes).substr(0, kBody))) !=
        std::string_view(bytes).substr(kBody)) {
      continue;
    }
    const uint64_t sequence = store::ReadNumber(bytes, 0);
    if (last_ && sequence < sequence_) continue;
    Anchor anchor{
        store::ReadNumber(bytes, 8), store::ReadNumber(bytes, 16), {}};
    std::memcpy(anchor.root.data(), bytes.data() + 24, 32);
    last_ = anchor;
    sequence_ = sequence;
  }
  if (last_ || blank == 2) return absl::OkStatus();
  return absl::DataLossError(
      absl::StrCat("the anchor file `", path, "` is damaged"));
}

AnchorFile::~AnchorFile() { close(fd_); }

absl::Status AnchorFile::Write(const Anchor& anchor) {
  const std::string bytes = Encode(sequence_ + 1, anchor);
  const off_t at = static_cast<off_t>((sequence_ + 1) % 2) * kSlotDistance;
  if (pwrite(fd_, bytes.data(), bytes.size(), at) !=
          static_cast<ssize_t>(bytes.size()) ||
      fdatasync(fd_) != 0) {
    return absl::UnavailableError("the anchor file cannot be written");
  }
  ++sequence_;
  last_ = anchor;
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<store::Database>> OpenAnchored(
    std::unique_ptr<store::Database> database,
    std::unique_ptr<AnchorFile> anchor, const AnchorOptions& options) {
  ASSIGN_OR_RETURN(const Anchor present, Present(database->Latest()));
  if (anchor->last()) {
    RETURN_IF_ERROR(Check(database->Latest(), present, *anchor->last()));
  } else if (present.revision > 0 && !options.adopt) {
    return absl::FailedPreconditionError(
        "the database has data but its anchor file is empty or new: name the "
        "file it "
        "was anchored in, or adopt the database if it was moved here on "
        "purpose");
  }
  RETURN_IF_ERROR(CheckHead(database->Latest()));
  if (!(anchor->last() == present)) RETURN_IF_ERROR(anchor->Write(present));
  return std::make_unique<AnchoredDatabase>(
      std::move(database), std::move(anchor), options.cadence, present);
}

}  // namespace talentcard::ledger
