#ifndef TALENTCARD_SERVICES_REGISTRY_CHANGE_PERSON_H_
#define TALENTCARD_SERVICES_REGISTRY_CHANGE_PERSON_H_

#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "chengzhou/talentcard/v1/person.pb.h"
#include "services/rpc/calls.h"

namespace talentcard::registry {

namespace v1 = chengzhou::talentcard::v1;

// kNotFound, or kInvalidArgument for what is no name of a person.
absl::StatusOr<v1::Person> ExistingPerson(
    const store::Reader& reader, const store::Vault& vault,
    const std::string& name, uint64_t known_revision = store::kLatestRevision);

// Writes a changed person (nullopt: new) with its leaf, and returns what of it
// the asker may see. Something a right may have rested on has ended at `ended`:
// what was used since is marked as affected.
absl::StatusOr<v1::Person> SavePerson(
    store::Transaction& transaction, const rpc::Foundation& foundation,
    const rpc::Call& call, const std::optional<v1::Person>& before,
    v1::Person person, const std::string& note,
    std::optional<absl::Time> ended = std::nullopt);

// Reads, checks the etag unless it is empty, lets `edit` change the person,
// saves. kAborted, ETAG_MISMATCH, if the person was changed meanwhile.
absl::StatusOr<v1::Person> ChangePerson(
    store::Transaction& transaction, const rpc::Foundation& foundation,
    const rpc::Call& call, const std::string& name, const std::string& etag,
    const std::string& note, absl::FunctionRef<absl::Status(v1::Person&)> edit,
    std::optional<absl::Time> ended = std::nullopt);

// Whether somebody is, or may be, a minor today; see engine/decision/age.h.
bool IsMinor(const rpc::Call& call, const v1::Person& person);
// Clears what the asker does not see of a minor's record without a ticket.
void HideOfMinor(const rpc::Call& call, v1::Person& person);

}  // namespace talentcard::registry

#endif  // TALENTCARD_SERVICES_REGISTRY_CHANGE_PERSON_H_
