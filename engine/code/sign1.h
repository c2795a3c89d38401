#ifndef TALENTCARD_ENGINE_CODE_SIGN1_H_
#define TALENTCARD_ENGINE_CODE_SIGN1_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "engine/code/cbor.h"
#include "engine/code/signature.h"

// COSE_Sign1 (RFC 9052 section 4.2) as codes, key lists and status lists use
// it: tagged, with exactly `alg` and a 4-byte `kid` in the protected header,
// nothing in the other, and the payload inside.
//
// Each use has its own `context`, which is signed with it (external_aad), so
// that none passes as another.
namespace talentcard::code {

inline constexpr std::string_view kKeyListContext = "CZ-keys";
inline constexpr std::string_view kStatusListContext = "CZ-status";

// The four parts, as read; views of the bytes read.
struct Envelope {
  std::string_view protected_header;  // Encoded.
  Cbor unprotected_header;
  std::string_view payload;
  std::string_view signature;
};
// kInvalidArgument unless all of it, but for `trailing` bytes at the end, is
// one deterministic COSE_Sign1. The headers are not judged.
absl::StatusOr<Envelope> ReadEnvelope(std::string_view bytes,
                                      size_t trailing = 0);

struct Headers {
  int64_t algorithm = 0;
  std::string_view key_id;  // 4 bytes.
};
// kInvalidArgument unless they are exactly those of the profile.
absl::StatusOr<Headers> ReadHeaders(const Envelope& envelope);

// The bytes that are signed.
std::string ToBeSigned(std::string_view protected_header,
                       std::string_view context, std::string_view payload);

std::string WriteSign1(const Signer& signer, std::string_view context,
                       std::string_view payload);

// The payload, if this key signed it for this context.
absl::StatusOr<std::string_view> OpenSign1(std::string_view bytes,
                                           std::string_view context,
                                           const PublicKey& key);

}  // namespace talentcard::code

#endif  // TALENTCARD_ENGINE_CODE_SIGN1_H_
