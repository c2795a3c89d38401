#include "services/store/purge.h"

#include <optional>

#include "engine/status_macros.h"
#include "services/store/keys.h"

namespace talentcard::store {
namespace {

std::string RequestRow() { return Key(Table::kPurge).bytes(); }

}  // namespace

void RequestPurge(Transaction& transaction) {
  std::string revision;
  AppendNumber(transaction.revision(), revision);
  transaction.Put(RequestRow(), revision);
}

absl::Status PurgeIfRequested(Database& database, Writer& writer) {
  ASSIGN_OR_RETURN(const std::optional<std::string> request,
                   database.Latest().Get(RequestRow()));
  if (!request) return absl::OkStatus();
  const Key keys(Table::kPersonKey);
  RETURN_IF_ERROR(database.Purge(keys.First(), keys.Last()));
  // Unless there was another request meanwhile.
  return writer
      .Run([&](Transaction& transaction) -> absl::Status {
        ASSIGN_OR_RETURN(const std::optional<std::string> now,
                         transaction.Get(RequestRow()));
        if (now == request) transaction.Delete(RequestRow());
        return absl::OkStatus();
      })
      .status();
}

}  // namespace talentcard::store
