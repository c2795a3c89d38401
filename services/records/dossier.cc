#include "services/records/dossier.h"

#include <optional>
#include <utility>

#include "engine/status_macros.h"
#include "services/records/cards.h"
#include "services/records/matters.h"
#include "services/records/people.h"
#include "services/records/uses.h"

namespace talentcard::records {

std::shared_ptr<const decision::Seen> KeptSeen::Find(
    std::string_view policy_digest, absl::Time instant) const {
  const std::lock_guard lock(mutex_);
  const bool fits = seen_ != nullptr && policy_digest_ == policy_digest &&
                    seen_->Covers(instant);
  return fits ? seen_ : nullptr;
}

void KeptSeen::Keep(std::string policy_digest,
                    std::shared_ptr<const decision::Seen> seen) const {
  const std::lock_guard lock(mutex_);
  policy_digest_ = std::move(policy_digest);
  seen_ = std::move(seen);
}

absl::StatusOr<DossierPointer> ReadDossier(const store::Reader& reader,
                                           const store::Vault& vault,
                                           std::string_view id,
                                           uint64_t known_revision) {
  ASSIGN_OR_RETURN(std::optional<v1::Person> person,
                   ReadPerson(reader, vault, id, known_revision));
  if (!person) return nullptr;
  auto dossier = std::make_shared<Dossier>();
  dossier->person = *std::move(person);
  ASSIGN_OR_RETURN(dossier->key, vault.PersonKey(reader, id));
  ASSIGN_OR_RETURN(dossier->cards, CardsOf(reader, vault, id, known_revision));
  if (dossier->cards.empty()) {
    ASSIGN_OR_RETURN(const std::vector<v1::Matter> matters,
                     MattersOf(reader, vault, id, known_revision));
    for (const v1::Matter& matter : matters) {
      if (!matter.closed()) dossier->open_matters.push_back(matter.kind());
    }
  }
  ASSIGN_OR_RETURN(dossier->holders, HoldersOf(reader, id));
  ASSIGN_OR_RETURN(dossier->uses, UsesOf(reader, vault, id, known_revision));
  return dossier;
}

absl::StatusOr<DossierPointer> Dossiers::Find(const store::Reader& reader,
                                              uint64_t revision,
                                              std::string_view id) {
  return dossiers_.Get(id, reader, revision, [&](const store::Reader& watched) {
    return ReadDossier(watched, vault_, id);
  });
}

absl::StatusOr<FoundPointer> Dossiers::FindByDocument(
    const store::Reader& reader, uint64_t revision,
    const v1::IdentityDocument& document) {
  std::string hash = DocumentHash(vault_, document);
  const std::string row = DocumentRow(hash);
  const auto make =
      [&](const store::Reader& watched) -> absl::StatusOr<FoundPointer> {
    auto found = std::make_shared<Found>();
    ASSIGN_OR_RETURN(const std::optional<std::string> owner, watched.Get(row));
    found->person = owner.value_or("");
    // Unwatched: it may be anybody, also somebody who has left since.
    RETURN_IF_ERROR(reader.Scan(
        row + '\0',
        store::PrefixEnd(store::Key(store::Table::kDocument).bytes()),
        [&](std::string_view, std::string_view id) {
          found->other = id;
          return false;
        }));
    found->document = std::move(hash);
    return found;
  };
  return ids_.Get(row, reader, revision, make);
}

absl::StatusOr<std::shared_ptr<const std::string>> Dossiers::Row(
    const store::Reader& reader, uint64_t revision, std::string_view row) {
  return rows_.Get(row, reader, revision,
                   [&](const store::Reader& watched)
                       -> absl::StatusOr<std::shared_ptr<const std::string>> {
                     ASSIGN_OR_RETURN(std::optional<std::string> value,
                                      watched.Get(row));
                     return std::make_shared<const std::string>(
                         std::move(value).value_or(""));
                   });
}

}  // namespace talentcard::records
