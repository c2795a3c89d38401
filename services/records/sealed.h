#ifndef TALENTCARD_SERVICES_RECORDS_SEALED_H_
#define TALENTCARD_SERVICES_RECORDS_SEALED_H_

#include <google/protobuf/message_lite.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "engine/status_macros.h"
#include "services/store/sealing.h"
#include "services/store/versions.h"

// Versioned records that are protobuf messages sealed under somebody's key.
namespace talentcard::records {

// The bytes of a message, the same for equal messages (maps sorted).
std::string Deterministic(const google::protobuf::MessageLite& message);

// The message known at a revision; nullopt if there was none or its owner's key
// is destroyed. `revision` receives the one that wrote it.
template <typename Message>
absl::StatusOr<std::optional<Message>> ReadSealed(
    const store::Reader& reader, const store::Vault& vault, store::Table table,
    std::string_view id, uint64_t known_revision, uint64_t* revision = nullptr,
    uint64_t* log_index = nullptr) {
  ASSIGN_OR_RETURN(const std::optional<store::Version> version,
                   store::ReadVersion(reader, table, id, known_revision));
  if (!version) return std::nullopt;
  const absl::StatusOr<std::string> bytes =
      vault.OpenFor(reader, store::Key(table).Add(id), version->payload);
  if (absl::IsNotFound(bytes.status())) return std::nullopt;
  RETURN_IF_ERROR(bytes.status());
  Message message;
  if (!message.ParseFromString(*bytes))
    return absl::DataLossError("a stored record is malformed");
  if (revision != nullptr) *revision = version->revision;
  if (log_index != nullptr) *log_index = version->log_index;
  return message;
}

// Writes a message sealed under `owner`'s key.
absl::Status WriteSealed(store::Transaction& transaction,
                         const store::Vault& vault, store::StateWriter& state,
                         store::Table table, std::string_view id,
                         std::string_view owner,
                         const google::protobuf::MessageLite& message);

// The ids behind a key's last part: of index rows `key id → -`.
absl::StatusOr<std::vector<std::string>> LastParts(const store::Reader& reader,
                                                   const store::Key& key);

}  // namespace talentcard::records

#endif  // TALENTCARD_SERVICES_RECORDS_SEALED_H_
