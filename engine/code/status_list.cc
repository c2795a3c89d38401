#include "engine/code/status_list.h"

#include <zlib.h>

#include <limits>

#include "engine/code/claims.h"
#include "engine/code/sign1.h"
#include "engine/status_macros.h"

namespace talentcard::code {
namespace {

using Kind = Cbor::Kind;

constexpr int64_t kUri = 2, kExpires = 4, kIssued = 6, kList = 65533,
                  kRefresh = 65534;

absl::Status Refuse(const char* why) { return absl::InvalidArgumentError(why); }

std::string Deflate(std::string_view bytes) {
  uLongf size = compressBound(bytes.size());
  std::string out(size, '\0');
  compress2(reinterpret_cast<Bytef*>(out.data()), &size,
            reinterpret_cast<const Bytef*>(bytes.data()), bytes.size(),
            Z_BEST_COMPRESSION);
  out.resize(size);
  return out;
}

// All of `packed` and nothing more; at most `most` bytes.
absl::StatusOr<std::string> Inflate(std::string_view packed, size_t most) {
  std::string out(most, '\0');
  uLongf size = most;
  uLong used = packed.size();
  const int result =
      uncompress2(reinterpret_cast<Bytef*>(out.data()), &size,
                  reinterpret_cast<const Bytef*>(packed.data()), &used);
  if (result != Z_OK || used != packed.size())
    return Refuse("the list cannot be unpacked, or is too long");
  out.resize(size);
  return out;
}

}  // namespace

StatusArray::StatusArray(int bits, uint32_t entries)
    : bits_(bits), bytes_((size_t{entries} * bits + 7) / 8, '\0') {}

StatusArray::StatusArray(int bits, std::string bytes)
    : bits_(bits), bytes_(std::move(bytes)) {}

uint8_t StatusArray::Get(uint32_t index) const {
  const size_t bit = size_t{index} * bits_;
  const uint8_t byte = static_cast<uint8_t>(bytes_[bit / 8]);
  return static_cast<uint8_t>(byte >> bit % 8 & ((1 << bits_) - 1));
}

void StatusArray::Set(uint32_t index, uint8_t value) {
  const size_t bit = size_t{index} * bits_;
  const int mask = ((1 << bits_) - 1) << bit % 8;
  char& byte = bytes_[bit / 8];
  byte = static_cast<char>((byte & ~mask) | value << bit % 8);
}

std::string WriteStatusArray(const StatusArray& array) {
  return CborMap({{CborText("bits"), CborInteger(array.bits())},
                  {CborText("lst"), CborBytes(Deflate(array.bytes()))}});
}

absl::StatusOr<StatusArray> ReadStatusArray(const Cbor& map,
                                            size_t most_bytes) {
  const Cbor* bits = map.Find("bits");
  const Cbor* list = map.Find("lst");
  if (map.pairs() != 2 || bits == nullptr || !bits->Is(Kind::kInteger) ||
      list == nullptr || !list->Is(Kind::kBytes))
    return Refuse("not a status list");
  const int64_t n = bits->integer;
  if (n != 1 && n != 2 && n != 4 && n != 8)
    return Refuse("a status has 1, 2, 4 or 8 bits");
  ASSIGN_OR_RETURN(std::string bytes, Inflate(list->string, most_bytes));
  return StatusArray(static_cast<int>(n), std::move(bytes));
}

std::string SignStatusList(const StatusList& list, const Signer& signer) {
  return WriteSign1(
      signer, kStatusListContext,
      CborMap({{CborInteger(kUri), CborText(list.uri)},
               {CborInteger(kExpires), CborSeconds(list.expires)},
               {CborInteger(kIssued), CborSeconds(list.issued)},
               {CborInteger(kList), WriteStatusArray(list.statuses)},
               {CborInteger(kRefresh),
                CborInteger(absl::ToInt64Seconds(list.refresh))}}));
}

namespace {

absl::StatusOr<StatusList> ReadPayload(std::string_view payload) {
  ASSIGN_OR_RETURN(const Cbor map, ReadCbor(payload));
  const Cbor* uri = map.Find(kUri);
  const std::optional<absl::Time> expires = SecondsOf(map.Find(kExpires));
  const std::optional<absl::Time> issued = SecondsOf(map.Find(kIssued));
  const Cbor* array = map.Find(kList);
  const Cbor* refresh = map.Find(kRefresh);
  if (map.pairs() != 5 || uri == nullptr || !uri->Is(Kind::kText) ||
      uri->string.size() > kLongestStatusUri || !expires || !issued ||
      array == nullptr || !SecondsOf(refresh))
    return Refuse("not a status list of ours");
  ASSIGN_OR_RETURN(StatusArray statuses,
                   ReadStatusArray(*array, kStatusEntries * kStatusBits / 8));
  if (statuses.bits() != kStatusBits || statuses.entries() != kStatusEntries)
    return Refuse("a status list of another size");
  return StatusList{std::string(uri->string), *issued, *expires,
                    absl::Seconds(refresh->integer), std::move(statuses)};
}

}  // namespace

absl::StatusOr<StatusList> OpenStatusList(std::string_view bytes,
                                          const KeyList& keys) {
  if (bytes.size() > kLongestStatusList) return Refuse("too long");
  ASSIGN_OR_RETURN(const Envelope envelope, ReadEnvelope(bytes));
  ASSIGN_OR_RETURN(const Headers headers, ReadHeaders(envelope));
  const TrustedKey* key = keys.Find(headers.key_id, TrustedKey::Use::kLists);
  if (key == nullptr) return Refuse("signed by no key for lists");
  ASSIGN_OR_RETURN(const std::string_view payload,
                   OpenSign1(bytes, kStatusListContext, key->key));
  ASSIGN_OR_RETURN(StatusList list, ReadPayload(payload));
  if (!key->Covers(list.issued))
    return Refuse("the key was not in force when the list was issued");
  return list;
}

}  // namespace talentcard::code
