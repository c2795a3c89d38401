#include "engine/code/claims.h"

#include <algorithm>
#include <limits>

#include "engine/code/chain.h"

namespace talentcard::code {
namespace {

using Kind = Cbor::Kind;

constexpr int64_t kExpires = 4, kIssued = 6, kId = 7, kStatus = 65535;
constexpr int64_t kCard = -70001, kChain = -70002;
constexpr int64_t kReference = 1, kTier = 2, kName = 3, kLastFour = 4,
                  kBenefits = 5;
constexpr int64_t kChainVersion = 0;
constexpr size_t kLastFourSize = 4;

absl::Status Refuse(const char* why) { return absl::InvalidArgumentError(why); }

template <size_t n>
std::string_view View(const std::array<uint8_t, n>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), n};
}

template <size_t n>
bool CopyBytes(const Cbor* item, std::array<uint8_t, n>& out) {
  if (item == nullptr || !item->Is(Kind::kBytes) || item->string.size() != n)
    return false;
  std::copy(item->string.begin(), item->string.end(), out.begin());
  return true;
}

bool CopyText(const Cbor* item, size_t longest, std::string& out) {
  if (item == nullptr || !item->Is(Kind::kText) || item->string.empty() ||
      item->string.size() > longest)
    return false;
  out = item->string;
  return true;
}

bool CopyNumber(const Cbor* item, uint32_t& out) {
  if (item == nullptr || !item->Is(Kind::kInteger) || item->integer < 0 ||
      item->integer > std::numeric_limits<uint32_t>::max())
    return false;
  out = static_cast<uint32_t>(item->integer);
  return true;
}

bool ReadStatus(const Cbor* claim, Claims& claims) {
  if (claim == nullptr || claim->pairs() != 1) return false;
  const Cbor* list = claim->Find("status_list");
  return list != nullptr && list->pairs() == 2 &&
         CopyNumber(list->Find("idx"), claims.status_index) &&
         CopyText(list->Find("uri"), kLongestStatusUri, claims.status_uri);
}

bool ReadCard(const Cbor* card, Claims& claims) {
  return card != nullptr && card->pairs() == 5 &&
         CopyBytes(card->Find(kReference), claims.reference) &&
         CopyText(card->Find(kTier), kLongestTier, claims.tier) &&
         CopyText(card->Find(kName), kLongestMaskedName, claims.masked_name) &&
         CopyText(card->Find(kLastFour), kLastFourSize, claims.last_four) &&
         claims.last_four.size() == kLastFourSize &&
         CopyNumber(card->Find(kBenefits), claims.benefits);
}

bool IsNumber(const Cbor& item, int64_t number) {
  return item.Is(Kind::kInteger) && item.integer == number;
}

bool ReadChain(const Cbor& chain, Claims& claims) {
  if (!chain.Is(Kind::kArray) || chain.items.size() != 5) return false;
  const std::optional<absl::Time> start = SecondsOf(&chain.items[1]);
  ChainAnchor anchor;
  if (!start || !IsNumber(chain.items[0], kChainVersion) ||
      !IsNumber(chain.items[2], absl::ToInt64Seconds(kChainSlot)) ||
      !IsNumber(chain.items[3], kChainLength) ||
      !CopyBytes(&chain.items[4], anchor.value))
    return false;
  anchor.start = *start;
  claims.chain = anchor;
  return true;
}

}  // namespace

std::string CborSeconds(absl::Time instant) {
  return CborInteger(absl::ToUnixSeconds(instant));
}

std::optional<absl::Time> SecondsOf(const Cbor* item) {
  uint32_t seconds = 0;
  if (!CopyNumber(item, seconds)) return std::nullopt;
  return absl::FromUnixSeconds(seconds);
}

std::string WriteClaims(const Claims& claims) {
  const std::string status =
      CborMap({{CborText("status_list"),
                CborMap({{CborText("idx"), CborInteger(claims.status_index)},
                         {CborText("uri"), CborText(claims.status_uri)}})}});
  const std::string card =
      CborMap({{CborInteger(kReference), CborBytes(View(claims.reference))},
               {CborInteger(kTier), CborText(claims.tier)},
               {CborInteger(kName), CborText(claims.masked_name)},
               {CborInteger(kLastFour), CborText(claims.last_four)},
               {CborInteger(kBenefits), CborInteger(claims.benefits)}});
  std::vector<std::pair<std::string, std::string>> pairs = {
      {CborInteger(kExpires), CborSeconds(claims.expires)},
      {CborInteger(kIssued), CborSeconds(claims.issued)},
      {CborInteger(kId), CborBytes(View(claims.id))},
      {CborInteger(kStatus), status},
      {CborInteger(kCard), card}};
  if (claims.chain) {
    pairs.emplace_back(
        CborInteger(kChain),
        CborArray({CborInteger(kChainVersion), CborSeconds(claims.chain->start),
                   CborInteger(absl::ToInt64Seconds(kChainSlot)),
                   CborInteger(kChainLength),
                   CborBytes(View(claims.chain->value))}));
  }
  return CborMap(std::move(pairs));
}

absl::StatusOr<Claims> ReadClaims(std::string_view payload) {
  const absl::StatusOr<Cbor> map = ReadCbor(payload);
  if (!map.ok()) return map.status();
  Claims claims;
  const std::optional<absl::Time> expires = SecondsOf(map->Find(kExpires));
  const std::optional<absl::Time> issued = SecondsOf(map->Find(kIssued));
  const Cbor* chain = map->Find(kChain);
  if (!expires || !issued || map->pairs() != (chain == nullptr ? 5 : 6) ||
      !CopyBytes(map->Find(kId), claims.id))
    return Refuse("the claims are not those of a code");
  claims.expires = *expires;
  claims.issued = *issued;
  if (!ReadStatus(map->Find(kStatus), claims))
    return Refuse("the status claim is not that of a code");
  if (!ReadCard(map->Find(kCard), claims))
    return Refuse("the card claim is not that of a code");
  if (chain != nullptr && !ReadChain(*chain, claims))
    return Refuse("the chain claim is not that of a code");
  return claims;
}

}  // namespace talentcard::code
