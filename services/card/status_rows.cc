#include "services/card/status_rows.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "engine/status_macros.h"
#include "services/records/names.h"

namespace talentcard::card {
namespace {

using code::CardStatus;
using store::Key;
using store::Table;

// Tries on one list before the next is begun. With the first list half full
// that happens to one card in 2^32.
constexpr int kTriesOnAList = 32;

constexpr char kListPrefix[] = "cz:s/";

Key NumberRow(uint64_t number) { return Key(Table::kStatusNumber).Add(number); }
Key MarkRow(uint64_t number) { return Key(Table::kStatusMark).Add(number); }

CardStatus StatusOf(v1::Card::State state) {
  switch (state) {
    case v1::Card::ACTIVE:
      return CardStatus::kValid;
    case v1::Card::SUSPENDED:
    case v1::Card::LOST:
      return CardStatus::kSuspended;
    default:
      return CardStatus::kRevoked;
  }
}

std::string IdOf(const v1::Card& card) {
  return records::IdOf("cards", card.name()).value_or("-");
}

absl::StatusOr<std::optional<uint64_t>> ReadNumber(const store::Reader& reader,
                                                   const std::string& card) {
  ASSIGN_OR_RETURN(const std::optional<store::Version> version,
                   store::ReadVersion(reader, Table::kCardStatus, card));
  if (!version) return std::nullopt;
  if (version->payload.size() != 9)
    return absl::DataLossError("a card's place on the status lists is broken");
  return store::ReadNumber(version->payload, 0);
}

absl::Status Write(store::Transaction& transaction, store::StateWriter& state,
                   const std::string& card, uint64_t number,
                   CardStatus status) {
  std::string payload;
  store::AppendNumber(number, payload);
  payload.push_back(static_cast<char>(status));
  if (status == CardStatus::kValid) {
    transaction.Delete(MarkRow(number));
  } else {
    transaction.Put(MarkRow(number), payload.substr(8));
  }
  return state.Put(Table::kCardStatus, card, payload);
}

// A number nobody has.
absl::StatusOr<uint64_t> Draw(const store::Reader& reader,
                              store::Random& random) {
  for (uint64_t list = 0;; ++list) {
    for (int i = 0; i < kTriesOnAList; ++i) {
      uint8_t bytes[4];
      random.Fill(bytes);
      const uint32_t drawn = uint32_t{bytes[0]} << 16 |
                             uint32_t{bytes[1]} << 8 | uint32_t{bytes[2]};
      const uint64_t number =
          list * code::kStatusEntries + drawn % code::kStatusEntries;
      ASSIGN_OR_RETURN(const auto taken, reader.Get(NumberRow(number)));
      if (!taken) return number;
    }
  }
}

}  // namespace

StatusPlace PlaceOf(uint64_t number) {
  return {absl::StrCat(kListPrefix, number / code::kStatusEntries),
          static_cast<uint32_t>(number % code::kStatusEntries)};
}

absl::StatusOr<uint64_t> NumberOrNew(store::Transaction& transaction,
                                     store::StateWriter& state,
                                     store::Random& random,
                                     const v1::Card& card) {
  const std::string id = IdOf(card);
  ASSIGN_OR_RETURN(const std::optional<uint64_t> number,
                   ReadNumber(transaction, id));
  if (number) return *number;
  ASSIGN_OR_RETURN(const uint64_t drawn, Draw(transaction, random));
  transaction.Put(NumberRow(drawn), id);
  RETURN_IF_ERROR(Write(transaction, state, id, drawn, StatusOf(card.state())));
  return drawn;
}

absl::StatusOr<std::optional<std::string>> CardAt(const store::Reader& reader,
                                                  const StatusPlace& place) {
  absl::string_view list = place.uri;
  uint64_t number = 0;
  if (!absl::ConsumePrefix(&list, kListPrefix) ||
      !absl::SimpleAtoi(list, &number) || place.index >= code::kStatusEntries)
    return std::nullopt;
  return reader.Get(NumberRow(number * code::kStatusEntries + place.index));
}

absl::Status MarkStatus(store::Transaction& transaction,
                        store::StateWriter& state, const v1::Card& card) {
  const std::string id = IdOf(card);
  ASSIGN_OR_RETURN(const std::optional<uint64_t> number,
                   ReadNumber(transaction, id));
  if (!number) return absl::OkStatus();
  return Write(transaction, state, id, *number, StatusOf(card.state()));
}

absl::StatusOr<std::vector<code::StatusList>> ReadStatusLists(
    const store::Reader& reader) {
  uint64_t last = 0;
  const Key numbers(Table::kStatusNumber), marks(Table::kStatusMark);
  RETURN_IF_ERROR(
      reader.ScanBackwards(numbers.First(), numbers.Last(),
                           [&](std::string_view key, std::string_view) {
                             last = store::ReadNumber(key, key.size() - 8);
                             return false;
                           }));
  std::vector<code::StatusList> lists(last / code::kStatusEntries + 1);
  for (size_t i = 0; i < lists.size(); ++i)
    lists[i].uri = PlaceOf(i * code::kStatusEntries).uri;
  bool broken = false;
  RETURN_IF_ERROR(reader.Scan(
      marks.First(), marks.Last(),
      [&](std::string_view key, std::string_view value) {
        const uint64_t number = store::ReadNumber(key, key.size() - 8);
        const size_t list = number / code::kStatusEntries;
        broken = list >= lists.size() || value.size() != 1 ||
                 static_cast<uint8_t>(value[0]) > 3;
        if (!broken)
          lists[list].statuses.Set(
              static_cast<uint32_t>(number % code::kStatusEntries),
              static_cast<uint8_t>(value[0]));
        return !broken;
      }));
  if (broken) return absl::DataLossError("a mark on a status list is broken");
  return lists;
}

}  // namespace talentcard::card
