#include "services/answer/known.h"

#include <optional>
#include <string>
#include <vector>

#include "engine/status_macros.h"
#include "services/records/people.h"
#include "services/store/keys.h"

namespace talentcard::answer {

absl::StatusOr<Known> Known::Now(const rpc::Foundation& foundation) {
  std::shared_ptr<const store::Reader> snapshot =
      foundation.database.TakeSnapshot();
  ASSIGN_OR_RETURN(const std::optional<std::string> row,
                   snapshot->Get(store::Key(store::Table::kRevision)));
  return Known(std::move(snapshot), foundation.vault, &foundation.dossiers,
               row ? store::ReadNumber(*row, 0) : 0);
}

Known Known::Before(const rpc::Foundation& foundation,
                    const store::Transaction& transaction) {
  return Known({std::shared_ptr<void>(), &transaction}, foundation.vault,
               &foundation.dossiers, transaction.revision() - 1);
}

Known Known::Formerly(const store::Reader& reader, const store::Vault& vault,
                      uint64_t revision) {
  return Known({std::shared_ptr<void>(), &reader}, vault, nullptr, revision);
}

absl::StatusOr<records::DossierPointer> Known::About(
    std::string_view id) const {
  return dossiers_ != nullptr
             ? dossiers_->Find(*reader_, revision_, id)
             : records::ReadDossier(*reader_, *vault_, id, revision_);
}

absl::StatusOr<Sought> Known::Seek(const v1::IdentityDocument& document,
                                   std::string_view card) const {
  Sought sought;
  sought.document = records::DocumentHash(*vault_, document);
  if (dossiers_ != nullptr) {
    ASSIGN_OR_RETURN(records::Found found,
                     dossiers_->FindByDocument(*reader_, revision_, document));
    sought.person = std::move(found.person);
    sought.other = std::move(found.other);
  } else {
    ASSIGN_OR_RETURN(const std::optional<std::string> id,
                     records::FindByDocument(*reader_, *vault_, document));
    sought.person = id.value_or("");
  }
  if (card.empty() || sought.person.empty()) return sought;
  ASSIGN_OR_RETURN(const bool theirs, HasCard(sought.person, card));
  if (!theirs) sought.person.clear();
  return sought;
}

absl::StatusOr<bool> Known::HasCard(std::string_view id,
                                    std::string_view card) const {
  ASSIGN_OR_RETURN(const records::DossierPointer self, About(id));
  if (self == nullptr) return false;
  std::vector<std::string> holders = self->holders;
  holders.emplace_back(id);
  for (const std::string& holder : holders) {
    ASSIGN_OR_RETURN(const records::DossierPointer dossier, About(holder));
    if (dossier == nullptr) continue;
    for (const v1::Card& one : dossier->cards) {
      if (one.name() == card) return true;
    }
  }
  return false;
}

}  // namespace talentcard::answer
