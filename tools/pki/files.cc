#include "tools/pki/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "engine/status_macros.h"

namespace talentcard::pki {
namespace {

absl::Status Cannot(const char* what, const std::string& path) {
  return absl::UnavailableError(
      absl::StrCat("cannot ", what, " `", path, "`: ", std::strerror(errno)));
}

absl::Status WriteDurably(const std::string& path, const std::string& content,
                          int flags, mode_t mode) {
  const int file = open(path.c_str(), flags | O_WRONLY | O_CLOEXEC, mode);
  if (file < 0) return Cannot("open", path);
  const bool written = write(file, content.data(), content.size()) ==
                           static_cast<ssize_t>(content.size()) &&
                       fsync(file) == 0;
  const absl::Status status =
      written ? absl::OkStatus() : Cannot("write", path);
  close(file);
  return status;
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream out;
  if (!(out << file.rdbuf()))
    return absl::NotFoundError(absl::StrCat("cannot read `", path, "`"));
  return out.str();
}

absl::Status WriteFile(const std::string& path, const std::string& content,
                       mode_t mode) {
  const std::string next = path + ".next";
  unlink(next.c_str());
  RETURN_IF_ERROR(WriteDurably(next, content, O_CREAT | O_EXCL, mode));
  if (std::rename(next.c_str(), path.c_str()) != 0)
    return Cannot("replace", path);
  return absl::OkStatus();
}

absl::Status AppendLine(const std::string& path, const std::string& line) {
  return WriteDurably(path, line + "\n", O_CREAT | O_APPEND, kPublic);
}

}  // namespace talentcard::pki
