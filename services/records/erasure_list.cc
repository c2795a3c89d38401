#include "services/records/erasure_list.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/digest/sha256.h"
#include "engine/status_macros.h"
#include "services/store/directory.h"
#include "services/store/keys.h"

namespace talentcard::records {
namespace {

constexpr size_t kHash = 16;
constexpr size_t kCheck = 4;
constexpr size_t kLine = kHash + kCheck;

absl::Status Failed(const char* what) {
  return absl::UnavailableError(
      absl::StrCat("the list of erasures: ", what, ": ", strerror(errno)));
}

std::string CheckOf(std::string_view hash) {
  const Sha256Hash check = Sha256({"erasure\n", hash});
  return std::string(AsBytes(check).substr(0, kCheck));
}

// What a crash leaves of the last line: a part of it, or its place.
bool IsTorn(std::string_view end) {
  return end.size() < kLine ||
         (end.size() == kLine &&
          end.find_first_not_of('\0') == std::string_view::npos);
}

}  // namespace

absl::StatusOr<std::unique_ptr<ErasureList>> ErasureList::Open(
    const std::string& path) {
  const int fd =
      open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW,
           S_IRUSR | S_IWUSR);
  if (fd < 0) return Failed("cannot open it");
  std::unique_ptr<ErasureList> list(new ErasureList(fd));
  if (!store::SyncDirectoryOf(path))
    return Failed("cannot make its name durable");
  RETURN_IF_ERROR(list->Load());
  return list;
}

ErasureList::~ErasureList() { close(fd_); }

absl::Status ErasureList::Load() {
  struct stat status;
  if (fstat(fd_, &status) != 0) return Failed("cannot read it");
  std::string bytes(static_cast<size_t>(status.st_size), '\0');
  if (pread(fd_, bytes.data(), bytes.size(), 0) !=
      static_cast<ssize_t>(bytes.size()))
    return Failed("cannot read it");
  for (; whole_ + kLine <= bytes.size(); whole_ += kLine) {
    const std::string hash = bytes.substr(whole_, kHash);
    if (bytes.compare(whole_ + kHash, kCheck, CheckOf(hash)) != 0) break;
    hashes_.insert(hash);
  }
  if (!IsTorn(std::string_view(bytes).substr(whole_))) {
    return absl::DataLossError(
        absl::StrCat("the list of erasures is damaged at byte ", whole_,
                     "; put back an undamaged copy of it"));
  }
  return whole_ == bytes.size() ? absl::OkStatus() : CutTornEnd();
}

absl::Status ErasureList::CutTornEnd() {
  torn_ = ftruncate(fd_, static_cast<off_t>(whole_)) != 0 || fsync(fd_) != 0;
  return torn_ ? Failed("cannot cut off a torn end") : absl::OkStatus();
}

absl::Status ErasureList::Add(std::string_view hash) {
  const std::lock_guard lock(mutex_);
  if (hashes_.contains(std::string(hash))) return absl::OkStatus();
  if (torn_) RETURN_IF_ERROR(CutTornEnd());
  const std::string line = std::string(hash) + CheckOf(hash);
  const ssize_t written = write(fd_, line.data(), line.size());
  if (written != static_cast<ssize_t>(line.size()) || fdatasync(fd_) != 0) {
    const absl::Status failed = Failed("cannot write to it");
    CutTornEnd().IgnoreError();  // The next line tries again.
    return failed;
  }
  whole_ += line.size();
  hashes_.insert(std::string(hash));
  return absl::OkStatus();
}

bool ErasureList::Contains(std::string_view hash) const {
  const std::lock_guard lock(mutex_);
  return hashes_.contains(std::string(hash));
}

std::set<std::string> ErasureList::All() const {
  const std::lock_guard lock(mutex_);
  return hashes_;
}

absl::Status NoteErasure(const store::Vault& vault, ErasureList& list,
                         std::string_view person) {
  return list.Add(vault.ErasureHash(person));
}

bool IsNoted(const store::Vault& vault, const ErasureList& list,
             std::string_view person) {
  return list.Contains(vault.ErasureHash(person));
}

absl::StatusOr<std::vector<std::string>> ErasedButPresent(
    const store::Reader& reader, const store::Vault& vault,
    const ErasureList& list) {
  const std::set<std::string> erased = list.All();
  std::vector<std::string> present;
  if (erased.empty()) return present;
  const store::Key keys(store::Table::kPersonKey);
  const std::string first = keys.First();
  RETURN_IF_ERROR(reader.Scan(
      first, keys.Last(), [&](std::string_view row, std::string_view key) {
        const std::string_view person = row.substr(first.size());
        if (key != store::kDestroyedKey &&
            erased.contains(vault.ErasureHash(person)))
          present.emplace_back(person);
        return true;
      }));
  return present;
}

}  // namespace talentcard::records
