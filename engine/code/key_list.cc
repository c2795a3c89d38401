#include "engine/code/key_list.h"

#include "engine/code/claims.h"
#include "engine/code/sign1.h"
#include "engine/status_macros.h"

namespace talentcard::code {
namespace {

using Kind = Cbor::Kind;

constexpr int64_t kExpires = 4, kIssued = 6, kKeys = -70003;
constexpr int64_t kUse = 1, kAlgorithm = 2, kPublicKey = 3, kNotBefore = 4,
                  kNotAfter = 5, kCut = 6;

absl::Status Refuse() { return absl::InvalidArgumentError("not a key list"); }

std::string WriteKey(const TrustedKey& key) {
  std::vector<std::pair<std::string, std::string>> pairs = {
      {CborInteger(kUse), CborInteger(static_cast<int64_t>(key.use))},
      {CborInteger(kAlgorithm),
       CborInteger(static_cast<int64_t>(key.key.algorithm))},
      {CborInteger(kPublicKey), CborBytes(key.key.bytes)},
      {CborInteger(kNotBefore), CborSeconds(key.not_before)},
      {CborInteger(kNotAfter), CborSeconds(key.not_after)}};
  if (key.reject_issued_after)
    pairs.emplace_back(CborInteger(kCut),
                       CborSeconds(*key.reject_issued_after));
  return CborMap(std::move(pairs));
}

std::optional<TrustedKey::Use> UseOf(const Cbor* item) {
  if (item == nullptr || !item->Is(Kind::kInteger)) return std::nullopt;
  if (item->integer == 1) return TrustedKey::Use::kCodes;
  if (item->integer == 2) return TrustedKey::Use::kLists;
  return std::nullopt;
}

absl::StatusOr<TrustedKey> ReadKey(const Cbor& map) {
  const std::optional<TrustedKey::Use> use = UseOf(map.Find(kUse));
  const Cbor* algorithm = map.Find(kAlgorithm);
  const Cbor* bytes = map.Find(kPublicKey);
  const std::optional<absl::Time> from = SecondsOf(map.Find(kNotBefore));
  const std::optional<absl::Time> to = SecondsOf(map.Find(kNotAfter));
  const Cbor* cut = map.Find(kCut);
  if (!use || algorithm == nullptr || !algorithm->Is(Kind::kInteger) ||
      bytes == nullptr || !bytes->Is(Kind::kBytes) || !from || !to ||
      map.pairs() != (cut == nullptr ? 5 : 6))
    return Refuse();
  const std::optional<Algorithm> known = AlgorithmOf(algorithm->integer);
  if (!known) return Refuse();
  TrustedKey key{*use, {*known, std::string(bytes->string)}, *from, *to, {}};
  if (cut != nullptr) {
    key.reject_issued_after = SecondsOf(cut);
    if (!key.reject_issued_after) return Refuse();
  }
  return key;
}

}  // namespace

const TrustedKey* KeyList::Find(std::string_view key_id,
                                TrustedKey::Use use) const {
  for (const TrustedKey& key : keys) {
    if (key.use == use && KeyId(key.key) == key_id) return &key;
  }
  return nullptr;
}

std::string SignKeyList(const KeyList& list, const Signer& root) {
  std::vector<std::string> keys;
  for (const TrustedKey& key : list.keys) keys.push_back(WriteKey(key));
  return WriteSign1(root, kKeyListContext,
                    CborMap({{CborInteger(kExpires), CborSeconds(list.expires)},
                             {CborInteger(kIssued), CborSeconds(list.issued)},
                             {CborInteger(kKeys), CborArray(keys)}}));
}

absl::StatusOr<KeyList> OpenKeyList(std::string_view bytes,
                                    const PublicKey& root) {
  if (bytes.size() > kLongestKeyList) return Refuse();
  ASSIGN_OR_RETURN(const std::string_view payload,
                   OpenSign1(bytes, kKeyListContext, root));
  ASSIGN_OR_RETURN(const Cbor map, ReadCbor(payload));
  const std::optional<absl::Time> expires = SecondsOf(map.Find(kExpires));
  const std::optional<absl::Time> issued = SecondsOf(map.Find(kIssued));
  const Cbor* keys = map.Find(kKeys);
  if (!expires || !issued || keys == nullptr || !keys->Is(Kind::kArray) ||
      map.pairs() != 3)
    return Refuse();
  KeyList list{*issued, *expires, {}};
  for (const Cbor& item : keys->items) {
    ASSIGN_OR_RETURN(TrustedKey key, ReadKey(item));
    list.keys.push_back(std::move(key));
  }
  return list;
}

}  // namespace talentcard::code
