#include "services/rpc/server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <sys/stat.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace talentcard::rpc {
namespace {

constexpr int kLargestMessage = 1 << 20;
constexpr int kLargestMetadata = 8 << 10;

bool IsLoopback(const std::string& address) {
  return absl::StartsWith(address, "127.0.0.1:") ||
         absl::StartsWith(address, "localhost:") ||
         absl::StartsWith(address, "[::1]:") ||
         absl::StartsWith(address, "unix:");
}

}  // namespace

absl::StatusOr<std::unique_ptr<grpc::Server>> StartServer(
    const std::string& address, const std::vector<grpc::Service*>& services) {
  if (!IsLoopback(address)) {
    return absl::InvalidArgumentError(
        absl::StrCat("`", address,
                     "` can be reached from outside; this server listens on "
                     "loopback only (127.0.0.1:PORT or unix:PATH)"));
  }
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  grpc::ServerBuilder builder;
  builder.AddListeningPort(address, grpc::InsecureServerCredentials());
  builder.SetMaxReceiveMessageSize(kLargestMessage);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kLargestMetadata);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  for (grpc::Service* service : services) builder.RegisterService(service);
  // A socket is its owner's and its group's: the edge is in that group.
  const mode_t mask = umask(0117);
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  umask(mask);
  if (!server)
    return absl::UnavailableError(absl::StrCat(
        "cannot listen on `", address, "`; is another server running?"));
  server->GetHealthCheckService()->SetServingStatus(true);
  return server;
}

void Drain(grpc::Server& server, absl::Duration patience) {
  server.GetHealthCheckService()->SetServingStatus(false);
  server.Shutdown(absl::ToChronoTime(absl::Now() + patience));
}

}  // namespace talentcard::rpc
