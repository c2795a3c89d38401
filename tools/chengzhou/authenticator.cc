#include "tools/chengzhou/authenticator.h"

#include <array>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "engine/status_macros.h"
#include "services/staff/totp.h"
#include "services/store/random.h"
#include "tools/pki/files.h"

namespace talentcard::client {

Authenticator Authenticator::Make() {
  std::array<uint8_t, 20> bytes;
  store::SystemRandom().Fill(bytes);
  return Authenticator(std::string(bytes.begin(), bytes.end()));
}

absl::StatusOr<Authenticator> Authenticator::Read(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, pki::ReadFile(path));
  const std::pair<std::string, std::string> parts =
      absl::StrSplit(text, absl::MaxSplits(' ', 1));
  Authenticator read(absl::HexStringToBytes(parts.first));
  if (parts.first.size() < 40 ||
      !absl::SimpleAtoi(parts.second, &read.last_step_))
    return absl::InvalidArgumentError(
        absl::StrCat("`", path, "` is no authenticator's file"));
  return read;
}

std::optional<std::string> Authenticator::NextCode(absl::Time now) {
  const uint64_t present = staff::TotpStep(now);
  const uint64_t step = std::max(present - 1, last_step_ + 1);
  if (step > present + 1) return std::nullopt;
  last_step_ = step;
  return staff::TotpCode(secret_, step);
}

absl::Status Authenticator::Keep(const std::string& path) const {
  return pki::WriteFile(
      path, absl::StrCat(absl::BytesToHexString(secret_), " ", last_step_),
      pki::kSecret);
}

std::string OtpAuthUri(const std::string& secret, const std::string& staff) {
  return absl::StrCat(
      "otpauth://totp/Chengzhou:", absl::StrReplaceAll(staff, {{"/", "%2F"}}),
      "?secret=", staff::Base32(secret), "&issuer=Chengzhou");
}

}  // namespace talentcard::client
