#include "services/records/erasure.h"

#include <string>
#include <vector>

#include "engine/status_macros.h"
#include "services/ledger/rows.h"
#include "services/records/people.h"
#include "services/records/uses.h"
#include "services/store/purge.h"

namespace talentcard::records {
namespace {

using store::Key;
using store::Table;

absl::Status DeleteAll(store::Transaction& transaction, const Key& rows) {
  std::vector<std::string> found;
  RETURN_IF_ERROR(transaction.Scan(rows.First(), rows.Last(),
                                   [&](std::string_view row, std::string_view) {
                                     found.emplace_back(row);
                                     return true;
                                   }));
  for (const std::string& row : found) transaction.Delete(row);
  return absl::OkStatus();
}

}  // namespace

absl::Status ErasePerson(store::Transaction& transaction,
                         const store::Vault& vault, std::string_view id) {
  RETURN_IF_ERROR(DeletePersonRows(transaction, vault, id));
  RETURN_IF_ERROR(DeleteUseRows(transaction, vault, id));
  for (const Table table : {Table::kRelative, Table::kCardsOfHolder,
                            Table::kMattersOfSubject, Table::kCodeUsesOfHolder})
    RETURN_IF_ERROR(DeleteAll(transaction, Key(table).Add(id)));
  RETURN_IF_ERROR(DeleteAll(transaction, ledger::SubjectRows(id)));
  vault.DestroyPersonKey(transaction, id);
  store::RequestPurge(transaction);
  return absl::OkStatus();
}

}  // namespace talentcard::records
