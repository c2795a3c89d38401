#ifndef TALENTCARD_ENGINE_DIGEST_ED25519_H_
#define TALENTCARD_ENGINE_DIGEST_ED25519_H_

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct evp_pkey_st;

namespace talentcard {

// Ed25519 (RFC 8032) as OpenSSL judges it.
using Ed25519PublicKey = std::array<uint8_t, 32>;

// False also for a signature of another size than 64, and a key that is none.
bool VerifyEd25519(const Ed25519PublicKey& public_key, std::string_view message,
                   std::string_view signature);

// A private key. Immutable; safe to share between threads.
class Ed25519Key {
 public:
  explicit Ed25519Key(std::span<const uint8_t, 32> seed);

  const Ed25519PublicKey& public_key() const { return public_key_; }
  // 64 bytes.
  std::string Sign(std::string_view message) const;

 private:
  std::shared_ptr<evp_pkey_st> key_;
  Ed25519PublicKey public_key_;
};

}  // namespace talentcard

#endif  // TALENTCARD_ENGINE_DIGEST_ED25519_H_
