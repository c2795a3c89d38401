#include "services/rpc/requests.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "engine/digest/sha256.h"
#include "engine/status_macros.h"
#include "services/records/sealed.h"
#include "services/rpc/errors.h"
#include "services/store/keys.h"

namespace talentcard::rpc {
namespace {

constexpr size_t kHash = 16;

store::Key RowOf(const std::string& request_id) {
  return store::Key(store::Table::kRequest).Add(request_id);
}

}  // namespace

bool IsRequestId(std::string_view id) {
  return id.size() >= 8 && id.size() <= 64 &&
         std::all_of(id.begin(), id.end(), [](unsigned char c) {
           return absl::ascii_isalnum(c) || c == '-';
         });
}

std::string RequestHash(std::string_view method, const Asker& asker,
                        const google::protobuf::Message& request) {
  const std::string who = asker.actor.ToString();
  const std::string body = records::Deterministic(request);
  const Sha256Hash hash = Sha256({method, "\n", who, "\n", body});
  return std::string(AsBytes(hash));
}

absl::StatusOr<std::optional<std::string>> FirstAnswer(
    const store::Reader& reader, const store::Vault& vault,
    const std::string& request_id, const std::string& hash) {
  const store::Key row = RowOf(request_id);
  ASSIGN_OR_RETURN(const std::optional<std::string> kept, reader.Get(row));
  if (!kept) return std::nullopt;
  if (kept->substr(0, kHash) != vault.RequestHash(hash)) {
    return Error(absl::StatusCode::kAlreadyExists, v1::REQUEST_ID_REUSED,
                 "this request id was used for another request; make a new one",
                 {{"request_id", request_id}});
  }
  absl::StatusOr<std::string> answer =
      vault.OpenForAll(reader, row, std::string_view(*kept).substr(kHash));
  if (absl::IsNotFound(answer.status())) {
    return Error(absl::StatusCode::kNotFound, v1::RESOURCE_NOT_FOUND,
                 "somebody this was about has been erased, and what was "
                 "answered with them");
  }
  RETURN_IF_ERROR(answer.status());
  return *std::move(answer);
}

absl::Status KeepAnswer(store::Transaction& transaction,
                        const store::Vault& vault,
                        const std::string& request_id, const std::string& hash,
                        const std::set<std::string>& subjects,
                        const google::protobuf::Message& answer) {
  const store::Key row = RowOf(request_id);
  ASSIGN_OR_RETURN(const std::string sealed,
                   vault.SealForAll(transaction, subjects, row,
                                    records::Deterministic(answer)));
  transaction.Put(row, vault.RequestHash(hash) + sealed);
  return absl::OkStatus();
}

}  // namespace talentcard::rpc
