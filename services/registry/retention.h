#ifndef TALENTCARD_SERVICES_REGISTRY_RETENTION_H_
#define TALENTCARD_SERVICES_REGISTRY_RETENTION_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "chengzhou/talentcard/v1/registry_service.pb.h"
#include "engine/date/civil_date.h"
#include "engine/policy/policy.h"
#include "services/store/sealing.h"

// How long a record is kept once nothing needs it (personal_data.yaml).
namespace talentcard::registry {

namespace v1 = chengzhou::talentcard::v1;

// When somebody's record is or was due for erasure; nullopt while something
// needs it, and where the policy keeps records for ever.
absl::StatusOr<std::optional<v1::DueErasure>> WhenDue(
    const store::Reader& reader, const store::Vault& vault,
    const policy::Policy& policy, const std::string& id, CivilDate today);

struct DuePage {
  std::vector<v1::DueErasure> due;
  std::string last;  // Whom it ended with; empty after everybody.
};
// Those due today of the people after `after`, in the order of their ids; at
// most `size`, and found among so many people as one call may read.
absl::StatusOr<DuePage> ListDue(const store::Reader& reader,
                                const store::Vault& vault,
                                const policy::Policy& policy,
                                const std::string& after, size_t size,
                                CivilDate today);

}  // namespace talentcard::registry

#endif  // TALENTCARD_SERVICES_REGISTRY_RETENTION_H_
