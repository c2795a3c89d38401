#ifndef TALENTCARD_SERVICES_REGISTRY_IMPORT_H_
#define TALENTCARD_SERVICES_REGISTRY_IMPORT_H_

#include "chengzhou/talentcard/v1/registry_service.grpc.pb.h"
#include "services/rpc/calls.h"

namespace talentcard::registry {

namespace v1 = chengzhou::talentcard::v1;

// One import stream: each message is one atomic, idempotent write with one
// leaf, and several may be on their way to the disk at a time. Who is on record
// as the message has them stays as they are; who was erased is left out, and
// `imported` is less by them. Deletes itself at the end.
grpc::ServerBidiReactor<v1::ImportPeopleRequest, v1::ImportPeopleResponse>*
StartImport(const rpc::Foundation& foundation,
            const grpc::CallbackServerContext& context);

}  // namespace talentcard::registry

#endif  // TALENTCARD_SERVICES_REGISTRY_IMPORT_H_
