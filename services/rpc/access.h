#ifndef TALENTCARD_SERVICES_RPC_ACCESS_H_
#define TALENTCARD_SERVICES_RPC_ACCESS_H_

#include <google/protobuf/message.h>

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/policy/policy.h"
#include "services/rpc/asker.h"

namespace talentcard::rpc {

// What the matrix says about this asker and RPC (`Service.Method`); decided
// before anything is read. kPermissionDenied by default. The rule lives as long
// as `access`.
absl::StatusOr<const policy::AccessRule*> Authorise(
    const policy::Access& access, std::string_view rpc, const Asker& asker,
    const google::protobuf::Message& request);

// Clears every field of the answer that the rule does not name.
void Disclose(const policy::AccessRule& rule,
              google::protobuf::Message& response);

// What this kind of asker is told instead of a reason it may not know.
const policy::Reason& ShownReason(const policy::Policy& policy,
                                  const std::string& code,
                                  const std::string& asker_kind);

}  // namespace talentcard::rpc

#endif  // TALENTCARD_SERVICES_RPC_ACCESS_H_
