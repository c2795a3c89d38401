#ifndef TALENTCARD_TOOLS_PKI_FILES_H_
#define TALENTCARD_TOOLS_PKI_FILES_H_

#include <sys/types.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace talentcard::pki {

constexpr mode_t kSecret = 0400;
constexpr mode_t kPublic = 0644;

// kNotFound only if it is not there; kUnavailable if it cannot be read.
absl::StatusOr<std::string> ReadFile(const std::string& path);
// Replaces it at once and durably: it is never seen half written, nor for a
// moment with more than this mode, whatever the umask.
absl::Status WriteFile(const std::string& path, const std::string& content,
                       mode_t mode);
// The same for a secret whose group may read it: mode and group stay. Fails,
// and the former file stays, if the group cannot be given to the new one.
absl::Status ReplaceSecret(const std::string& path, const std::string& content);
// Adds a line, durably; takes it back if not all of it could be written.
absl::Status AppendLine(const std::string& path, const std::string& line);

// One process at a time changes a directory: by its file `lock`, which only the
// directory's owner opens, so that no reader can keep its owner waiting.
class DirectoryLock {
 public:
  static constexpr absl::Duration kPatience = absl::Seconds(10);

  // kUnavailable if somebody else has it for all that time.
  static absl::StatusOr<std::unique_ptr<const DirectoryLock>> Take(
      const std::string& directory, absl::Duration patience = kPatience);
  // Gives it back.
  ~DirectoryLock();
  DirectoryLock(const DirectoryLock&) = delete;
  DirectoryLock& operator=(const DirectoryLock&) = delete;

 private:
  explicit DirectoryLock(int file) : file_(file) {}
  const int file_;
};

}  // namespace talentcard::pki

#endif  // TALENTCARD_TOOLS_PKI_FILES_H_
