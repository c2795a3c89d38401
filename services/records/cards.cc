#include "services/records/cards.h"

#include "services/records/names.h"
#include "services/records/sealed.h"

namespace talentcard::records {

using store::Key;
using store::Table;

absl::StatusOr<std::optional<v1::Card>> ReadCard(const store::Reader& reader,
                                                 const store::Vault& vault,
                                                 std::string_view id,
                                                 uint64_t known_revision) {
  uint64_t revision = 0;
  uint64_t log_index = 0;
  ASSIGN_OR_RETURN(std::optional<v1::Card> card,
                   ReadSealed<v1::Card>(reader, vault, Table::kCard, id,
                                        known_revision, &revision, &log_index));
  if (card) {
    card->set_etag(EtagOf(revision));
    card->set_log_index(static_cast<int64_t>(log_index));
  }
  return card;
}

absl::Status WriteCard(store::Transaction& transaction,
                       const store::Vault& vault, store::StateWriter& state,
                       const v1::Card& card) {
  const std::string id = *IdOf("cards", card.name());
  const std::string holder = *IdOf("people", card.holder());
  transaction.Put(Key(Table::kCardsOfHolder).Add(holder).Add(id), "");
  v1::Card stored = card;
  stored.clear_etag();
  stored.clear_log_index();
  return WriteSealed(transaction, vault, state, Table::kCard, id, holder,
                     stored);
}

absl::StatusOr<std::vector<v1::Card>> CardsOf(const store::Reader& reader,
                                              const store::Vault& vault,
                                              std::string_view holder,
                                              uint64_t known_revision) {
  ASSIGN_OR_RETURN(const std::vector<std::string> ids,
                   LastParts(reader, Key(Table::kCardsOfHolder).Add(holder)));
  std::vector<v1::Card> cards;
  for (const std::string& id : ids) {
    ASSIGN_OR_RETURN(std::optional<v1::Card> card,
                     ReadCard(reader, vault, id, known_revision));
    if (card) cards.push_back(*std::move(card));
  }
  return cards;
}

bool RevokedForFraud(const v1::Card& card) {
  return card.state() == v1::Card::REVOKED && !card.events().empty() &&
         card.events().rbegin()->cause() == "FRAUD";
}

bool MayBeUsed(const v1::Card& card, CivilDate day) {
  switch (card.state()) {
    case v1::Card::CANCELLED:
    case v1::Card::REVOKED:
    case v1::Card::REPLACED:
      return false;
    default:
      return CivilDate::FromProto(card.valid_until()).value_or(day) >= day;
  }
}

}  // namespace talentcard::records
