#ifndef TALENTCARD_SERVICES_REGISTRY_EXPORT_H_
#define TALENTCARD_SERVICES_REGISTRY_EXPORT_H_

#include <string>

#include "absl/status/statusor.h"
#include "chengzhou/talentcard/v1/registry_service.pb.h"
#include "services/store/sealing.h"
#include "services/store/versions.h"

namespace talentcard::registry {

// All that is kept under one person's name, for that person. kNotFound.
absl::StatusOr<chengzhou::talentcard::v1::PersonCopy> CopyOf(
    const store::Reader& reader, const store::Vault& vault,
    const std::string& name);

}  // namespace talentcard::registry

#endif  // TALENTCARD_SERVICES_REGISTRY_EXPORT_H_
