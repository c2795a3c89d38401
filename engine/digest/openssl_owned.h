#ifndef TALENTCARD_ENGINE_DIGEST_OPENSSL_OWNED_H_
#define TALENTCARD_ENGINE_DIGEST_OPENSSL_OWNED_H_

#include <openssl/evp.h>

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

// OpenSSL's things, freed with their owner; for source files only.
namespace talentcard::openssl {

template <auto function>
struct Freed {
  template <typename T>
  void operator()(T* thing) const {
    function(thing);
  }
};
using OwnedKey = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using OwnedKeyContext = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>>;
using OwnedDigest = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;

inline const uint8_t* Bytes(std::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}
inline uint8_t* Bytes(std::string& text) {
  return reinterpret_cast<uint8_t*>(text.data());
}

// The library fails only for lack of memory or a broken installation.
inline void Require(bool ok) {
  if (!ok) std::abort();
}

}  // namespace talentcard::openssl

#endif  // TALENTCARD_ENGINE_DIGEST_OPENSSL_OWNED_H_
