#ifndef TALENTCARD_SERVICES_RECORDS_DOSSIER_H_
#define TALENTCARD_SERVICES_RECORDS_DOSSIER_H_

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "chengzhou/talentcard/v1/card_service.pb.h"
#include "chengzhou/talentcard/v1/decision.pb.h"
#include "chengzhou/talentcard/v1/person.pb.h"
#include "engine/decision/seen.h"
#include "services/store/memo.h"
#include "services/store/sealing.h"
#include "services/store/versions.h"

// Everything on record about one person that an answer can rest on.
namespace talentcard::records {

namespace v1 = chengzhou::talentcard::v1;

// What one policy sees in somebody, kept between questions; the newest only.
class KeptSeen {
 public:
  // Null unless it was kept for this policy and covers the instant.
  std::shared_ptr<const decision::Seen> Find(std::string_view policy_digest,
                                             absl::Time instant) const;
  void Keep(std::string policy_digest,
            std::shared_ptr<const decision::Seen> seen) const;

 private:
  mutable std::mutex mutex_;
  mutable std::string policy_digest_;
  mutable std::shared_ptr<const decision::Seen> seen_;
};

struct Dossier {
  v1::Person person;
  store::SecretKey key;         // Under which all of it is sealed.
  std::vector<v1::Card> cards;  // Ended ones too.
  // Kinds of matters under way; read only for somebody without a card.
  std::vector<std::string> open_matters;
  // Ids of those whose record names this person as a relative, now or formerly.
  std::vector<std::string> holders;
  std::vector<v1::Use> uses;  // As beneficiary, oldest first.
  KeptSeen seen;
};
// Null: not on record (any more).
using DossierPointer = std::shared_ptr<const Dossier>;

absl::StatusOr<DossierPointer> ReadDossier(
    const store::Reader& reader, const store::Vault& vault, std::string_view id,
    uint64_t known_revision = store::kLatestRevision);

// Whom a document finds.
struct Found {
  std::string person;  // Their id; empty if nobody's.
  // Somebody else's, whoever is found: for work that must not show whether
  // anybody was. Empty if there is nobody.
  std::string other;
  std::string document;  // Its keyed hash.
};
using FoundPointer = std::shared_ptr<const Found>;

// Dossiers of now, opened once and kept while nothing in them changes.
// Thread-safe.
class Dossiers {
 public:
  // Both must outlive it. About `most` are kept.
  Dossiers(const store::Vault& vault, const store::Stamps& stamps, size_t most)
      : vault_(vault),
        dossiers_(stamps, most),
        ids_(stamps, most),
        rows_(stamps, most) {}

  // `reader` is a snapshot of exactly `revision`, or the transaction after it.
  absl::StatusOr<DossierPointer> Find(const store::Reader& reader,
                                      uint64_t revision, std::string_view id);
  // By a canonical document. A hit is as much work as a miss.
  absl::StatusOr<FoundPointer> FindByDocument(
      const store::Reader& reader, uint64_t revision,
      const v1::IdentityDocument& document);

  // A row that is read with every question; empty if it is not there.
  absl::StatusOr<std::shared_ptr<const std::string>> Row(
      const store::Reader& reader, uint64_t revision, std::string_view row);

 private:
  const store::Vault& vault_;
  store::Memo<Dossier> dossiers_;
  store::Memo<Found> ids_;  // By keyed hash.
  store::Memo<std::string> rows_;
};

}  // namespace talentcard::records

#endif  // TALENTCARD_SERVICES_RECORDS_DOSSIER_H_
