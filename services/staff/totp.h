#ifndef TALENTCARD_SERVICES_STAFF_TOTP_H_
#define TALENTCARD_SERVICES_STAFF_TOTP_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"

// One-time codes of a telephone: RFC 6238 over HMAC-SHA-1, steps of 30 s.
namespace talentcard::staff {

inline constexpr int kTotpDigits = 6;

uint64_t TotpStep(absl::Time time);
// `digits` of 1 to 9, with leading zeros.
std::string TotpCode(std::string_view secret, uint64_t step,
                     int digits = kTotpDigits);

// The step whose code this is: now's, or the one before or after it, since
// clocks differ; but never one up to `last`, so that no code is used twice.
std::optional<uint64_t> MatchTotp(std::string_view secret,
                                  std::string_view code, absl::Time now,
                                  uint64_t last);

// RFC 4648 without padding, as authenticator programs read a secret.
std::string Base32(std::string_view bytes);

}  // namespace talentcard::staff

#endif  // TALENTCARD_SERVICES_STAFF_TOTP_H_
