#ifndef TALENTCARD_SERVICES_REGISTRY_ERASE_H_
#define TALENTCARD_SERVICES_REGISTRY_ERASE_H_

#include <string_view>

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

// Of somebody not on record: whether they were, in this copy of the database or
// a later one. An id that was erased is never anybody's again.
absl::StatusOr<bool> WasErased(const rpc::Foundation& foundation,
                               const store::Reader& reader,
                               std::string_view id);

// Before anything is served: erases again whoever was erased after this copy of
// the database was made, whether their record opens or not, and rewrites the
// files that hold their keys. How many.
absl::StatusOr<size_t> RepeatErasures(const rpc::Foundation& foundation);

}  // namespace talentcard::registry

#endif  // TALENTCARD_SERVICES_REGISTRY_ERASE_H_
