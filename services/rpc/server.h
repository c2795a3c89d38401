#ifndef TALENTCARD_SERVICES_RPC_SERVER_H_
#define TALENTCARD_SERVICES_RPC_SERVER_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace talentcard::rpc {

// Starts a server for the services on a loopback address (or `unix:` path),
// with reflection and grpc.health.v1. Bounds: 1 MiB a message, 8 KiB of
// metadata. kUnavailable if the address is taken; kInvalidArgument if it is not
// loopback.
absl::StatusOr<std::unique_ptr<grpc::Server>> StartServer(
    const std::string& address, const std::vector<grpc::Service*>& services);

// Stops without dropping anybody: says that it serves no more (health), takes
// no new calls, and lets those under way and those at the gate end, for as long
// as `patience`. What was answered is durable already.
void Drain(grpc::Server& server, absl::Duration patience);

}  // namespace talentcard::rpc

#endif  // TALENTCARD_SERVICES_RPC_SERVER_H_
