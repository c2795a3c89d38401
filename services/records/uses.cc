#include "services/records/uses.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "services/records/names.h"
#include "services/records/sealed.h"

namespace talentcard::records {
namespace {

using store::Key;
using store::Table;

// A use's record id is its beneficiary and its own id, so that one scan finds
// all uses of a person.
std::string RecordId(std::string_view beneficiary, std::string_view id) {
  return Key(Table::kUse).Add(beneficiary).Add(id).bytes().substr(1);
}

absl::StatusOr<std::optional<v1::Use>> ReadRecord(const store::Reader& reader,
                                                  const store::Vault& vault,
                                                  std::string_view record,
                                                  uint64_t known_revision) {
  uint64_t revision = 0;
  ASSIGN_OR_RETURN(std::optional<v1::Use> use,
                   ReadSealed<v1::Use>(reader, vault, Table::kUse, record,
                                       known_revision, &revision));
  if (use) use->set_etag(EtagOf(revision));
  return use;
}

Key PlaceKey(std::string_view school, int season, int grade) {
  return Key(Table::kPlaces)
      .Add(school)
      .Add(static_cast<uint64_t>(season))
      .Add(static_cast<uint64_t>(grade));
}

int Number(const v1::Use& use, const std::string& attribute) {
  int n = 0;
  const auto it = use.attributes().find(attribute);
  return it != use.attributes().end() && absl::SimpleAtoi(it->second, &n) ? n
                                                                          : 0;
}

// Among the places of its school; nullopt if it is no place.
std::optional<std::string> PlaceRow(const v1::Use& use) {
  const auto school = use.attributes().find("school");
  if (school == use.attributes().end()) return std::nullopt;
  return PlaceKey(school->second, Number(use, "season"), Number(use, "grade"))
      .Add(*IdOf("uses", use.name()))
      .bytes();
}

}  // namespace

absl::StatusOr<std::optional<v1::Use>> ReadUse(const store::Reader& reader,
                                               const store::Vault& vault,
                                               std::string_view id) {
  ASSIGN_OR_RETURN(const std::optional<std::string> beneficiary,
                   reader.Get(Key(Table::kUseOwner).Add(id)));
  if (!beneficiary) return std::nullopt;
  return ReadRecord(reader, vault, RecordId(*beneficiary, id),
                    store::kLatestRevision);
}

absl::Status WriteUse(store::Transaction& transaction,
                      const store::Vault& vault, store::StateWriter& state,
                      const v1::Use& use) {
  const std::string id = *IdOf("uses", use.name());
  const std::string beneficiary = *IdOf("people", use.beneficiary());
  transaction.Put(Key(Table::kUseOwner).Add(id), beneficiary);
  if (const auto place = PlaceRow(use)) transaction.Put(*place, beneficiary);
  v1::Use stored = use;
  stored.clear_etag();
  return WriteSealed(transaction, vault, state, Table::kUse,
                     RecordId(beneficiary, id), beneficiary, stored);
}

absl::Status DeleteUseRows(store::Transaction& transaction,
                           const store::Vault& vault,
                           std::string_view beneficiary) {
  ASSIGN_OR_RETURN(const std::vector<std::string> ids,
                   LastParts(transaction, Key(Table::kUse).Add(beneficiary)));
  for (const std::string& id : ids) {
    transaction.Delete(Key(Table::kUseOwner).Add(id));
    const auto use = ReadRecord(transaction, vault, RecordId(beneficiary, id),
                                store::kLatestRevision);
    if (absl::IsDataLoss(use.status())) continue;
    RETURN_IF_ERROR(use.status());
    if (const auto place = *use ? PlaceRow(**use) : std::nullopt)
      transaction.Delete(*place);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<v1::Use>> UsesOf(const store::Reader& reader,
                                            const store::Vault& vault,
                                            std::string_view beneficiary,
                                            uint64_t known_revision) {
  const Key prefix = Key(Table::kUse).Add(beneficiary);
  ASSIGN_OR_RETURN(const std::vector<std::string> ids,
                   LastParts(reader, prefix));
  std::vector<v1::Use> uses;
  for (const std::string& id : ids) {
    ASSIGN_OR_RETURN(
        std::optional<v1::Use> use,
        ReadRecord(reader, vault, RecordId(beneficiary, id), known_revision));
    if (use) uses.push_back(*std::move(use));
  }
  std::sort(uses.begin(), uses.end(), [](const v1::Use& a, const v1::Use& b) {
    return std::make_pair(a.reserve_time().seconds(), a.name()) <
           std::make_pair(b.reserve_time().seconds(), b.name());
  });
  return uses;
}

absl::StatusOr<std::vector<v1::Use>> PlacesAt(const store::Reader& reader,
                                              const store::Vault& vault,
                                              std::string_view school,
                                              int season, int grade) {
  const Key prefix = PlaceKey(school, season, grade);
  std::vector<std::string> records;
  RETURN_IF_ERROR(
      reader.Scan(prefix.First(), prefix.Last(),
                  [&](std::string_view key, std::string_view beneficiary) {
                    records.push_back(RecordId(
                        beneficiary, key.substr(prefix.First().size())));
                    return true;
                  }));
  std::vector<v1::Use> uses;
  for (const std::string& record : records) {
    ASSIGN_OR_RETURN(std::optional<v1::Use> use,
                     ReadRecord(reader, vault, record, store::kLatestRevision));
    if (use) uses.push_back(*std::move(use));
  }
  return uses;
}

}  // namespace talentcard::records
