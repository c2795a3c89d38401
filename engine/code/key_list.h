#ifndef TALENTCARD_ENGINE_CODE_KEY_LIST_H_
#define TALENTCARD_ENGINE_CODE_KEY_LIST_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/code/signature.h"

// Which keys a desk trusts, and since when: signed by the root, the one key a
// desk is given by hand. No key is ever taken from a code.
namespace talentcard::code {

inline constexpr size_t kMostKeys = 16;
inline constexpr size_t kLongestKeyList = 4096;  // Bytes, signed.

struct TrustedKey {
  enum class Use { kCodes = 1, kLists = 2 };
  Use use = Use::kCodes;
  PublicKey key;
  // What it signed says it was issued in [not_before, not_after).
  absl::Time not_before;
  absl::Time not_after;
  // The cut after a compromise: nothing issued later is believed.
  std::optional<absl::Time> reject_issued_after;

  bool Covers(absl::Time issued) const {
    return not_before <= issued && issued < not_after &&
           (!reject_issued_after || issued <= *reject_issued_after);
  }
  friend bool operator==(const TrustedKey&, const TrustedKey&) = default;
};

struct KeyList {
  absl::Time issued;
  absl::Time expires;  // A desk fetches another before.
  std::vector<TrustedKey> keys;

  // nullptr if it is not on the list for this use.
  const TrustedKey* Find(std::string_view key_id, TrustedKey::Use use) const;
  friend bool operator==(const KeyList&, const KeyList&) = default;
};

//   4: exp   6: iat
//   -70003: [{1: use, 2: alg, 3: public key, 4: not before, 5: not after,
//             6: cut, only if there is one}, …]
std::string SignKeyList(const KeyList& list, const Signer& root);
// kInvalidArgument unless `root` signed it and it has this shape.
absl::StatusOr<KeyList> OpenKeyList(std::string_view bytes,
                                    const PublicKey& root);

}  // namespace talentcard::code

#endif  // TALENTCARD_ENGINE_CODE_KEY_LIST_H_
