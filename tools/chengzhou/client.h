#ifndef TALENTCARD_TOOLS_CHENGZHOU_CLIENT_H_
#define TALENTCARD_TOOLS_CHENGZHOU_CLIENT_H_

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace talentcard::client {

using Json = nlohmann::ordered_json;

// Who the command acts as.
struct Asker {
  std::string kind;
  std::string institution;
  std::string staff;
  std::string purpose;
};

// An error the server answered with.
struct Failure {
  grpc::StatusCode code = grpc::StatusCode::OK;
  std::string reason;  // An ErrorReason, e.g. `STATE_FORBIDS`.
  std::string message;
};

// Calls any RPC by name, with messages as JSON (field names as in the protos).
class Client {
 public:
  explicit Client(const std::string& address);

  // `method` is `Service/Method`, e.g. `HospitalService/VerifyGreenChannel`. On
  // failure the status has the server's message and `failure` the rest.
  absl::StatusOr<Json> Call(const Asker& asker, const std::string& method,
                            const Json& request, Failure* failure = nullptr);

  std::shared_ptr<grpc::Channel> channel() const { return channel_; }
  // Puts the asker into a call's metadata.
  static void Identify(const Asker& asker, grpc::ClientContext& context);

 private:
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<grpc::GenericStub> stub_;
};

// `2019-08-31` as the message of a date; kInvalidArgument if it is none.
absl::StatusOr<Json> DateJson(const std::string& text);
// A date message as `2019-08-31`.
std::string DateText(const Json& date);
// A new random request id.
std::string NewRequestId();

}  // namespace talentcard::client

#endif  // TALENTCARD_TOOLS_CHENGZHOU_CLIENT_H_
