#include "services/records/people.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "engine/identity/name.h"
#include "services/records/names.h"
#include "services/records/sealed.h"

namespace talentcard::records {
namespace {

using store::Key;
using store::Table;

using Rows = std::set<std::string>;

// Hashes have a fixed length, so ids follow them directly.
std::string NamePrefix(const store::Vault& vault,
                       const identity::NameKey& search_key) {
  return Key(Table::kName).Add(vault.NameHash(search_key)).bytes();
}

Rows NameRows(const store::Vault& vault, const v1::Person& person) {
  Rows rows;
  for (const identity::NameKey& key :
       identity::NameSearchKeys(identity::FullName(person.full_name())))
    rows.insert(NamePrefix(vault, key) + *IdOf("people", person.name()));
  return rows;
}

Rows DocumentRows(const store::Vault& vault, const v1::Person& person) {
  Rows rows;
  for (const v1::IdentityDocument& document : person.documents())
    rows.insert(DocumentRow(DocumentHash(vault, document)));
  return rows;
}

Rows RelativeRows(const v1::Person& person) {
  const std::string id = *IdOf("people", person.name());
  Rows rows;
  for (const v1::Relation& relation : person.relations()) {
    if (const auto relative = IdOf("people", relation.person()))
      rows.insert(Key(Table::kRelative).Add(*relative).Add(id).bytes());
  }
  return rows;
}

Rows Without(const Rows& rows, const Rows& others) {
  Rows rest;
  std::set_difference(rows.begin(), rows.end(), others.begin(), others.end(),
                      std::inserter(rest, rest.end()));
  return rest;
}

absl::Status LinkDocuments(store::Transaction& transaction, const Rows& rows,
                           std::string_view id) {
  for (const std::string& row : rows) {
    ASSIGN_OR_RETURN(const std::optional<std::string> owner,
                     transaction.Get(row));
    if (owner && *owner != id) {
      return absl::AlreadyExistsError(
          "one of the documents is linked to another person; look that person "
          "up first");
    }
    if (!owner) transaction.Put(row, id);
  }
  return absl::OkStatus();
}

// What was dropped may be another person's by now.
absl::Status UnlinkDocuments(store::Transaction& transaction, const Rows& rows,
                             std::string_view id) {
  for (const std::string& row : rows) {
    ASSIGN_OR_RETURN(const std::optional<std::string> owner,
                     transaction.Get(row));
    if (owner == id) transaction.Delete(row);
  }
  return absl::OkStatus();
}

}  // namespace

std::string DocumentHash(const store::Vault& vault,
                         const v1::IdentityDocument& document) {
  return vault.DocumentHash(document.kind(), document.issuing_state(),
                            identity::DocumentNumber(document.number()));
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
  const Rows documents = DocumentRows(vault, person);
  RETURN_IF_ERROR(LinkDocuments(transaction, documents, id));
  if (before)
    RETURN_IF_ERROR(UnlinkDocuments(
        transaction, Without(DocumentRows(vault, *before), documents), id));
  if (!before || before->full_name() != person.full_name()) {
    const Rows now = NameRows(vault, person);
    const Rows then = before ? NameRows(vault, *before) : Rows();
    for (const std::string& row : Without(then, now)) transaction.Delete(row);
    for (const std::string& row : now) transaction.Put(row, "");
  }
  // Those of relations that were dropped stay: see HoldersOf.
  const Rows named = before ? RelativeRows(*before) : Rows();
  for (const std::string& row : Without(RelativeRows(person), named))
    transaction.Put(row, "");
  v1::Person stored = person;
  stored.clear_etag();
  return WriteSealed(transaction, vault, state, Table::kPerson, id, id, stored);
}

absl::Status DeletePersonRows(store::Transaction& transaction,
                              const store::Vault& vault, std::string_view id) {
  for (uint64_t known = store::kLatestRevision;;) {
    uint64_t revision = 0;
    const auto version = ReadSealed<v1::Person>(
        transaction, vault, Table::kPerson, id, known, &revision);
    if (absl::IsDataLoss(version.status())) return absl::OkStatus();
    RETURN_IF_ERROR(version.status());
    if (!*version) return absl::OkStatus();
    RETURN_IF_ERROR(
        UnlinkDocuments(transaction, DocumentRows(vault, **version), id));
    for (const Rows& rows :
         {NameRows(vault, **version), RelativeRows(**version)}) {
      for (const std::string& row : rows) transaction.Delete(row);
    }
    if (revision == 0 || revision > known) return absl::OkStatus();
    known = revision - 1;
  }
}

absl::StatusOr<std::optional<std::string>> FindByDocument(
    const store::Reader& reader, const store::Vault& vault,
    const v1::IdentityDocument& document) {
  return reader.Get(DocumentRow(DocumentHash(vault, document)));
}

absl::StatusOr<std::vector<std::string>> FindByName(
    const store::Reader& reader, const store::Vault& vault,
    const identity::NameKey& search_key, std::string_view after, int limit) {
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
