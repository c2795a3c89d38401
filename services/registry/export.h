#ifndef TALENTCARD_SERVICES_REGISTRY_EXPORT_H_
#define TALENTCARD_SERVICES_REGISTRY_EXPORT_H_

#include "absl/status/statusor.h"
#include "chengzhou/talentcard/v1/registry_service.pb.h"
#include "engine/policy/policy.h"
#include "services/store/sealing.h"
#include "services/store/versions.h"

namespace talentcard::registry {

// All that is kept about one person, for that person, a page of the log at a
// time, and of other people nothing but their names (people/…). kNotFound.
absl::StatusOr<chengzhou::talentcard::v1::PersonCopy> CopyOf(
    const store::Reader& reader, const store::Vault& vault,
    const policy::Policy& policy,
    const chengzhou::talentcard::v1::ExportPersonRequest& request);

}  // namespace talentcard::registry

#endif  // TALENTCARD_SERVICES_REGISTRY_EXPORT_H_
