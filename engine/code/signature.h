#ifndef TALENTCARD_ENGINE_CODE_SIGNATURE_H_
#define TALENTCARD_ENGINE_CODE_SIGNATURE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

// The two signature profiles of codes. Both sign the same bytes and give 64.
namespace talentcard::code {

// Numbers of the COSE registry. SM2 with SM3 has none: a private one, below
// -65536 (RFC 9053 section 11).
enum class Algorithm : int64_t {
  kEdDsa = -8,       // Ed25519 (RFC 8032), as OpenSSL judges it.
  kSm2Sm3 = -65537,  // GB/T 32918.2, r ‖ s, user id as below.
};
std::optional<Algorithm> AlgorithmOf(int64_t number);

// The user id every SM2 signature is bound to (GM/T 0009-2012); exactly these
// 16 bytes, never the library's default, which is none.
inline constexpr std::string_view kSm2UserId = "1234567812345678";

inline constexpr size_t kSignatureSize = 64;

struct PublicKey {
  Algorithm algorithm = Algorithm::kEdDsa;
  std::string bytes;  // Ed25519: 32. SM2: x ‖ y, 64.

  friend bool operator==(const PublicKey&, const PublicKey&) = default;
};

// The first four bytes of the SHA-256 of its COSE_Key (RFC 9679): how a header
// names it.
std::string KeyId(const PublicKey& key);

// How people are given a key: `eddsa:` or `sm2-sm3:` and hexadecimal digits.
std::string ToText(const PublicKey& key);
// kInvalidArgument, with what it looks like, for anything else.
absl::StatusOr<PublicKey> ParsePublicKey(std::string_view text);

// False also for a key or a signature of another size, and for a key that is no
// point of the curve.
bool VerifySignature(const PublicKey& key, std::string_view message,
                     std::string_view signature);
// SM2 under another user id, for the standard's own examples.
bool VerifySm2(std::string_view public_key, std::string_view user_id,
               std::string_view message, std::string_view signature);

// Who signs. Production may put a certified device behind it.
class Signer {
 public:
  virtual ~Signer() = default;
  virtual const PublicKey& public_key() const = 0;
  virtual std::string Sign(std::string_view message) const = 0;
};

}  // namespace talentcard::code

#endif  // TALENTCARD_ENGINE_CODE_SIGNATURE_H_
