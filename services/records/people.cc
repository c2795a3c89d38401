#include "services/records/people.h"

#include <algorithm>
#include <set>

#include "engine/identity/name.h"
#include "services/records/names.h"
#include "services/records/sealed.h"

namespace talentcard::records {
namespace {

using store::Key;
using store::Table;

// Hashes have a fixed length, so ids follow them directly.
std::string NamePrefix(const store::Vault& vault, std::string_view search_key) {
  return Key(Table::kName).Add(vault.NameHash(search_key)).bytes();
}

std::set<std::string> NameKeys(const store::Vault& vault,
                               const v1::Person& person) {
  std::set<std::string> keys;
  for (const std::string& key : identity::NameSearchKeys(person.full_name())) {
    keys.insert(NamePrefix(vault, key));
  }
  return keys;
}

absl::Status LinkDocuments(store::Transaction& transaction,
                           const store::Vault& vault, const v1::Person& person,
                           std::string_view id) {
  for (const v1::IdentityDocument& document : person.documents()) {
    const std::string key = DocumentRow(DocumentHash(vault, document));
    ASSIGN_OR_RETURN(const std::optional<std::string> owner,
                     transaction.Get(key));
    if (owner && *owner != id) {
      return absl::AlreadyExistsError(
          "one of the documents is linked to another person; look that person "
          "up first");
    }
    if (!owner) transaction.Put(key, id);
  }
  return absl::OkStatus();
}

}  // namespace

std::vector<std::string> NameRows(const store::Vault& vault,
                                  const v1::Person& person) {
  std::vector<std::string> rows;
  for (const std::string& key : NameKeys(vault, person))
    rows.push_back(key + *IdOf("people", person.name()));
  return rows;
}

std::string DocumentHash(const store::Vault& vault,
                         const v1::IdentityDocument& document) {
  return vault.DocumentHash(document.kind(), document.issuing_state(),
                            document.number());
}

std::string DocumentRow(std::string_view document_hash) {
  return Key(Table::kDocument).Add(document_hash).bytes();
}

absl::StatusOr<std::optional<v1::Person>> ReadPerson(
    const store::Reader& reader, const store::Vault& vault, std::string_view id,
    uint64_t known_revision) {
  uint64_t revision = 0;
  ASSIGN_OR_RETURN(std::optional<v1::Person> person,
                   ReadSealed<v1::Person>(reader, vault, Table::kPerson, id,
                                          known_revision, &revision));
  if (person) person->set_etag(EtagOf(revision));
  return person;
}

absl::Status WritePerson(store::Transaction& transaction,
                         const store::Vault& vault, store::StateWriter& state,
                         const std::optional<v1::Person>& before,
                         const v1::Person& person) {
  const std::string id = *IdOf("people", person.name());
  RETURN_IF_ERROR(LinkDocuments(transaction, vault, person, id));
  if (!before || before->full_name() != person.full_name()) {
    const std::set<std::string> now = NameKeys(vault, person);
    const std::set<std::string> then =
        before ? NameKeys(vault, *before) : std::set<std::string>();
    for (const std::string& key : then) {
      if (!now.contains(key)) transaction.Delete(key + id);
    }
    for (const std::string& key : now) transaction.Put(key + id, "");
  }
  for (const v1::Relation& relation : person.relations()) {
    const auto relative = IdOf("people", relation.person());
    if (relative)
      transaction.Put(Key(Table::kRelative).Add(*relative).Add(id), "");
  }
  v1::Person stored = person;
  stored.clear_etag();
  return WriteSealed(transaction, vault, state, Table::kPerson, id, id, stored);
}

absl::StatusOr<std::optional<std::string>> FindByDocument(
    const store::Reader& reader, const store::Vault& vault,
    const v1::IdentityDocument& document) {
  return reader.Get(DocumentRow(DocumentHash(vault, document)));
}

absl::StatusOr<std::vector<std::string>> FindByName(const store::Reader& reader,
                                                    const store::Vault& vault,
                                                    std::string_view search_key,
                                                    std::string_view after,
                                                    int limit) {
  const std::string prefix = NamePrefix(vault, search_key);
  std::vector<std::string> ids;
  RETURN_IF_ERROR(reader.Scan(
      prefix + std::string(after) + (after.empty() ? "" : std::string(1, '\0')),
      store::PrefixEnd(prefix), [&](std::string_view key, std::string_view) {
        ids.emplace_back(key.substr(prefix.size()));
        return static_cast<int>(ids.size()) < limit;
      }));
  return ids;
}

absl::StatusOr<std::vector<std::string>> HoldersOf(const store::Reader& reader,
                                                   std::string_view relative) {
  return LastParts(reader, Key(Table::kRelative).Add(relative));
}

}  // namespace talentcard::records
