#include "services/records/sealed.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

namespace talentcard::records {

std::string Deterministic(const google::protobuf::MessageLite& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream out(&stream);
  out.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&out);
  out.Trim();
  return bytes;
}

absl::Status WriteSealed(store::Transaction& transaction,
                         const store::Vault& vault, store::StateWriter& state,
                         store::Table table, std::string_view id,
                         std::string_view owner,
                         const google::protobuf::MessageLite& message) {
  ASSIGN_OR_RETURN(const std::string sealed,
                   vault.SealFor(transaction, owner, store::Key(table).Add(id),
                                 Deterministic(message)));
  return state.Put(table, id, sealed);
}

absl::StatusOr<std::vector<std::string>> LastParts(const store::Reader& reader,
                                                   const store::Key& key) {
  const std::string first = key.First();
  std::vector<std::string> parts;
  RETURN_IF_ERROR(reader.Scan(first, key.Last(),
                              [&](std::string_view row, std::string_view) {
                                parts.emplace_back(row.substr(first.size()));
                                return true;
                              }));
  return parts;
}

}  // namespace talentcard::records
