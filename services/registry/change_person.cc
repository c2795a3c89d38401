#include "services/registry/change_person.h"

#include <optional>
#include <utility>

#include "engine/decision/age.h"
#include "engine/decision/view.h"
#include "services/answer/look.h"
#include "services/answer/record.h"
#include "services/answer/uses.h"
#include "services/records/names.h"
#include "services/records/people.h"

namespace talentcard::registry {
namespace {

absl::Status CheckEtag(const v1::Person& person, const std::string& etag) {
  if (etag.empty() || etag == person.etag()) return absl::OkStatus();
  return rpc::Error(absl::StatusCode::kAborted, v1::ETAG_MISMATCH,
                    "the person was changed meanwhile; read again");
}

// Whoever links a document learns whether somebody has it: that is a look at
// them, and on record as one.
absl::Status CheckDocumentsFree(store::Transaction& transaction,
                                const rpc::Foundation& foundation,
                                const rpc::Call& call,
                                const std::optional<v1::Person>& before,
                                const v1::Person& person) {
  const std::string id = *records::IdOf("people", person.name());
  // Documents are only ever added; the earlier ones are theirs.
  for (int i = before ? before->documents_size() : 0;
       i < person.documents_size(); ++i) {
    const v1::IdentityDocument& document = person.documents(i);
    ASSIGN_OR_RETURN(
        const std::optional<std::string> owner,
        records::FindByDocument(transaction, foundation.vault, document));
    if (!owner || *owner == id) continue;
    RETURN_IF_ERROR(answer::RecordLook(transaction, foundation, call, {*owner},
                                       "shown: has this document"));
    return rpc::Keeping(rpc::Error(
        absl::StatusCode::kAlreadyExists, v1::RESOURCE_EXISTS,
        "one of the documents is another person's on record; look that person "
        "up by it"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::Person> ExistingPerson(const store::Reader& reader,
                                          const store::Vault& vault,
                                          const std::string& name,
                                          uint64_t known_revision) {
  const auto id = records::IdOf("people", name);
  if (!id) return rpc::Invalid({{"name", "must look like `people/…`"}});
  ASSIGN_OR_RETURN(std::optional<v1::Person> person,
                   records::ReadPerson(reader, vault, *id, known_revision));
  if (!person) return rpc::NotFound("person", name);
  return *std::move(person);
}

absl::StatusOr<v1::Person> SavePerson(store::Transaction& transaction,
                                      const rpc::Foundation& foundation,
                                      const rpc::Call& call,
                                      const std::optional<v1::Person>& before,
                                      v1::Person person,
                                      const std::string& note,
                                      std::optional<absl::Time> ended) {
  RETURN_IF_ERROR(
      CheckDocumentsFree(transaction, foundation, call, before, person));
  *person.mutable_update_time() = decision::ToTimestamp(call.now);
  ASSIGN_OR_RETURN(ledger::Change change,
                   ledger::Change::Begin(transaction, foundation.vault));
  RETURN_IF_ERROR(records::WritePerson(transaction, foundation.vault, change,
                                       before, person));
  if (ended)
    RETURN_IF_ERROR(answer::MarkAffected(transaction, foundation, change,
                                         person, *ended,
                                         answer::Touched::kAlsoByThem));
  RETURN_IF_ERROR(answer::FinishChange(change, call, ledger::LeafKind::kChange,
                                       *records::IdOf("people", person.name()),
                                       note));
  person.set_etag(records::EtagOf(transaction.revision()));
  person.clear_canary();
  HideOfMinor(call, person);
  return person;
}

absl::StatusOr<v1::Person> ChangePerson(
    store::Transaction& transaction, const rpc::Foundation& foundation,
    const rpc::Call& call, const std::string& name, const std::string& etag,
    const std::string& note, absl::FunctionRef<absl::Status(v1::Person&)> edit,
    std::optional<absl::Time> ended) {
  ASSIGN_OR_RETURN(const v1::Person before,
                   ExistingPerson(transaction, foundation.vault, name));
  RETURN_IF_ERROR(CheckEtag(before, etag));
  v1::Person person = before;
  RETURN_IF_ERROR(edit(person));
  return SavePerson(transaction, foundation, call, before, std::move(person),
                    note, ended);
}

bool IsMinor(const rpc::Call& call, const v1::Person& person) {
  return decision::IsMinor(*call.policy, person,
                           CivilDate::InBeijing(call.now));
}

void HideOfMinor(const rpc::Call& call, v1::Person& person) {
  if (!IsMinor(call, person)) return;
  const auto& shown = call.policy->personal_data.minors->shown;
  const auto fields = shown.find(call.asker.actor.kind);
  rpc::KeepOnly(
      fields == shown.end() ? std::set<std::string>() : fields->second, person);
  person.set_withheld(true);
}

}  // namespace talentcard::registry
