#include "engine/code/sign1.h"

#include "engine/status_macros.h"

namespace talentcard::code {
namespace {

using Kind = Cbor::Kind;

constexpr int64_t kAlgorithmLabel = 1;
constexpr int64_t kKeyIdLabel = 4;
constexpr size_t kKeyIdSize = 4;

absl::Status Refuse(const char* why) { return absl::InvalidArgumentError(why); }

}  // namespace

absl::StatusOr<Envelope> ReadEnvelope(std::string_view bytes, size_t trailing) {
  size_t length = 0;
  ASSIGN_OR_RETURN(Cbor item, ReadCborPrefix(bytes, length));
  if (length + trailing != bytes.size())
    return Refuse("another number of bytes follows the signed part");
  if (!item.Is(Kind::kTag)) return Refuse("not a tagged COSE_Sign1");
  Cbor& parts = item.items[0];
  if (!parts.Is(Kind::kArray) || parts.items.size() != 4 ||
      !parts.items[0].Is(Kind::kBytes) || !parts.items[1].Is(Kind::kMap) ||
      !parts.items[2].Is(Kind::kBytes) || !parts.items[3].Is(Kind::kBytes))
    return Refuse("not the four parts of a COSE_Sign1");
  return Envelope{parts.items[0].string, std::move(parts.items[1]),
                  parts.items[2].string, parts.items[3].string};
}

absl::StatusOr<Headers> ReadHeaders(const Envelope& envelope) {
  if (envelope.unprotected_header.pairs() != 0)
    return Refuse("the unprotected header is not empty");
  ASSIGN_OR_RETURN(const Cbor header, ReadCbor(envelope.protected_header));
  const Cbor* algorithm = header.Find(kAlgorithmLabel);
  const Cbor* key_id = header.Find(kKeyIdLabel);
  if (header.pairs() != 2 || algorithm == nullptr || key_id == nullptr ||
      !algorithm->Is(Kind::kInteger) || !key_id->Is(Kind::kBytes) ||
      key_id->string.size() != kKeyIdSize)
    return Refuse("the protected header is not `alg` and a 4-byte `kid`");
  return Headers{algorithm->integer, key_id->string};
}

std::string ToBeSigned(std::string_view protected_header,
                       std::string_view context, std::string_view payload) {
  return CborArray({CborText("Signature1"), CborBytes(protected_header),
                    CborBytes(context), CborBytes(payload)});
}

std::string WriteSign1(const Signer& signer, std::string_view context,
                       std::string_view payload) {
  const PublicKey& key = signer.public_key();
  const std::string header =
      CborMap({{CborInteger(kAlgorithmLabel),
                CborInteger(static_cast<int64_t>(key.algorithm))},
               {CborInteger(kKeyIdLabel), CborBytes(KeyId(key))}});
  const std::string signature =
      signer.Sign(ToBeSigned(header, context, payload));
  return CborTag(kSign1Tag,
                 CborArray({CborBytes(header), CborMap({}), CborBytes(payload),
                            CborBytes(signature)}));
}

absl::StatusOr<std::string_view> OpenSign1(std::string_view bytes,
                                           std::string_view context,
                                           const PublicKey& key) {
  ASSIGN_OR_RETURN(const Envelope envelope, ReadEnvelope(bytes));
  ASSIGN_OR_RETURN(const Headers headers, ReadHeaders(envelope));
  if (headers.key_id != KeyId(key) ||
      headers.algorithm != static_cast<int64_t>(key.algorithm))
    return Refuse("signed with another key");
  if (!VerifySignature(
          key, ToBeSigned(envelope.protected_header, context, envelope.payload),
          envelope.signature))
    return Refuse("the signature does not match");
  return envelope.payload;
}

}  // namespace talentcard::code
