#include "services/records/code_uses.h"

#include <utility>

#include "services/records/sealed.h"

namespace talentcard::records {

using store::Key;
using store::Table;

std::string CodeUseId(std::string_view code_id, int slot) {
  return Key(Table::kCodeUse)
      .Add(code_id)
      .Add(static_cast<uint64_t>(slot))
      .bytes()
      .substr(1);
}

absl::StatusOr<std::optional<v1::CodeUse>> ReadCodeUse(
    const store::Reader& reader, const store::Vault& vault,
    std::string_view id) {
  return ReadSealed<v1::CodeUse>(reader, vault, Table::kCodeUse, id,
                                 store::kLatestRevision);
}

absl::Status WriteCodeUse(store::Transaction& transaction,
                          const store::Vault& vault, store::StateWriter& state,
                          std::string_view holder, const v1::CodeUse& use) {
  const std::string id = CodeUseId(use.code_id(), use.slot());
  transaction.Put(Key(Table::kCodeUsesOfHolder).Add(holder).Add(id), "");
  return WriteSealed(transaction, vault, state, Table::kCodeUse, id, holder,
                     use);
}

absl::StatusOr<std::vector<v1::CodeUse>> CodeUsesOf(const store::Reader& reader,
                                                    const store::Vault& vault,
                                                    std::string_view holder) {
  ASSIGN_OR_RETURN(
      const std::vector<std::string> ids,
      LastParts(reader, Key(Table::kCodeUsesOfHolder).Add(holder)));
  std::vector<v1::CodeUse> uses;
  for (const std::string& id : ids) {
    ASSIGN_OR_RETURN(std::optional<v1::CodeUse> use,
                     ReadCodeUse(reader, vault, id));
    if (use) uses.push_back(*std::move(use));
  }
  return uses;
}

}  // namespace talentcard::records
