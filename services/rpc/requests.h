#ifndef TALENTCARD_SERVICES_RPC_REQUESTS_H_
#define TALENTCARD_SERVICES_RPC_REQUESTS_H_

#include <google/protobuf/message.h>

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "services/rpc/asker.h"
#include "services/store/sealing.h"
#include "services/store/transaction.h"

// What makes a write idempotent: the first answer is kept under its request id.
namespace talentcard::rpc {

// `method`, who asked and the message, as one hash. Never kept as it is: a
// message may be little more than an identity number, which could be guessed.
std::string RequestHash(std::string_view method, const Asker& asker,
                        const google::protobuf::Message& request);

// The first answer's bytes, if this id was used with the same request; nullopt
// if it was not used. kAlreadyExists, REQUEST_ID_REUSED, if it was used with
// another; kNotFound if one of those the answer was about has been erased.
absl::StatusOr<std::optional<std::string>> FirstAnswer(
    const store::Reader& reader, const store::Vault& vault,
    const std::string& request_id, const std::string& hash);
// Keeps it for as long as the keys of all the people it is about; for ever if
// it is about nobody.
absl::Status KeepAnswer(store::Transaction& transaction,
                        const store::Vault& vault,
                        const std::string& request_id, const std::string& hash,
                        const std::set<std::string>& subjects,
                        const google::protobuf::Message& answer);

// Whether it can be a request id: 8 to 64 letters, digits and hyphens.
bool IsRequestId(std::string_view id);

}  // namespace talentcard::rpc

#endif  // TALENTCARD_SERVICES_RPC_REQUESTS_H_
