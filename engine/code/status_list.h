#ifndef TALENTCARD_ENGINE_CODE_STATUS_LIST_H_
#define TALENTCARD_ENGINE_CODE_STATUS_LIST_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/code/cbor.h"
#include "engine/code/key_list.h"

// Token Status List (draft-ietf-oauth-status-list): a few bits for each card,
// least significant first, all in one small file, so that nobody learns which
// card a desk has before it.
namespace talentcard::code {

// Values of 1, 2, 4 or 8 bits.
class StatusArray {
 public:
  // `entries` values of 0.
  StatusArray(int bits, uint32_t entries);
  StatusArray(int bits, std::string bytes);

  uint32_t entries() const {
    return static_cast<uint32_t>(bytes_.size() * 8 / bits_);
  }
  int bits() const { return bits_; }
  const std::string& bytes() const { return bytes_; }
  // `index` must be below entries().
  uint8_t Get(uint32_t index) const;
  // `value` must fit the bits.
  void Set(uint32_t index, uint8_t value);

  friend bool operator==(const StatusArray&, const StatusArray&) = default;

 private:
  int bits_;
  std::string bytes_;
};

// {"bits": n, "lst": zlib}
std::string WriteStatusArray(const StatusArray& array);
// kInvalidArgument for another shape, another number of bits, broken zlib, and
// what would be more than `most_bytes` unpacked.
absl::StatusOr<StatusArray> ReadStatusArray(const Cbor& map, size_t most_bytes);

// What an entry of our lists says.
enum class CardStatus : uint8_t {
  kValid = 0,
  kRevoked = 1,
  kSuspended = 2,
  kBenefitsPaused = 3,
};
inline constexpr int kStatusBits = 2;
inline constexpr uint32_t kStatusEntries = 1 << 18;      // Of every list.
inline constexpr size_t kLongestStatusList = 128 << 10;  // Bytes, signed.

//   2: uri   4: exp   6: iat   65533: {"bits": 2, "lst": …}   65534: ttl
struct StatusList {
  std::string uri;
  absl::Time issued;
  absl::Time expires;      // Not believed after.
  absl::Duration refresh;  // A desk with network fetches it this often.
  StatusArray statuses{kStatusBits, kStatusEntries};

  friend bool operator==(const StatusList&, const StatusList&) = default;
};
std::string SignStatusList(const StatusList& list, const Signer& signer);
// kInvalidArgument unless a key for lists signed it and it has this shape.
absl::StatusOr<StatusList> OpenStatusList(std::string_view bytes,
                                          const KeyList& keys);

}  // namespace talentcard::code

#endif  // TALENTCARD_ENGINE_CODE_STATUS_LIST_H_
