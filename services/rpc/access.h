#ifndef TALENTCARD_SERVICES_RPC_ACCESS_H_
#define TALENTCARD_SERVICES_RPC_ACCESS_H_

#include <google/protobuf/message.h>

#include <set>
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
    const policy::Access& access, std::string_view rpc, const Asker& asker);

// Under `own`: that the field of the request that `own_by` names holds the
// asker's own institution, in every element if it is in a list; an absent or
// empty one is nobody's. And that there is a purpose where the field that
// `purpose_unless` names is left out. kPermissionDenied.
absl::Status CheckRequest(const policy::AccessRule& rule, std::string_view rpc,
                          const Asker& asker,
                          const google::protobuf::Message& request);

// Under `own_by: record`: that the handler showed that it is the asker's own
// (Call::Owns), unless the answer tells of nothing. kPermissionDenied.
absl::Status CheckShown(const policy::AccessRule& rule, std::string_view rpc,
                        const Asker& asker, bool shown,
                        const google::protobuf::Message& response);

// Clears every field of the answer that the rule does not name.
void Disclose(const policy::AccessRule& rule,
              google::protobuf::Message& response);
// Clears every field but these, dotted paths.
void KeepOnly(const std::set<std::string>& fields,
              google::protobuf::Message& message);

// What this kind of asker is told instead of a reason it may not know.
const policy::Reason& ShownReason(const policy::Policy& policy,
                                  const std::string& code,
                                  const std::string& asker_kind);

}  // namespace talentcard::rpc

#endif  // TALENTCARD_SERVICES_RPC_ACCESS_H_
