#include "services/answer/known.h"

#include <string>
#include <vector>

#include "engine/status_macros.h"
#include "services/records/people.h"
#include "services/store/keys.h"

namespace talentcard::answer {

Known Known::Now(const rpc::Foundation& foundation) {
  store::Writer::View durable = foundation.writer.Durable();
  return Known(std::move(durable.reader), foundation.vault,
               &foundation.dossiers, durable.revision);
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

absl::StatusOr<records::FoundPointer> Known::Seek(
    const v1::IdentityDocument& document, std::string_view card) const {
  ASSIGN_OR_RETURN(records::FoundPointer found,
                   dossiers_->FindByDocument(*reader_, revision_, document));
  if (card.empty() || found->person.empty()) return found;
  ASSIGN_OR_RETURN(const bool theirs, HasCard(found->person, card));
  if (theirs) return found;
  auto nobody = std::make_shared<records::Found>(*found);
  nobody->person.clear();
  return nobody;
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
