#include "services/store/master_key.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace talentcard::store {
namespace {

absl::StatusOr<SecretKey> Create(const std::string& path, Random& random) {
  SecretKey key;
  random.Fill(key.bytes);
  const int fd = open(
      path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0400);
  if (fd < 0) {
    return absl::FailedPreconditionError(absl::StrCat(
        "cannot create the key file `", path, "`: ", strerror(errno)));
  }
  const bool written = write(fd, key.bytes.data(), key.bytes.size()) ==
                           static_cast<ssize_t>(key.bytes.size()) &&
                       fsync(fd) == 0;
  close(fd);
  if (!written) {
    return absl::FailedPreconditionError(
        absl::StrCat("cannot write the key file `", path, "`"));
  }
  return key;
}

}  // namespace

SecretKey::~SecretKey() { OPENSSL_cleanse(bytes.data(), bytes.size()); }

absl::StatusOr<SecretKey> LoadOrCreateMasterKey(const std::string& path,
                                                Random& random) {
  absl::StatusOr<SecretKey> key = LoadMasterKey(path);
  return absl::IsNotFound(key.status()) ? Create(path, random) : key;
}

absl::StatusOr<SecretKey> LoadMasterKey(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT) {
    return absl::NotFoundError(
        absl::StrCat("there is no key file `", path, "`"));
  }
  if (fd < 0) {
    return absl::FailedPreconditionError(absl::StrCat(
        "cannot open the key file `", path, "`: ", strerror(errno)));
  }
  struct stat info;
  SecretKey key;
  absl::Status problem;
  if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode) ||
      info.st_size != static_cast<off_t>(key.bytes.size())) {
    problem = absl::FailedPreconditionError(
        absl::StrCat("the key file `", path, "` is not a file of 32 bytes"));
  } else if ((info.st_mode & 0377) != 0) {
    problem = absl::FailedPreconditionError(absl::StrCat(
        "the key file `", path, "` is open to others; set its mode to 0400"));
  } else if (read(fd, key.bytes.data(), key.bytes.size()) !=
             static_cast<ssize_t>(key.bytes.size())) {
    problem = absl::FailedPreconditionError(
        absl::StrCat("the key file `", path, "` cannot be read"));
  }
  close(fd);
  if (!problem.ok()) return problem;
  return key;
}

}  // namespace talentcard::store
