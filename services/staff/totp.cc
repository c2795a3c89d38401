#include "services/staff/totp.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <cstdlib>

#include "absl/strings/str_format.h"

namespace talentcard::staff {
namespace {

constexpr int64_t kStepSeconds = 30;
constexpr uint64_t kTolerance = 1;  // Steps.

}  // namespace

uint64_t TotpStep(absl::Time time) {
  return static_cast<uint64_t>(absl::ToUnixSeconds(time) / kStepSeconds);
}

std::string TotpCode(std::string_view secret, uint64_t step, int digits) {
  std::array<uint8_t, 8> message;
  for (size_t i = 0; i < message.size(); ++i)
    message[i] = static_cast<uint8_t>(step >> (8 * (7 - i)));
  std::array<uint8_t, EVP_MAX_MD_SIZE> mac;
  unsigned int length = 0;
  if (HMAC(EVP_sha1(), secret.data(), static_cast<int>(secret.size()),
           message.data(), message.size(), mac.data(), &length) == nullptr)
    std::abort();  // Only a broken installation fails.
  // Dynamic truncation, RFC 4226 §5.3.
  const size_t at = mac[length - 1] & 0x0F;
  const uint32_t number = (mac[at] & 0x7Fu) << 24 | mac[at + 1] << 16 |
                          mac[at + 2] << 8 | mac[at + 3];
  uint32_t modulus = 1;
  for (int i = 0; i < digits; ++i) modulus *= 10;
  return absl::StrFormat("%0*d", digits, number % modulus);
}

std::optional<uint64_t> MatchTotp(std::string_view secret,
                                  std::string_view code, absl::Time now,
                                  uint64_t last) {
  if (secret.empty()) return std::nullopt;  // Nothing is enrolled yet.
  const uint64_t present = TotpStep(now);
  std::optional<uint64_t> matched;
  // All are compared, so that the time says nothing of which it was.
  for (uint64_t step = present < kTolerance ? 0 : present - kTolerance;
       step <= present + kTolerance; ++step) {
    const std::string expected = TotpCode(secret, step);
    const bool equal =
        code.size() == expected.size() &&
        CRYPTO_memcmp(code.data(), expected.data(), code.size()) == 0;
    if (equal && step > last) matched = step;
  }
  return matched;
}

std::string Base32(std::string_view bytes) {
  constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string out;
  uint32_t buffer = 0;
  int bits = 0;
  for (const char c : bytes) {
    buffer = buffer << 8 | static_cast<uint8_t>(c);
    for (bits += 8; bits >= 5; bits -= 5)
      out += kAlphabet[buffer >> (bits - 5) & 31];
    buffer &= (1u << bits) - 1;
  }
  if (bits > 0) out += kAlphabet[buffer << (5 - bits) & 31];
  return out;
}

}  // namespace talentcard::staff
