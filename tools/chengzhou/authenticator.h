#ifndef TALENTCARD_TOOLS_CHENGZHOU_AUTHENTICATOR_H_
#define TALENTCARD_TOOLS_CHENGZHOU_AUTHENTICATOR_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace talentcard::client {

// One-time codes (RFC 6238) of a secret in a file, where there is no telephone:
// for rehearsals, and on a stick that is taken along. The file holds the secret
// in hexadecimal and the step of the last code, mode 0400.
class Authenticator {
 public:
  // A new secret of 20 bytes, not kept yet.
  static Authenticator Make();
  static absl::StatusOr<Authenticator> Read(const std::string& path);

  const std::string& secret() const { return secret_; }
  // The first code the server still takes and that was not used; nullopt: wait
  // for the next step.
  std::optional<std::string> NextCode(absl::Time now);
  absl::Status Keep(const std::string& path) const;

 private:
  explicit Authenticator(std::string secret) : secret_(std::move(secret)) {}

  std::string secret_;
  uint64_t last_step_ = 0;
};

// What authenticator programs scan.
std::string OtpAuthUri(const std::string& secret, const std::string& staff);

}  // namespace talentcard::client

#endif  // TALENTCARD_TOOLS_CHENGZHOU_AUTHENTICATOR_H_
