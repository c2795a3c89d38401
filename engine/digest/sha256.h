#ifndef TALENTCARD_ENGINE_DIGEST_SHA256_H_
#define TALENTCARD_ENGINE_DIGEST_SHA256_H_

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace talentcard {

using Sha256Hash = std::array<uint8_t, 32>;

// SHA-256 (FIPS 180-4) of the parts, one after another.
Sha256Hash Sha256(std::initializer_list<std::string_view> parts);
inline Sha256Hash Sha256(std::string_view bytes) { return Sha256({bytes}); }

inline std::string_view AsBytes(const Sha256Hash& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}
// Lower-case hexadecimal.
std::string ToHex(const Sha256Hash& hash);

}  // namespace talentcard

#endif  // TALENTCARD_ENGINE_DIGEST_SHA256_H_
