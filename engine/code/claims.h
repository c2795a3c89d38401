#ifndef TALENTCARD_ENGINE_CODE_CLAIMS_H_
#define TALENTCARD_ENGINE_CODE_CLAIMS_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/code/cbor.h"

// What a code says: the payload of its CWT (RFC 8392).
namespace talentcard::code {

inline constexpr size_t kLongestTier = 16;        // Bytes.
inline constexpr size_t kLongestMaskedName = 32;  // Bytes.
inline constexpr size_t kLongestStatusUri = 32;   // Bytes.

using CodeId = std::array<uint8_t, 8>;

// The commitment to a chain of values of which an offline holder shows one a
// minute; see chain.h.
struct ChainAnchor {
  absl::Time start;  // T0
  std::array<uint8_t, 16> value{};

  friend bool operator==(const ChainAnchor&, const ChainAnchor&) = default;
};

// Instants are whole seconds from 1970 to 2106.
//
//   4: exp   6: iat   7: cti[8]
//   65535: {"status_list": {"idx": n, "uri": text}}
//   -70001: {1: ref[8], 2: tier, 3: masked name, 4: last four, 5: benefits}
//   -70002: [0, T0, 60, 1440, anchor[16]]    in offline codes only
struct Claims {
  absl::Time expires;
  absl::Time issued;
  CodeId id{};  // Random, of this code alone.
  uint32_t status_index = 0;
  std::string status_uri;              // Of the status list, e.g. `cz:s/3`.
  std::array<uint8_t, 8> reference{};  // The first bytes of the card's id.
  std::string tier;                    // Code of the catalogue.
  std::string masked_name;
  std::string last_four;  // Of the identity document.
  uint32_t benefits = 0;  // Bits as card.yaml numbers them.
  std::optional<ChainAnchor> chain;

  friend bool operator==(const Claims&, const Claims&) = default;
};

// Deterministic CBOR.
std::string WriteClaims(const Claims& claims);
// kInvalidArgument unless WriteClaims gives exactly these bytes.
absl::StatusOr<Claims> ReadClaims(std::string_view payload);

// Seconds of an instant as CWT writes them, and back.
std::string CborSeconds(absl::Time instant);
// nullopt unless it is an integer from 0 to 2^32 - 1.
std::optional<absl::Time> SecondsOf(const Cbor* item);

}  // namespace talentcard::code

#endif  // TALENTCARD_ENGINE_CODE_CLAIMS_H_
