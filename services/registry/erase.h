#ifndef TALENTCARD_SERVICES_REGISTRY_ERASE_H_
#define TALENTCARD_SERVICES_REGISTRY_ERASE_H_

#include "chengzhou/talentcard/v1/registry_service.pb.h"
#include "services/rpc/calls.h"

namespace talentcard::registry {

namespace v1 = chengzhou::talentcard::v1;

// What is wrong with the request whatever the state.
absl::Status CheckErase(const v1::ErasePersonRequest& request);
// RegistryService.ErasePerson, once checked.
absl::StatusOr<v1::ErasePersonResponse> Erase(
    const rpc::Foundation& foundation, const rpc::Call& call,
    const v1::ErasePersonRequest& request, store::Transaction& transaction);

// Before anything is served: erases again whoever was erased after this copy of
// the database was made, and rewrites the files that hold their keys. How many.
absl::StatusOr<size_t> RepeatErasures(const rpc::Foundation& foundation);

}  // namespace talentcard::registry

#endif  // TALENTCARD_SERVICES_REGISTRY_ERASE_H_
