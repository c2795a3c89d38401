#include "services/answer/known.h"

#include <optional>
#include <string>

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

absl::StatusOr<std::string> Known::FindByDocument(
    const v1::IdentityDocument& document) const {
  if (dossiers_ != nullptr)
    return dossiers_->FindByDocument(*reader_, revision_, document);
  ASSIGN_OR_RETURN(const std::optional<std::string> id,
                   records::FindByDocument(*reader_, *vault_, document));
  return id.value_or("");
}

}  // namespace talentcard::answer
