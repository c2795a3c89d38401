#ifndef TALENTCARD_SERVICES_RECORDS_MATTERS_H_
#define TALENTCARD_SERVICES_RECORDS_MATTERS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "chengzhou/talentcard/v1/matter_service.pb.h"
#include "services/store/sealing.h"
#include "services/store/versions.h"

namespace talentcard::records {

namespace v1 = chengzhou::talentcard::v1;

absl::StatusOr<std::optional<v1::Matter>> ReadMatter(
    const store::Reader& reader, const store::Vault& vault, std::string_view id,
    uint64_t known_revision = store::kLatestRevision);
absl::Status WriteMatter(store::Transaction& transaction,
                         const store::Vault& vault, store::StateWriter& state,
                         const std::optional<v1::Matter>& before,
                         const v1::Matter& matter);
absl::StatusOr<std::vector<v1::Matter>> MattersOf(
    const store::Reader& reader, const store::Vault& vault,
    std::string_view subject, uint64_t known_revision = store::kLatestRevision);

// A position in a list by owner and due time; opaque to callers.
struct OwnedMatters {
  std::vector<v1::Matter> matters;
  std::string next;  // Empty at the end.
};
absl::StatusOr<OwnedMatters> MattersOwnedBy(const store::Reader& reader,
                                            const store::Vault& vault,
                                            std::string_view owner,
                                            std::string_view after, int limit);

}  // namespace talentcard::records

#endif  // TALENTCARD_SERVICES_RECORDS_MATTERS_H_
