#include "services/records/matters.h"

#include "services/records/names.h"
#include "services/records/sealed.h"

namespace talentcard::records {
namespace {

using store::Key;
using store::Table;

// Open matters are listed by who has to act and by when.
std::string OwnerRow(const v1::Matter& matter) {
  const uint64_t due = matter.has_due()
                           ? static_cast<uint64_t>(matter.due().seconds())
                           : ~uint64_t{0};
  return Key(Table::kMattersOfOwner)
      .Add(matter.owner())
      .Add(due)
      .Add(*IdOf("matters", matter.name()))
      .bytes();
}

}  // namespace

absl::StatusOr<std::optional<v1::Matter>> ReadMatter(
    const store::Reader& reader, const store::Vault& vault, std::string_view id,
    uint64_t known_revision) {
  uint64_t revision = 0;
  ASSIGN_OR_RETURN(std::optional<v1::Matter> matter,
                   ReadSealed<v1::Matter>(reader, vault, Table::kMatter, id,
                                          known_revision, &revision));
  if (matter) matter->set_etag(EtagOf(revision));
  return matter;
}

absl::Status WriteMatter(store::Transaction& transaction,
                         const store::Vault& vault, store::StateWriter& state,
                         const std::optional<v1::Matter>& before,
                         const v1::Matter& matter) {
  const std::string id = *IdOf("matters", matter.name());
  const std::string subject = *IdOf("people", matter.subject());
  if (before) transaction.Delete(OwnerRow(*before));
  if (!matter.closed()) transaction.Put(OwnerRow(matter), "");
  transaction.Put(Key(Table::kMattersOfSubject).Add(subject).Add(id), "");
  v1::Matter stored = matter;
  stored.clear_etag();
  stored.clear_actions();
  return WriteSealed(transaction, vault, state, Table::kMatter, id, subject,
                     stored);
}

absl::StatusOr<std::vector<v1::Matter>> MattersOf(const store::Reader& reader,
                                                  const store::Vault& vault,
                                                  std::string_view subject,
                                                  uint64_t known_revision) {
  ASSIGN_OR_RETURN(
      const std::vector<std::string> ids,
      LastParts(reader, Key(Table::kMattersOfSubject).Add(subject)));
  std::vector<v1::Matter> matters;
  for (const std::string& id : ids) {
    ASSIGN_OR_RETURN(std::optional<v1::Matter> matter,
                     ReadMatter(reader, vault, id, known_revision));
    if (matter) matters.push_back(*std::move(matter));
  }
  return matters;
}

absl::StatusOr<OwnedMatters> MattersOwnedBy(const store::Reader& reader,
                                            const store::Vault& vault,
                                            std::string_view owner,
                                            std::string_view after, int limit) {
  const Key prefix = Key(Table::kMattersOfOwner).Add(owner);
  const std::string first = prefix.First();
  std::vector<std::string> rows;
  RETURN_IF_ERROR(reader.Scan(first + std::string(after), prefix.Last(),
                              [&](std::string_view key, std::string_view) {
                                rows.emplace_back(key.substr(first.size()));
                                return static_cast<int>(rows.size()) <= limit;
                              }));
  OwnedMatters out;
  if (static_cast<int>(rows.size()) > limit) {
    out.next = rows.back();
    rows.pop_back();
  }
  for (const std::string& row : rows) {
    ASSIGN_OR_RETURN(std::optional<v1::Matter> matter,
                     ReadMatter(reader, vault, row.substr(8)));
    if (matter) out.matters.push_back(*std::move(matter));
  }
  return out;
}

}  // namespace talentcard::records
