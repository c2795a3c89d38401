#include "services/ledger/cosignature.h"

#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/status_macros.h"
#include "services/store/keys.h"

namespace talentcard::ledger {
namespace {

constexpr uint8_t kCosignatureV1 = 4;
constexpr size_t kTime = 8;  // Bytes before the signature.

std::string Message(std::string_view body, uint64_t seconds) {
  return absl::StrCat("cosignature/v1\ntime ", seconds, "\n", A(body));
}

}  // namespace

absl::StatusOr<CosignatureVerifier> CosignatureVerifier::Parse(
    std::string_view key) {
  ASSIGN_OR_RETURN(NoteKey parsed, NoteKey::Parse(key, kCosignatureV1));
  return CosignatureVerifier(std::move(parsed));
}

absl::StatusOr<Cosignature> CosignatureVerifier::Find(
    std::string_view note) const {
  ASSIGN_OR_RETURN(const ParsedNote parsed, ParsedNote::Parse(note));
  for (const NoteSignature& line : parsed.signatures) {
    if (!line.IsBy(key_) || line.bytes.size() <= kTime) continue;
    const uint64_t seconds = store::ReadNumber(line.bytes, 0);
    if (seconds <= INT64_MAX &&
        VerifyEd25519(key_.public_key, Message(parsed.text, seconds),
                      std::string_view(line.bytes).substr(kTime)))
      return Cosignature{absl::FromUnixSeconds(static_cast<int64_t>(seconds)),
                         line};
  }
  return absl::InvalidArgumentError(
      absl::StrCat("not cosigned by `", key_.name, "`"));
}

Cosigner::Cosigner(std::string name, const store::SecretKey& seed)
    : key_(seed.bytes),
      verifier_({std::move(name), kCosignatureV1, key_.public_key()}) {
  if (!IsKeyName(verifier_.key().name)) std::abort();
}

std::string Cosigner::Cosign(std::string_view body, absl::Time time) const {
  const auto seconds = static_cast<uint64_t>(absl::ToUnixSeconds(time));
  std::string signature;
  store::AppendNumber(seconds, signature);
  signature += key_.Sign(Message(body, seconds));
  return NoteSignature{verifier_.key().name, verifier_.key().Hash(), signature}
      .Line();
}

}  // namespace talentcard::ledger
