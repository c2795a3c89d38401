#ifndef TALENTCARD_SERVICES_RECORDS_PEOPLE_H_
#define TALENTCARD_SERVICES_RECORDS_PEOPLE_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "chengzhou/talentcard/v1/person.pb.h"
#include "engine/identity/sensitive.h"
#include "services/store/sealing.h"
#include "services/store/versions.h"

// People as stored: one sealed record each, and the indexes by which they are
// found. Ids are the {person} of resource names.
namespace talentcard::records {

namespace v1 = chengzhou::talentcard::v1;

absl::StatusOr<std::optional<v1::Person>> ReadPerson(
    const store::Reader& reader, const store::Vault& vault, std::string_view id,
    uint64_t known_revision = store::kLatestRevision);

// Writes the person and brings the indexes in line with `before` (nullopt:
// new). Documents must already be in canonical form. kAlreadyExists if a
// document is another person's.
absl::Status WritePerson(store::Transaction& transaction,
                         const store::Vault& vault, store::StateWriter& state,
                         const std::optional<v1::Person>& before,
                         const v1::Person& person);

// Deletes the rows by which any version of the person's record is or was found,
// as far as it opens. The key must be there still.
absl::Status DeletePersonRows(store::Transaction& transaction,
                              const store::Vault& vault, std::string_view id);

// What finds the person by a canonical document, and tells nobody else
// anything.
std::string DocumentHash(const store::Vault& vault,
                         const v1::IdentityDocument& document);
// The row in which its owner is found.
std::string DocumentRow(std::string_view document_hash);
// The person a canonical document belongs to, valid or not any more.
absl::StatusOr<std::optional<std::string>> FindByDocument(
    const store::Reader& reader, const store::Vault& vault,
    const v1::IdentityDocument& document);

// Ids of people whose name begins with a normalised text, after `after`, in
// order.
absl::StatusOr<std::vector<std::string>> FindByName(
    const store::Reader& reader, const store::Vault& vault,
    const identity::NameKey& search_key, std::string_view after, int limit);

// Ids of the people whose record names this one as a relative, now or formerly:
// an old answer rests on a relation that has been dropped since.
absl::StatusOr<std::vector<std::string>> HoldersOf(const store::Reader& reader,
                                                   std::string_view relative);

}  // namespace talentcard::records

#endif  // TALENTCARD_SERVICES_RECORDS_PEOPLE_H_
