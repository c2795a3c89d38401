#include "services/signing/signer.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>

#include "engine/digest/ed25519.h"
#include "engine/digest/openssl_owned.h"
#include "engine/digest/sha256.h"

namespace talentcard::signing {
namespace {

using openssl::Bytes;
using openssl::Freed;
using openssl::OwnedDigest;
using openssl::OwnedKey;
using openssl::OwnedKeyContext;
using openssl::Require;
using OwnedNumber = std::unique_ptr<BIGNUM, Freed<BN_clear_free>>;
using OwnedGroup = std::unique_ptr<EC_GROUP, Freed<EC_GROUP_free>>;
using OwnedPoint = std::unique_ptr<EC_POINT, Freed<EC_POINT_free>>;
using OwnedBuild = std::unique_ptr<OSSL_PARAM_BLD, Freed<OSSL_PARAM_BLD_free>>;
using OwnedParams = std::unique_ptr<OSSL_PARAM, Freed<OSSL_PARAM_free>>;

class Ed25519Signer : public code::Signer {
 public:
  explicit Ed25519Signer(const store::SecretKey& seed) : key_(seed.bytes) {
    const Ed25519PublicKey& bytes = key_.public_key();
    public_key_ = {code::Algorithm::kEdDsa,
                   std::string(bytes.begin(), bytes.end())};
  }

  const code::PublicKey& public_key() const override { return public_key_; }

  std::string Sign(std::string_view message) const override {
    return key_.Sign(message);
  }

 private:
  const Ed25519Key key_;
  code::PublicKey public_key_;
};

// From 1 to n - 2, as GB/T 32918.2 wants it.
OwnedNumber PrivateNumber(const EC_GROUP* group, const store::SecretKey& seed) {
  const OwnedNumber limit(BN_dup(EC_GROUP_get0_order(group)));
  Require(BN_sub_word(limit.get(), 1) == 1);
  store::SecretKey candidate = seed;
  for (;;) {
    OwnedNumber number(BN_bin2bn(candidate.bytes.data(),
                                 static_cast<int>(candidate.bytes.size()),
                                 nullptr));
    if (!BN_is_zero(number.get()) && BN_cmp(number.get(), limit.get()) < 0)
      return number;
    candidate.bytes = Sha256(
        std::string_view(reinterpret_cast<const char*>(candidate.bytes.data()),
                         candidate.bytes.size()));
  }
}

class Sm2Signer : public code::Signer {
 public:
  explicit Sm2Signer(const store::SecretKey& seed) {
    const OwnedGroup group(EC_GROUP_new_by_curve_name(NID_sm2));
    const OwnedNumber number = PrivateNumber(group.get(), seed);
    const OwnedPoint point(EC_POINT_new(group.get()));
    Require(EC_POINT_mul(group.get(), point.get(), number.get(), nullptr,
                         nullptr, nullptr) == 1);
    std::string encoded(65, '\0');
    Require(EC_POINT_point2oct(group.get(), point.get(),
                               POINT_CONVERSION_UNCOMPRESSED, Bytes(encoded),
                               encoded.size(), nullptr) == encoded.size());
    public_key_ = {code::Algorithm::kSm2Sm3, encoded.substr(1)};
    key_ = KeyPair(number.get(), encoded);
  }

  const code::PublicKey& public_key() const override { return public_key_; }

  std::string Sign(std::string_view message) const override {
    const OwnedKeyContext context(
        EVP_PKEY_CTX_new_from_pkey(nullptr, key_.get(), nullptr));
    const OwnedDigest digest(EVP_MD_CTX_new());
    Require(EVP_PKEY_CTX_set1_id(context.get(), code::kSm2UserId.data(),
                                 static_cast<int>(code::kSm2UserId.size())) ==
            1);
    EVP_MD_CTX_set_pkey_ctx(digest.get(), context.get());
    Require(EVP_DigestSignInit(digest.get(), nullptr, EVP_sm3(), nullptr,
                               key_.get()) == 1);
    std::string der(80, '\0');
    size_t size = der.size();
    Require(EVP_DigestSign(digest.get(), Bytes(der), &size, Bytes(message),
                           message.size()) == 1);
    der.resize(size);
    return Plain(der);
  }

 private:
  static OwnedKey KeyPair(const BIGNUM* number, const std::string& point) {
    const OwnedBuild build(OSSL_PARAM_BLD_new());
    Require(OSSL_PARAM_BLD_push_utf8_string(
                build.get(), OSSL_PKEY_PARAM_GROUP_NAME, "SM2", 0) == 1 &&
            OSSL_PARAM_BLD_push_octet_string(build.get(),
                                             OSSL_PKEY_PARAM_PUB_KEY,
                                             point.data(), point.size()) == 1 &&
            OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_PRIV_KEY,
                                   number) == 1);
    const OwnedParams params(OSSL_PARAM_BLD_to_param(build.get()));
    const OwnedKeyContext context(
        EVP_PKEY_CTX_new_from_name(nullptr, "SM2", nullptr));
    EVP_PKEY* key = nullptr;
    Require(EVP_PKEY_fromdata_init(context.get()) == 1 &&
            EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEYPAIR,
                              params.get()) == 1);
    return OwnedKey(key);
  }

  // r ‖ s from DER.
  static std::string Plain(const std::string& der) {
    const uint8_t* at = Bytes(std::string_view(der));
    const std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG_free>> pair(
        d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
    Require(pair != nullptr);
    std::string signature(code::kSignatureSize, '\0');
    constexpr int kHalf = code::kSignatureSize / 2;
    Require(BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), Bytes(signature),
                         kHalf) == kHalf &&
            BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), Bytes(signature) + kHalf,
                         kHalf) == kHalf);
    return signature;
  }

  OwnedKey key_;
  code::PublicKey public_key_;
};

}  // namespace

std::unique_ptr<code::Signer> MakeSigner(code::Algorithm algorithm,
                                         const store::SecretKey& seed) {
  if (algorithm == code::Algorithm::kEdDsa)
    return std::make_unique<Ed25519Signer>(seed);
  return std::make_unique<Sm2Signer>(seed);
}

}  // namespace talentcard::signing
