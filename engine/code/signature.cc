#include "engine/code/signature.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/param_build.h>

#include <algorithm>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "engine/code/cbor.h"
#include "engine/digest/ed25519.h"
#include "engine/digest/openssl_owned.h"
#include "engine/digest/sha256.h"

namespace talentcard::code {
namespace {

using openssl::Bytes;
using openssl::Freed;
using openssl::OwnedDigest;
using openssl::OwnedKey;
using openssl::OwnedKeyContext;

bool VerifyEdDsa(std::string_view key, std::string_view message,
                 std::string_view signature) {
  Ed25519PublicKey bytes;
  std::copy(key.begin(), key.end(), bytes.begin());
  return VerifyEd25519(bytes, message, signature);
}

// nullptr if it is no point of the curve. Fetched as "SM2": under "EC" the
// library would verify ECDSA.
OwnedKey Sm2Key(std::string_view x_and_y) {
  std::string point = "\x04";  // Uncompressed.
  point += x_and_y;
  OSSL_PARAM params[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME,
                                       const_cast<char*>("SM2"), 0),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                        point.size()),
      OSSL_PARAM_construct_end()};
  const OwnedKeyContext context(
      EVP_PKEY_CTX_new_from_name(nullptr, "SM2", nullptr));
  EVP_PKEY* key = nullptr;
  if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
    return nullptr;
  return OwnedKey(key);
}

// r ‖ s as the DER that OpenSSL reads.
std::string DerSignature(std::string_view signature) {
  const size_t half = signature.size() / 2;
  const std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG_free>> pair(ECDSA_SIG_new());
  BIGNUM* r = BN_bin2bn(Bytes(signature), static_cast<int>(half), nullptr);
  BIGNUM* s =
      BN_bin2bn(Bytes(signature) + half, static_cast<int>(half), nullptr);
  ECDSA_SIG_set0(pair.get(), r, s);
  uint8_t* der = nullptr;
  const int length = i2d_ECDSA_SIG(pair.get(), &der);
  std::string out(reinterpret_cast<char*>(der),
                  static_cast<size_t>(length > 0 ? length : 0));
  OPENSSL_free(der);
  return out;
}

size_t KeySize(Algorithm algorithm) {
  return algorithm == Algorithm::kEdDsa ? 32 : 64;
}

}  // namespace

std::optional<Algorithm> AlgorithmOf(int64_t number) {
  for (const Algorithm known : {Algorithm::kEdDsa, Algorithm::kSm2Sm3}) {
    if (static_cast<int64_t>(known) == number) return known;
  }
  return std::nullopt;
}

std::string ToText(const PublicKey& key) {
  return absl::StrCat(
      key.algorithm == Algorithm::kEdDsa ? "eddsa:" : "sm2-sm3:",
      absl::BytesToHexString(key.bytes));
}

absl::StatusOr<PublicKey> ParsePublicKey(std::string_view text) {
  const std::vector<std::string> parts =
      absl::StrSplit(absl::string_view(text.data(), text.size()), ':');
  PublicKey key;
  if (parts.size() == 2 && parts[0] == "sm2-sm3")
    key.algorithm = Algorithm::kSm2Sm3;
  else if (parts.size() != 2 || parts[0] != "eddsa")
    return absl::InvalidArgumentError(
        "a public key looks like `eddsa:` or `sm2-sm3:` and hexadecimal "
        "digits");
  const size_t size = key.algorithm == Algorithm::kEdDsa ? 32 : 64;
  const bool hex = std::all_of(parts[1].begin(), parts[1].end(), [](char c) {
    return absl::ascii_isxdigit(static_cast<unsigned char>(c));
  });
  if (!hex || parts[1].size() != 2 * size)
    return absl::InvalidArgumentError(
        absl::StrCat("this public key has ", 2 * size, " hexadecimal digits"));
  key.bytes = absl::HexStringToBytes(parts[1]);
  return key;
}

std::string KeyId(const PublicKey& key) {
  constexpr int64_t kType = 1, kCurve = -1, kX = -2, kY = -3;
  constexpr int64_t kOctetKeyPair = 1, kTwoCoordinates = 2, kEd25519 = 6;
  const bool edwards = key.algorithm == Algorithm::kEdDsa;
  const std::string_view bytes = key.bytes;
  const size_t x_size = edwards ? bytes.size() : bytes.size() / 2;
  std::vector<std::pair<std::string, std::string>> pairs = {
      {CborInteger(kType),
       CborInteger(edwards ? kOctetKeyPair : kTwoCoordinates)},
      // No registered curve either: the algorithm's own number.
      {CborInteger(kCurve),
       CborInteger(edwards ? kEd25519
                           : static_cast<int64_t>(Algorithm::kSm2Sm3))},
      {CborInteger(kX), CborBytes(bytes.substr(0, x_size))}};
  if (!edwards)
    pairs.emplace_back(CborInteger(kY), CborBytes(bytes.substr(x_size)));
  return std::string(AsBytes(Sha256(CborMap(std::move(pairs)))).substr(0, 4));
}

bool VerifySignature(const PublicKey& key, std::string_view message,
                     std::string_view signature) {
  if (key.bytes.size() != KeySize(key.algorithm) ||
      signature.size() != kSignatureSize)
    return false;
  return key.algorithm == Algorithm::kEdDsa
             ? VerifyEdDsa(key.bytes, message, signature)
             : VerifySm2(key.bytes, kSm2UserId, message, signature);
}

bool VerifySm2(std::string_view public_key, std::string_view user_id,
               std::string_view message, std::string_view signature) {
  if (public_key.size() != 64 || signature.size() != kSignatureSize)
    return false;
  const OwnedKey key = Sm2Key(public_key);
  if (!key) return false;
  const OwnedKeyContext context(
      EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr));
  const OwnedDigest digest(EVP_MD_CTX_new());
  // The id has to be there before the digest begins with it.
  if (!context || !digest ||
      EVP_PKEY_CTX_set1_id(context.get(), user_id.data(),
                           static_cast<int>(user_id.size())) != 1)
    return false;
  EVP_MD_CTX_set_pkey_ctx(digest.get(), context.get());
  const std::string der = DerSignature(signature);
  return EVP_DigestVerifyInit(digest.get(), nullptr, EVP_sm3(), nullptr,
                              key.get()) == 1 &&
         EVP_DigestVerify(digest.get(), Bytes(der), der.size(), Bytes(message),
                          message.size()) == 1;
}

}  // namespace talentcard::code
