#include "services/registry/import.h"

#include "absl/strings/str_cat.h"
#include "engine/decision/view.h"
#include "services/answer/record.h"
#include "services/records/names.h"
#include "services/records/people.h"
#include "services/rpc/stream.h"
#include "services/rpc/validation.h"

namespace talentcard::registry {
namespace {

constexpr char kMethod[] = "RegistryService.ImportPeople";
constexpr int kMostPeople = 256;

class Import : public rpc::MessageStream<v1::ImportPeopleRequest,
                                         v1::ImportPeopleResponse> {
 public:
  Import(const rpc::Foundation& foundation,
         const grpc::CallbackServerContext& context)
      : MessageStream(foundation, context, kMethod) {}

 private:
  // Checks and normalises the message.
  absl::Status Prepare() override {
    std::vector<rpc::Violation> violations;
    rpc::CheckRequestId(request_.request_id(), violations);
    if (request_.people().empty() || request_.people_size() > kMostPeople)
      violations.push_back({"people", "1 to 256 a message"});
    const identity::DocumentRules rules =
        foundation_.DocumentRulesOn(call_.now);
    for (int i = 0; i < request_.people_size() && violations.size() < 1000;
         ++i) {
      const std::string path = absl::StrCat("people[", i, "]");
      v1::Person& person = *request_.mutable_people(i);
      rpc::CheckPerson(path, rules, person, violations);
      if (!records::IsRandomId(
              records::IdOf("people", person.name()).value_or(""))) {
        violations.push_back(
            {path + ".name", "must be `people/` and 32 hexadecimal digits"});
      }
    }
    RETURN_IF_ERROR(rpc::Invalid(violations));
    hash_ = rpc::RequestHash(kMethod, call_.asker, request_);
    return absl::OkStatus();
  }

  absl::Status Write(store::Transaction& transaction) override {
    ASSIGN_OR_RETURN(const auto first,
                     rpc::FirstAnswer(transaction, foundation_.vault,
                                      request_.request_id(), hash_));
    if (first) {
      response_.ParseFromString(*first);
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(ledger::Change change,
                     ledger::Change::Begin(transaction, foundation_.vault));
    for (v1::Person person : request_.people()) {
      ASSIGN_OR_RETURN(
          const auto before,
          records::ReadPerson(transaction, foundation_.vault,
                              *records::IdOf("people", person.name())));
      *person.mutable_create_time() =
          before ? before->create_time() : decision::ToTimestamp(call_.now);
      *person.mutable_update_time() = decision::ToTimestamp(call_.now);
      int number = 0;
      for (v1::Fact& fact : *person.mutable_facts()) {
        if (fact.name().empty())
          fact.set_name(absl::StrCat(person.name(), "/facts/", ++number));
        *fact.mutable_record_time() = decision::ToTimestamp(call_.now);
        fact.set_recorded_by(call_.asker.actor.ToString());
      }
      RETURN_IF_ERROR(records::WritePerson(transaction, foundation_.vault,
                                           change, before, person));
    }
    RETURN_IF_ERROR(answer::FinishChange(
        change, call_, ledger::LeafKind::kChange,
        std::string(store::kSystemOwner),
        absl::StrCat("imported ", request_.people_size())));
    response_.set_request_id(request_.request_id());
    response_.set_imported(request_.people_size());
    response_.set_revision(static_cast<int64_t>(transaction.revision()));
    return rpc::KeepAnswer(transaction, foundation_.vault,
                           request_.request_id(), hash_, response_);
  }

  absl::Status Respond(const absl::StatusOr<uint64_t>& revision) override {
    if (revision.ok()) response_.set_revision(static_cast<int64_t>(*revision));
    return revision.status();
  }

  std::string hash_;
};

}  // namespace

grpc::ServerBidiReactor<v1::ImportPeopleRequest, v1::ImportPeopleResponse>*
StartImport(const rpc::Foundation& foundation,
            const grpc::CallbackServerContext& context) {
  return new Import(foundation, context);
}

}  // namespace talentcard::registry
