#ifndef TALENTCARD_SERVICES_RPC_ASKER_H_
#define TALENTCARD_SERVICES_RPC_ASKER_H_

#include <grpcpp/grpcpp.h>

#include <map>
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
// Behind the edge the certificate says it (certificate.h), and of these only
// asker-purpose may be given. At either door:
//   asker-session      the token of a session (sessions.h)
struct Asker {
  workflow::Actor actor;
  std::string purpose;
  std::string certificate;  // Its serial number; empty on loopback.
  std::string session;      // Not looked at yet.
};

inline constexpr char kSessionHeader[] = "asker-session";

// What vouches for the asker.
enum class Door { kLoopback, kEdge };

using Metadata = std::multimap<grpc::string_ref, grpc::string_ref>;

// kUnauthenticated unless kind, institution and staff are given and well-formed
// by what vouches for them at this door, and by nothing else.
absl::StatusOr<Asker> ReadAsker(const Metadata& metadata, Door door);

}  // namespace talentcard::rpc

#endif  // TALENTCARD_SERVICES_RPC_ASKER_H_
