#ifndef TALENTCARD_TOOLS_PKI_FILES_H_
#define TALENTCARD_TOOLS_PKI_FILES_H_

#include <sys/types.h>

#include <string>

#include "absl/status/statusor.h"

namespace talentcard::pki {

constexpr mode_t kSecret = 0400;
constexpr mode_t kPublic = 0644;

// kNotFound if it is not there or may not be read.
absl::StatusOr<std::string> ReadFile(const std::string& path);
// Replaces it at once and durably: it is never seen half written, nor for a
// moment with another mode.
absl::Status WriteFile(const std::string& path, const std::string& content,
                       mode_t mode);
// Adds a line, durably.
absl::Status AppendLine(const std::string& path, const std::string& line);

}  // namespace talentcard::pki

#endif  // TALENTCARD_TOOLS_PKI_FILES_H_
