#include "services/registry/import.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "engine/decision/view.h"
#include "services/answer/record.h"
#include "services/records/names.h"
#include "services/records/people.h"
#include "services/records/sealed.h"
#include "services/registry/erase.h"
#include "services/rpc/stream.h"
#include "services/rpc/validation.h"

namespace talentcard::registry {
namespace {

constexpr char kMethod[] = "RegistryService.ImportPeople";
constexpr int kMostPeople = 256;

bool Same(const google::protobuf::MessageLite& a,
          const google::protobuf::MessageLite& b) {
  return records::Deterministic(a) == records::Deterministic(b);
}

// Names and stamps the facts; one that is on record as it is keeps its stamp.
void StampFacts(const rpc::Call& call, const v1::Person& before,
                v1::Person& person) {
  int number = 0;
  for (v1::Fact& fact : *person.mutable_facts()) {
    if (fact.name().empty())
      fact.set_name(absl::StrCat(person.name(), "/facts/", ++number));
    const auto old = std::find_if(
        before.facts().begin(), before.facts().end(),
        [&](const v1::Fact& one) { return one.name() == fact.name(); });
    if (old != before.facts().end()) {
      *fact.mutable_record_time() = old->record_time();
      fact.set_recorded_by(old->recorded_by());
      if (Same(*old, fact)) continue;
    }
    *fact.mutable_record_time() = decision::ToTimestamp(call.now);
    fact.set_recorded_by(call.asker.actor.ToString());
  }
}

// The person as the import has it, named and stamped; nullopt if that is what
// is on record.
std::optional<v1::Person> Changed(const rpc::Call& call,
                                  const std::optional<v1::Person>& before,
                                  v1::Person person) {
  const google::protobuf::Timestamp now = decision::ToTimestamp(call.now);
  StampFacts(call, before.value_or(v1::Person()), person);
  *person.mutable_create_time() = before ? before->create_time() : now;
  if (before) {
    person.set_etag(before->etag());
    *person.mutable_update_time() = before->update_time();
    if (Same(*before, person)) return std::nullopt;
  }
  *person.mutable_update_time() = now;
  return person;
}

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
    int written = 0, erased = 0;
    for (const v1::Person& person : request_.people()) {
      ASSIGN_OR_RETURN(const Fate fate, WriteOne(transaction, change, person));
      written += fate == Fate::kWritten;
      erased += fate == Fate::kErased;
    }
    const int imported = request_.people_size() - erased;
    RETURN_IF_ERROR(answer::FinishChange(
        change, call_, ledger::LeafKind::kChange,
        std::string(store::kSystemOwner),
        absl::StrCat("imported ", imported, ", of them new or changed ",
                     written, "; left out as erased ", erased)));
    response_.set_request_id(request_.request_id());
    response_.set_imported(imported);
    response_.set_revision(static_cast<int64_t>(transaction.revision()));
    // How many, of nobody in particular.
    return rpc::KeepAnswer(transaction, foundation_.vault,
                           request_.request_id(), hash_, {}, response_);
  }

  enum class Fate { kWritten, kUnchanged, kErased };
  absl::StatusOr<Fate> WriteOne(store::Transaction& transaction,
                                ledger::Change& change,
                                const v1::Person& given) {
    const std::string id = *records::IdOf("people", given.name());
    ASSIGN_OR_RETURN(const std::optional<v1::Person> before,
                     records::ReadPerson(transaction, foundation_.vault, id));
    if (!before) {
      ASSIGN_OR_RETURN(const bool erased,
                       WasErased(foundation_, transaction, id));
      if (erased) return Fate::kErased;
    }
    const std::optional<v1::Person> person = Changed(call_, before, given);
    if (!person) return Fate::kUnchanged;
    RETURN_IF_ERROR(records::WritePerson(transaction, foundation_.vault, change,
                                         before, *person));
    return Fate::kWritten;
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
