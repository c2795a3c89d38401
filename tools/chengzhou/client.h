#ifndef TALENTCARD_TOOLS_CHENGZHOU_CLIENT_H_
#define TALENTCARD_TOOLS_CHENGZHOU_CLIENT_H_

#include <grpcpp/grpcpp.h>

#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

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

// How the edge is met: TLS with the asker's own certificate. Without `ca` the
// server itself is asked, on loopback, and told who asks.
struct Tls {
  std::string ca;           // Whose certificate the edge must have; PEM file.
  std::string certificate;  // One certificate, with its chain, for all calls …
  std::string key;
  // … or a directory of `chengzhou pki`: each asker's own by its name.
  std::string directory;
};

// An error, of the server or found here.
struct Failure {
  grpc::StatusCode code = grpc::StatusCode::OK;
  std::string reason;  // An ErrorReason of the server, e.g. `STATE_FORBIDS`.
  std::string message;
  std::string in_chinese;  // What it means and what to do; may be empty.
};

// The status with what it means in Chinese, for FailureOf.
absl::Status WithChinese(absl::Status status, std::string_view in_chinese);
// How a call ended, with all that the server said of it, for FailureOf.
absl::Status StatusOf(const grpc::Status& status);
// All that is known of an error.
Failure FailureOf(const absl::Status& status);

// Calls any RPC by name, with messages as JSON (field names as in the protos).
// Thread-safe.
class Client {
 public:
  explicit Client(std::string address, Tls tls = {});

  // `method` is `Service/Method`, e.g. `HospitalService/VerifyGreenChannel`. If
  // it is the server that fails, `failure` is FailureOf the status.
  absl::StatusOr<Json> Call(const Asker& asker, const std::string& method,
                            const Json& request, Failure* failure = nullptr);

  // The connection as this asker; kNotFound if it has no certificate.
  absl::StatusOr<std::shared_ptr<grpc::Channel>> Channel(const Asker& asker);
  // Where the asker's session is kept, beside the certificate; empty on
  // loopback, where nobody signs in.
  std::string SessionFile(const Asker& asker) const;
  // Puts into a call's metadata what the certificate does not say, and the
  // session.
  void Identify(const Asker& asker, grpc::ClientContext& context) const;

 private:
  // Without `.pem`.
  std::string CertificateOf(const Asker& asker) const;

  const std::string address_;
  const Tls tls_;
  std::mutex mutex_;
  // By certificate file; by nothing on loopback.
  std::map<std::string, std::shared_ptr<grpc::Channel>> channels_;
};

// `2019-08-31` as the message of a date; kInvalidArgument if it is none.
absl::StatusOr<Json> DateJson(const std::string& text);
// A date message as `2019-08-31`.
std::string DateText(const Json& date);
// What a person gave as `--now`, RFC 3339; the clock's if they gave nothing.
// kInvalidArgument if it is no time.
absl::StatusOr<absl::Time> TimeGiven(const std::string& text);
// A new random request id.
std::string NewRequestId();

}  // namespace talentcard::client

#endif  // TALENTCARD_TOOLS_CHENGZHOU_CLIENT_H_
