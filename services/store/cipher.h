#ifndef TALENTCARD_SERVICES_STORE_CIPHER_H_
#define TALENTCARD_SERVICES_STORE_CIPHER_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace talentcard::store {

// What seals: written in front of every sealed value, so that values of both
// kinds stand side by side.
enum class Cipher : uint8_t {
  kAes256Gcm = 1,  // NIST SP 800-38D; OpenSSL.
  kSm4Gcm = 2,     // GB/T 32907-2016 in GCM (RFC 8998); libgcrypt.
};

// `aes-256-gcm` or `sm4-gcm`; nullopt for anything else.
std::optional<Cipher> CipherNamed(std::string_view name);

inline constexpr size_t kNonceBytes = 12;
inline constexpr size_t kTagBytes = 16;

// A cipher's key is taken from the front of these.
using CipherKey = std::array<uint8_t, 32>;

// Writes the ciphertext (as long as `plain`) and its tag to `out`.
void Encrypt(Cipher cipher, const CipherKey& key, const uint8_t* nonce,
             std::string_view context, std::string_view plain, uint8_t* out);
// nullopt if the tag is not of this ciphertext, context, nonce and key.
std::optional<std::string> Decrypt(Cipher cipher, const CipherKey& key,
                                   const uint8_t* nonce,
                                   std::string_view context,
                                   std::string_view ciphertext_and_tag);

}  // namespace talentcard::store

#endif  // TALENTCARD_SERVICES_STORE_CIPHER_H_
