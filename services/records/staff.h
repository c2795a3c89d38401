#ifndef TALENTCARD_SERVICES_RECORDS_STAFF_H_
#define TALENTCARD_SERVICES_RECORDS_STAFF_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "chengzhou/talentcard/v1/staff.pb.h"
#include "services/store/sealing.h"
#include "services/store/versions.h"

// Accounts of the people who work with the cards, by the {staff} of their
// names.
namespace talentcard::records {

namespace v1 = chengzhou::talentcard::v1;

struct Staff {
  v1::StaffRecord record;
  uint64_t revision = 0;   // That wrote it.
  uint64_t log_index = 0;  // The leaf that commits to it.
};

absl::StatusOr<std::optional<Staff>> ReadStaff(const store::Reader& reader,
                                               const store::Vault& vault,
                                               std::string_view id);
absl::Status WriteStaff(store::Transaction& transaction,
                        const store::Vault& vault, store::StateWriter& state,
                        std::string_view id, const v1::StaffRecord& record);
// In order.
absl::StatusOr<std::vector<std::string>> AllStaff(const store::Reader& reader);

}  // namespace talentcard::records

#endif  // TALENTCARD_SERVICES_RECORDS_STAFF_H_
