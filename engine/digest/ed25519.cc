#include "engine/digest/ed25519.h"

#include "engine/digest/openssl_owned.h"

namespace talentcard {

using openssl::Bytes;
using openssl::OwnedDigest;
using openssl::OwnedKey;
using openssl::Require;

bool VerifyEd25519(const Ed25519PublicKey& public_key, std::string_view message,
                   std::string_view signature) {
  const OwnedKey key(EVP_PKEY_new_raw_public_key(
      EVP_PKEY_ED25519, nullptr, public_key.data(), public_key.size()));
  const OwnedDigest digest(EVP_MD_CTX_new());
  return key && digest &&
         EVP_DigestVerifyInit(digest.get(), nullptr, nullptr, nullptr,
                              key.get()) == 1 &&
         EVP_DigestVerify(digest.get(), Bytes(signature), signature.size(),
                          Bytes(message), message.size()) == 1;
}

Ed25519Key::Ed25519Key(std::span<const uint8_t, 32> seed)
    : key_(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(),
                                        seed.size()),
           EVP_PKEY_free) {
  size_t size = public_key_.size();
  Require(key_ && EVP_PKEY_get_raw_public_key(key_.get(), public_key_.data(),
                                              &size) == 1);
}

std::string Ed25519Key::Sign(std::string_view message) const {
  const OwnedDigest digest(EVP_MD_CTX_new());
  std::string signature(64, '\0');
  size_t size = signature.size();
  Require(EVP_DigestSignInit(digest.get(), nullptr, nullptr, nullptr,
                             key_.get()) == 1 &&
          EVP_DigestSign(digest.get(), Bytes(signature), &size, Bytes(message),
                         message.size()) == 1);
  return signature;
}

}  // namespace talentcard
