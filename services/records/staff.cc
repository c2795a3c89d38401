#include "services/records/staff.h"

#include "services/records/sealed.h"

namespace talentcard::records {

using store::Table;

absl::StatusOr<std::optional<Staff>> ReadStaff(const store::Reader& reader,
                                               const store::Vault& vault,
                                               std::string_view id) {
  Staff staff;
  ASSIGN_OR_RETURN(std::optional<v1::StaffRecord> record,
                   ReadSealed<v1::StaffRecord>(
                       reader, vault, Table::kStaff, id, store::kLatestRevision,
                       &staff.revision, &staff.log_index));
  if (!record) return std::nullopt;
  staff.record = *std::move(record);
  return staff;
}

absl::Status WriteStaff(store::Transaction& transaction,
                        const store::Vault& vault, store::StateWriter& state,
                        std::string_view id, const v1::StaffRecord& record) {
  return WriteSealed(transaction, vault, state, Table::kStaff, id,
                     store::kSystemOwner, record);
}

absl::StatusOr<std::vector<std::string>> AllStaff(const store::Reader& reader) {
  const store::Key rows(Table::kStaff);
  std::vector<std::string> ids;
  RETURN_IF_ERROR(reader.Scan(rows.First(), rows.Last(),
                              [&](std::string_view key, std::string_view) {
                                ids.emplace_back(key.substr(1));
                                return true;
                              }));
  return ids;
}

}  // namespace talentcard::records
