#include "services/registry/export.h"

#include <utility>
#include <vector>

#include "services/records/cards.h"
#include "services/records/matters.h"
#include "services/records/names.h"
#include "services/records/uses.h"
#include "services/registry/change_person.h"

namespace talentcard::registry {

absl::StatusOr<v1::PersonCopy> CopyOf(const store::Reader& reader,
                                      const store::Vault& vault,
                                      const std::string& name) {
  v1::PersonCopy copy;
  ASSIGN_OR_RETURN(*copy.mutable_person(), ExistingPerson(reader, vault, name));
  copy.mutable_person()->clear_canary();
  const std::string id = *records::IdOf("people", name);
  ASSIGN_OR_RETURN(std::vector<v1::Card> cards,
                   records::CardsOf(reader, vault, id));
  for (v1::Card& card : cards) *copy.add_cards() = std::move(card);
  ASSIGN_OR_RETURN(std::vector<v1::Matter> matters,
                   records::MattersOf(reader, vault, id));
  for (v1::Matter& matter : matters) *copy.add_matters() = std::move(matter);
  ASSIGN_OR_RETURN(std::vector<v1::Use> uses,
                   records::UsesOf(reader, vault, id));
  for (v1::Use& use : uses) *copy.add_uses() = std::move(use);
  return copy;
}

}  // namespace talentcard::registry
