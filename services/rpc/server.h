#ifndef TALENTCARD_SERVICES_RPC_SERVER_H_
#define TALENTCARD_SERVICES_RPC_SERVER_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace talentcard::rpc {

// Starts a server for the services on a loopback address (or `unix:` path),
// with reflection and grpc.health.v1. Bounds: 1 MiB a message, 8 KiB of
// metadata. kUnavailable if the address is taken; kInvalidArgument if it is not
// loopback.
absl::StatusOr<std::unique_ptr<grpc::Server>> StartServer(
    const std::string& address, const std::vector<grpc::Service*>& services);

}  // namespace talentcard::rpc

#endif  // TALENTCARD_SERVICES_RPC_SERVER_H_
