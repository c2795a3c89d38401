#include "tools/pki/files.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "engine/status_macros.h"

namespace talentcard::pki {
namespace {

constexpr absl::Duration kLookAgain = absl::Milliseconds(20);

absl::Status Cannot(const char* what, const std::string& path) {
  const int error = errno;
  const std::string text =
      absl::StrCat("cannot ", what, " `", path, "`: ", std::strerror(error));
  return error == ENOENT ? absl::NotFoundError(text)
                         : absl::UnavailableError(text);
}

class File {
 public:
  File(const std::string& path, int flags, mode_t mode = 0)
      : number_(open(path.c_str(), flags | O_CLOEXEC, mode)) {}
  ~File() {
    if (number_ >= 0) close(number_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  explicit operator bool() const { return number_ >= 0; }
  int number() const { return number_; }

 private:
  const int number_;
};

bool WriteAll(int file, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = write(file, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    content.remove_prefix(static_cast<size_t>(written));
  }
  return fsync(file) == 0;
}

// A file's name is durable once its directory is.
absl::Status KeepName(const std::string& path) {
  const size_t slash = path.rfind('/');
  const std::string directory =
      slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const File file(directory, O_RDONLY | O_DIRECTORY);
  if (!file || fsync(file.number()) != 0) return Cannot("keep", path);
  return absl::OkStatus();
}

// The file that is to take the place of `path`; with `group`, if it is given.
absl::Status WriteNext(const std::string& next, const std::string& content,
                       mode_t mode, std::optional<gid_t> group) {
  unlink(next.c_str());
  const File file(next, O_WRONLY | O_CREAT | O_EXCL, mode & kSecret);
  if (!file) return Cannot("open", next);
  struct stat made {};
  if (fstat(file.number(), &made) != 0) return Cannot("open", next);
  if (group && made.st_gid != *group &&
      fchown(file.number(), static_cast<uid_t>(-1), *group) != 0)
    return Cannot("give its group to", next);
  if (fchmod(file.number(), mode) != 0 || !WriteAll(file.number(), content))
    return Cannot("write", next);
  return absl::OkStatus();
}

absl::Status Replace(const std::string& path, const std::string& content,
                     mode_t mode, std::optional<gid_t> group) {
  const std::string next = path + ".next";
  const absl::Status written = WriteNext(next, content, mode, group);
  if (!written.ok()) {
    unlink(next.c_str());
    return written;
  }
  if (std::rename(next.c_str(), path.c_str()) != 0)
    return Cannot("replace", path);
  return KeepName(path);
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  const File file(path, O_RDONLY);
  if (!file) return Cannot("read", path);
  std::string out;
  std::array<char, 1 << 16> buffer;
  while (true) {
    const ssize_t size = read(file.number(), buffer.data(), buffer.size());
    if (size == 0) return out;
    if (size > 0) out.append(buffer.data(), static_cast<size_t>(size));
    if (size < 0 && errno != EINTR) return Cannot("read", path);
  }
}

absl::Status WriteFile(const std::string& path, const std::string& content,
                       mode_t mode) {
  return Replace(path, content, mode, std::nullopt);
}

absl::Status ReplaceSecret(const std::string& path,
                           const std::string& content) {
  struct stat former {};
  if (stat(path.c_str(), &former) != 0) return Cannot("read", path);
  return Replace(path, content, kSecret | (former.st_mode & S_IRGRP),
                 former.st_gid);
}

absl::Status AppendLine(const std::string& path, const std::string& line) {
  const File file(path, O_WRONLY | O_APPEND);
  if (!file) return Cannot("open", path);
  const off_t before = lseek(file.number(), 0, SEEK_END);
  if (before >= 0 && WriteAll(file.number(), line + "\n"))
    return absl::OkStatus();
  const absl::Status failed = Cannot("write", path);
  if (before >= 0 && ftruncate(file.number(), before) != 0)
    return Cannot("take back half a line of", path);
  return failed;
}

absl::StatusOr<std::unique_ptr<const DirectoryLock>> DirectoryLock::Take(
    const std::string& directory, absl::Duration patience) {
  const std::string path = directory + "/lock";
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return Cannot("open", path);
  std::unique_ptr<const DirectoryLock> lock(new DirectoryLock(file));
  const absl::Time end = absl::Now() + patience;
  while (flock(file, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) return Cannot("lock", path);
    if (absl::Now() >= end) {
      return absl::UnavailableError(absl::StrCat(
          "another process is changing `", directory, "`; try again"));
    }
    absl::SleepFor(kLookAgain);
  }
  return lock;
}

DirectoryLock::~DirectoryLock() { close(file_); }

}  // namespace talentcard::pki
