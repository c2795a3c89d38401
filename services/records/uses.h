#ifndef TALENTCARD_SERVICES_RECORDS_USES_H_
#define TALENTCARD_SERVICES_RECORDS_USES_H_

#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "chengzhou/talentcard/v1/decision.pb.h"
#include "services/store/sealing.h"
#include "services/store/versions.h"

// Uses of entitlements: reserve → confirm → release. Counters are never stored;
// they are derived from these. Nor is it that a reservation has lapsed: that
// follows from the rules (engine/decision/limits.h).
namespace talentcard::records {

namespace v1 = chengzhou::talentcard::v1;

// Ids are the {use} of `uses/{use}`.
absl::StatusOr<std::optional<v1::Use>> ReadUse(const store::Reader& reader,
                                               const store::Vault& vault,
                                               std::string_view id);
// Written under its beneficiary's key. With a `school` attribute it is also
// listed among the places of that school, season and grade.
absl::Status WriteUse(store::Transaction& transaction,
                      const store::Vault& vault, store::StateWriter& state,
                      const v1::Use& use);
// Deletes the rows by which a beneficiary's uses are found, as far as the uses
// open. The key must be there still.
absl::Status DeleteUseRows(store::Transaction& transaction,
                           const store::Vault& vault,
                           std::string_view beneficiary);
absl::StatusOr<std::vector<v1::Use>> UsesOf(
    const store::Reader& reader, const store::Vault& vault,
    std::string_view beneficiary,
    uint64_t known_revision = store::kLatestRevision);
absl::StatusOr<std::vector<v1::Use>> PlacesAt(const store::Reader& reader,
                                              const store::Vault& vault,
                                              std::string_view school,
                                              int season, int grade);

}  // namespace talentcard::records

#endif  // TALENTCARD_SERVICES_RECORDS_USES_H_
