#ifndef TALENTCARD_SERVICES_RPC_ASKER_H_
#define TALENTCARD_SERVICES_RPC_ASKER_H_

#include <grpcpp/grpcpp.h>

#include <string>

#include "absl/status/statusor.h"
#include "engine/workflow/workflow.h"

namespace talentcard::rpc {

// Who asks. On the loopback socket the call's metadata says so:
//   asker-kind         a kind of access.yaml, e.g. `hospital`
//   asker-institution  resource name, e.g. `hospitals/haicheng-central`
//   asker-staff        e.g. `staff/wang`
//   asker-person       optional: people/{person} of the staff member
//   asker-purpose      optional: why (percent-encoded UTF-8)
struct Asker {
  workflow::Actor actor;
  std::string purpose;
};

// kUnauthenticated unless kind, institution and staff are given and
// well-formed.
absl::StatusOr<Asker> ReadAsker(const grpc::CallbackServerContext& context);

}  // namespace talentcard::rpc

#endif  // TALENTCARD_SERVICES_RPC_ASKER_H_
