#ifndef TALENTCARD_SERVICES_RECORDS_CARDS_H_
#define TALENTCARD_SERVICES_RECORDS_CARDS_H_

#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "chengzhou/talentcard/v1/card_service.pb.h"
#include "engine/date/civil_date.h"
#include "services/store/sealing.h"
#include "services/store/versions.h"

namespace talentcard::records {

namespace v1 = chengzhou::talentcard::v1;

absl::StatusOr<std::optional<v1::Card>> ReadCard(
    const store::Reader& reader, const store::Vault& vault, std::string_view id,
    uint64_t known_revision = store::kLatestRevision);
absl::Status WriteCard(store::Transaction& transaction,
                       const store::Vault& vault, store::StateWriter& state,
                       const v1::Card& card);
// All cards a person has or had.
absl::StatusOr<std::vector<v1::Card>> CardsOf(
    const store::Reader& reader, const store::Vault& vault,
    std::string_view holder, uint64_t known_revision = store::kLatestRevision);

// Whether it may still be used on that day or, suspended or found again, after.
bool MayBeUsed(const v1::Card& card, CivilDate day);

// Whether it was revoked for fraud: that bars its holder for life (P30).
bool RevokedForFraud(const v1::Card& card);

}  // namespace talentcard::records

#endif  // TALENTCARD_SERVICES_RECORDS_CARDS_H_
