#ifndef TALENTCARD_SERVICES_RPC_ERRORS_H_
#define TALENTCARD_SERVICES_RPC_ERRORS_H_

#include <grpcpp/grpcpp.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "chengzhou/talentcard/v1/errors.pb.h"

namespace talentcard::rpc {

namespace v1 = chengzhou::talentcard::v1;

// One mistake in a message.
struct Violation {
  std::string field;        // Path, e.g. `person.documents[0].number`.
  std::string description;  // What is wrong and what to do.
};

// A status that carries the reason machines read.
absl::Status Error(absl::StatusCode code, v1::ErrorReason reason,
                   std::string_view message,
                   const std::map<std::string, std::string>& metadata = {});
// INVALID_ARGUMENT with every mistake; OK if there is none.
absl::Status Invalid(const std::vector<Violation>& violations);
// An error of a body that does not undo what the body wrote: refusals that go
// on record themselves.
absl::Status Keeping(absl::Status error);
bool IsKeeping(const absl::Status& error);
absl::Status NotFound(std::string_view what, std::string_view name);

// The one way out: adds an ErrorInfo where there is none and the sentence in
// Chinese (LocalizedMessage), and lets nothing of the storage engine or of ours
// through.
grpc::Status ToGrpc(const absl::Status& status);

}  // namespace talentcard::rpc

#endif  // TALENTCARD_SERVICES_RPC_ERRORS_H_
