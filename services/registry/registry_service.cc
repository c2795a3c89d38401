#include "services/registry/registry_service.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "absl/strings/str_cat.h"
#include "engine/decision/decide.h"
#include "engine/decision/view.h"
#include "engine/identity/name.h"
#include "engine/identity/unicode.h"
#include "engine/identity/uscc.h"
#include "services/answer/disclosure.h"
#include "services/answer/look.h"
#include "services/answer/record.h"
#include "services/records/facts.h"
#include "services/records/names.h"
#include "services/records/people.h"
#include "services/records/sealed.h"
#include "services/registry/change_person.h"
#include "services/registry/consents.h"
#include "services/registry/erase.h"
#include "services/registry/export.h"
#include "services/registry/import.h"
#include "services/registry/retention.h"
#include "services/rpc/validation.h"

namespace talentcard::registry {
namespace {

using rpc::Call;
using rpc::Violation;

void Stamp(const rpc::Foundation& foundation, const Call& call,
           v1::Person& person, v1::Fact& fact) {
  records::StampFact(foundation.vault.random(), call.asker.actor.ToString(),
                     call.now, person, fact);
}

bool Updatable(const std::string& path) {
  static const std::set<std::string> kPaths = {"full_name", "sex", "birth_date",
                                               "nationality", "phone"};
  return kPaths.contains(path);
}

absl::Status ApplyMask(const v1::UpdatePersonRequest& request,
                       v1::Person& person) {
  std::vector<Violation> violations;
  for (const std::string& path : request.update_mask().paths()) {
    if (!Updatable(path))
      violations.push_back(
          {"update_mask", absl::StrCat("`", path, "` cannot be updated")});
  }
  if (request.update_mask().paths().empty())
    violations.push_back({"update_mask", "name the fields to change"});
  RETURN_IF_ERROR(rpc::Invalid(violations));
  const auto* reflection = person.GetReflection();
  v1::Person given = request.person();
  for (const std::string& path : request.update_mask().paths()) {
    const auto* field = v1::Person::descriptor()->FindFieldByName(path);
    reflection->ClearField(&person, field);
    reflection->SwapFields(&person, &given, {field});
  }
  return absl::OkStatus();
}

// Who is not told of the facts is told of the one they wrote, a minor's, too:
// what it is called, to end it by.
v1::Person WrittenFact(const Call& call, v1::Person person, v1::Fact fact) {
  const auto& fields = call.rule->fields;
  if (fields.empty() || fields.contains("facts")) return person;
  v1::Person written;
  written.set_name(person.name());
  written.set_etag(person.etag());
  *written.add_facts() = std::move(fact);
  return written;
}

// Under `own` only what the asker's institution recorded is there. What a
// card's end did, or stands against a new one, no one person undoes.
absl::Status CheckEnding(const Call& call, const v1::Fact& fact) {
  const std::string& by = fact.recorded_by();
  if (!call.Owns(by.substr(by.find('@') + 1)))
    return rpc::NotFound("fact", fact.name());
  const char* why =
      fact.has_recognition()
          ? "a recognition ends with its card: cancel or revoke that"
      : fact.has_misconduct() && call.rule->approved_by.empty()
          ? "a misconduct is ended by the talent office, by two"
          : nullptr;
  return why == nullptr ? absl::OkStatus()
                        : rpc::Error(absl::StatusCode::kFailedPrecondition,
                                     v1::STATE_FORBIDS, why);
}

// When a fact has ended: its last day is over.
std::optional<absl::Time> EndOf(const v1::EndFactRequest& q) {
  const auto last = CivilDate::FromProto(q.valid_to());
  if (!last.ok()) return std::nullopt;
  return last->EndInBeijing();
}

}  // namespace

grpc::ServerUnaryReactor* RegistryService::CreatePerson(
    grpc::CallbackServerContext* context,
    const v1::CreatePersonRequest* request, v1::Person* response) {
  return rpc::Write(
      foundation_, context, "RegistryService.CreatePerson", request, response,
      [this](const Call& call, const v1::CreatePersonRequest& q,
             store::Transaction& t) -> absl::StatusOr<v1::Person> {
        v1::Person person = q.person();
        person.clear_canary();
        person.clear_withheld();
        std::vector<Violation> violations;
        rpc::CheckPerson("person", foundation_.DocumentRulesOn(call.now),
                         person, violations);
        if (!person.consents().empty())
          violations.push_back({"person.consents",
                                "give them by GiveConsent, once the person "
                                "and the guardian are on record"});
        for (const v1::Fact& fact : person.facts()) {
          if (fact.has_recognition())
            violations.push_back(
                {"person.facts",
                 "only an approved matter recognises somebody"});
        }
        RETURN_IF_ERROR(rpc::Invalid(violations));
        person.set_name(
            records::NameOf("people", foundation_.vault.random().NewId()));
        *person.mutable_create_time() = decision::ToTimestamp(call.now);
        for (v1::Fact& fact : *person.mutable_facts()) {
          fact.clear_name();
          Stamp(foundation_, call, person, fact);
        }
        return SavePerson(t, foundation_, call, std::nullopt, std::move(person),
                          "person created");
      });
}

grpc::ServerUnaryReactor* RegistryService::GetPerson(
    grpc::CallbackServerContext* context, const v1::GetPersonRequest* request,
    v1::Person* response) {
  return answer::Look(
      foundation_, context, "RegistryService.GetPerson", request, response,
      [this](const Call& call, const v1::GetPersonRequest& q)
          -> absl::StatusOr<answer::Looked<v1::Person>> {
        RETURN_IF_ERROR(rpc::CheckTicket(q.ticket_id()));
        const auto known = answer::Known::Now(foundation_);
        RETURN_IF_ERROR(
            answer::CheckInHand(foundation_, known, call, q.name()));
        ASSIGN_OR_RETURN(const uint64_t revision,
                         rpc::RevisionAsOf(known.reader(), q));
        ASSIGN_OR_RETURN(v1::Person person,
                         ExistingPerson(known.reader(), foundation_.vault,
                                        q.name(), revision));
        const bool full = !q.ticket_id().empty() && IsMinor(call, person);
        if (!full) HideOfMinor(call, person);
        person.clear_canary();
        const auto& mask = q.read_mask().paths();
        if (!mask.empty()) rpc::KeepOnly({mask.begin(), mask.end()}, person);
        return answer::Looked<v1::Person>{
            std::move(person), {*records::IdOf("people", q.name())}, full};
      });
}

grpc::ServerUnaryReactor* RegistryService::UpdatePerson(
    grpc::CallbackServerContext* context,
    const v1::UpdatePersonRequest* request, v1::Person* response) {
  return rpc::Write(
      foundation_, context, "RegistryService.UpdatePerson", request, response,
      [this](const Call& call, const v1::UpdatePersonRequest& q,
             store::Transaction& t) {
        return ChangePerson(
            t, foundation_, call, q.person().name(), q.person().etag(),
            "person updated", [&](v1::Person& person) -> absl::Status {
              RETURN_IF_ERROR(ApplyMask(q, person));
              std::vector<Violation> violations;
              v1::Person checked = person;
              checked.clear_documents();  // Stored ones are in their one form
                                          // already.
              rpc::CheckPerson("person", foundation_.DocumentRulesOn(call.now),
                               checked, violations);
              person.set_full_name(checked.full_name());
              return rpc::Invalid(violations);
            });
      });
}

grpc::ServerUnaryReactor* RegistryService::AddFact(
    grpc::CallbackServerContext* context, const v1::AddFactRequest* request,
    v1::Person* response) {
  return rpc::Write(
      foundation_, context, "RegistryService.AddFact", request, response,
      [this](const Call& call, const v1::AddFactRequest& q,
             store::Transaction& t) -> absl::StatusOr<v1::Person> {
        v1::Fact added;
        const auto add = [&](v1::Person& person) -> absl::Status {
          std::vector<Violation> violations;
          rpc::CheckFact("fact", q.fact(), violations);
          if (q.fact().has_recognition())
            violations.push_back(
                {"fact.recognition",
                 "only an approved matter recognises somebody"});
          if (person.facts_size() >= 256)
            violations.push_back({"fact", "the person has 256 facts already"});
          RETURN_IF_ERROR(rpc::Invalid(violations));
          v1::Fact& fact = *person.add_facts();
          fact = q.fact();
          fact.clear_name();
          Stamp(foundation_, call, person, fact);
          added = fact;
          return absl::OkStatus();
        };
        ASSIGN_OR_RETURN(v1::Person person,
                         ChangePerson(t, foundation_, call, q.parent(),
                                      q.etag(), "fact added", add));
        return WrittenFact(call, std::move(person), std::move(added));
      });
}

grpc::ServerUnaryReactor* RegistryService::EndFact(
    grpc::CallbackServerContext* context, const v1::EndFactRequest* request,
    v1::Person* response) {
  return rpc::Write(
      foundation_, context, "RegistryService.EndFact", request, response,
      [this](const Call& call, const v1::EndFactRequest& q,
             store::Transaction& t) -> absl::StatusOr<v1::Person> {
        const std::string person_name =
            q.name().substr(0, q.name().find("/facts/"));
        v1::Fact ended;
        const auto end = [&](v1::Person& person) -> absl::Status {
          const auto fact = std::find_if(
              person.mutable_facts()->begin(), person.mutable_facts()->end(),
              [&](const v1::Fact& f) { return f.name() == q.name(); });
          if (fact == person.mutable_facts()->end())
            return rpc::NotFound("fact", q.name());
          RETURN_IF_ERROR(CheckEnding(call, *fact));
          *fact->mutable_valid_to() = q.valid_to();
          if (fact->has_employment())
            fact->mutable_employment()->set_end_reason(q.end_reason());
          if (q.has_evidence()) *fact->mutable_evidence() = q.evidence();
          std::vector<Violation> violations;
          rpc::CheckFact("fact", *fact, violations);
          ended = *fact;
          return rpc::Invalid(violations);
        };
        ASSIGN_OR_RETURN(v1::Person person,
                         ChangePerson(t, foundation_, call, person_name,
                                      q.etag(), "fact ended", end, EndOf(q)));
        return WrittenFact(call, std::move(person), std::move(ended));
      });
}

grpc::ServerUnaryReactor* RegistryService::PutRelation(
    grpc::CallbackServerContext* context, const v1::PutRelationRequest* request,
    v1::Person* response) {
  return rpc::Write(
      foundation_, context, "RegistryService.PutRelation", request, response,
      [this](const Call& call, const v1::PutRelationRequest& q,
             store::Transaction& t) {
        return ChangePerson(
            t, foundation_, call, q.parent(), q.etag(), "relation filed",
            [&](v1::Person& person) -> absl::Status {
              std::vector<Violation> violations;
              rpc::CheckRelation("relation", q.relation(), violations);
              if (q.relation().person() == person.name())
                violations.push_back(
                    {"relation.person", "nobody is a relative of themselves"});
              if (person.relations_size() >= 64)
                violations.push_back(
                    {"relation", "the person has 64 relations already"});
              RETURN_IF_ERROR(rpc::Invalid(violations));
              ASSIGN_OR_RETURN(
                  const v1::Person other,
                  ExistingPerson(t, foundation_.vault, q.relation().person()));
              // The same kinship to the same person from the same day is
              // replaced.
              const auto same = [&](const v1::Relation& r) {
                return r.person() == q.relation().person() &&
                       r.code() == q.relation().code() &&
                       CivilDate::FromProto(r.valid_from())
                               .value_or(CivilDate()) ==
                           *CivilDate::FromProto(q.relation().valid_from());
              };
              const auto it =
                  std::find_if(person.mutable_relations()->begin(),
                               person.mutable_relations()->end(), same);
              (it == person.mutable_relations()->end() ? *person.add_relations()
                                                       : *it) = q.relation();
              return absl::OkStatus();
            });
      });
}

grpc::ServerUnaryReactor* RegistryService::GiveConsent(
    grpc::CallbackServerContext* context, const v1::GiveConsentRequest* request,
    v1::Person* response) {
  return rpc::Write(
      foundation_, context, "RegistryService.GiveConsent", request, response,
      [this](const Call& call, const v1::GiveConsentRequest& q,
             store::Transaction& t) { return Give(foundation_, call, q, t); });
}

grpc::ServerUnaryReactor* RegistryService::WithdrawConsent(
    grpc::CallbackServerContext* context,
    const v1::WithdrawConsentRequest* request, v1::Person* response) {
  return rpc::Write(
      foundation_, context, "RegistryService.WithdrawConsent", request,
      response,
      [this](const Call& call, const v1::WithdrawConsentRequest& q,
             store::Transaction& t) {
        return Withdraw(foundation_, call, q, t);
      });
}

grpc::ServerUnaryReactor* RegistryService::LinkDocument(
    grpc::CallbackServerContext* context,
    const v1::LinkDocumentRequest* request, v1::Person* response) {
  return rpc::Write(
      foundation_, context, "RegistryService.LinkDocument", request, response,
      [this](const Call& call, const v1::LinkDocumentRequest& q,
             store::Transaction& t) {
        return ChangePerson(
            t, foundation_, call, q.parent(), q.etag(), "document linked",
            [&](v1::Person& person) -> absl::Status {
              v1::IdentityDocument document = q.document();
              std::vector<Violation> violations;
              rpc::CheckDocument("document",
                                 foundation_.DocumentRulesOn(call.now),
                                 document, violations);
              if (person.documents_size() >= 16)
                violations.push_back(
                    {"document", "the person has 16 documents already"});
              RETURN_IF_ERROR(rpc::Invalid(violations));
              *person.add_documents() = document;
              return absl::OkStatus();
            });
      });
}

grpc::ServerUnaryReactor* RegistryService::FindPerson(
    grpc::CallbackServerContext* context, const v1::FindPersonRequest* request,
    v1::Person* response) {
  return answer::Look(
      foundation_, context, "RegistryService.FindPerson", request, response,
      [this](const Call& call, const v1::FindPersonRequest& q)
          -> absl::StatusOr<answer::Looked<v1::Person>> {
        v1::IdentityDocument document = q.document();
        std::vector<Violation> violations;
        rpc::CheckDocument("document", foundation_.DocumentRulesOn(call.now),
                           document, violations);
        RETURN_IF_ERROR(rpc::Invalid(violations));
        const auto reader = foundation_.database.TakeSnapshot();
        ASSIGN_OR_RETURN(
            const auto id,
            records::FindByDocument(*reader, foundation_.vault, document));
        answer::Looked<v1::Person> looked;
        looked.by_document = true;
        if (!id) {
          looked.missed = records::DocumentHash(foundation_.vault, document);
          return looked;
        }
        ASSIGN_OR_RETURN(v1::Person person,
                         ExistingPerson(*reader, foundation_.vault,
                                        records::NameOf("people", *id)));
        HideOfMinor(call, person);
        person.clear_canary();
        looked.response = std::move(person);
        looked.people = {*id};
        return looked;
      });
}

grpc::ServerUnaryReactor* RegistryService::SearchPeople(
    grpc::CallbackServerContext* context,
    const v1::SearchPeopleRequest* request,
    v1::SearchPeopleResponse* response) {
  return answer::Look(
      foundation_, context, "RegistryService.SearchPeople", request, response,
      [this](const Call&, const v1::SearchPeopleRequest& q)
          -> absl::StatusOr<answer::Looked<v1::SearchPeopleResponse>> {
        std::vector<Violation> violations;
        const auto name = identity::NormaliseName(q.query());
        if (!name.ok())
          violations.push_back({"query", std::string(name.status().message())});
        if (name.ok() && identity::DecodeUtf8(name->Reveal())->size() < 2)
          violations.push_back({"query", "give at least two characters"});
        const int size = rpc::PageSize(q.page_size(), violations);
        RETURN_IF_ERROR(rpc::Invalid(violations));
        const auto reader = foundation_.database.TakeSnapshot();
        ASSIGN_OR_RETURN(std::vector<std::string> ids,
                         records::FindByName(*reader, foundation_.vault,
                                             identity::NameSearchKey(*name),
                                             q.page_token(), size + 1));
        answer::Looked<v1::SearchPeopleResponse> out;
        if (static_cast<int>(ids.size()) > size) {
          ids.resize(size);
          out.response.set_next_page_token(ids.back());
        }
        for (const std::string& id : ids) {
          ASSIGN_OR_RETURN(std::optional<v1::Person> person,
                           records::ReadPerson(*reader, foundation_.vault, id));
          if (!person) continue;
          person->clear_canary();
          *out.response.add_people() = *std::move(person);
          out.people.push_back(id);
        }
        return out;
      });
}

grpc::ServerUnaryReactor* RegistryService::ListDueErasures(
    grpc::CallbackServerContext* context,
    const v1::ListDueErasuresRequest* request,
    v1::ListDueErasuresResponse* response) {
  return answer::Look(
      foundation_, context, "RegistryService.ListDueErasures", request,
      response,
      [this](const Call& call, const v1::ListDueErasuresRequest& q)
          -> absl::StatusOr<answer::Looked<v1::ListDueErasuresResponse>> {
        std::vector<Violation> violations;
        const int size = rpc::PageSize(q.page_size(), violations);
        RETURN_IF_ERROR(rpc::Invalid(violations));
        ASSIGN_OR_RETURN(
            DuePage page,
            ListDue(*foundation_.database.TakeSnapshot(), foundation_.vault,
                    *call.policy, q.page_token(), static_cast<size_t>(size),
                    CivilDate::InBeijing(call.now)));
        answer::Looked<v1::ListDueErasuresResponse> out;
        out.response.set_next_page_token(page.last);
        for (v1::DueErasure& due : page.due) {
          out.Saw(due.name());
          *out.response.add_due_erasures() = std::move(due);
        }
        return out;
      });
}

grpc::ServerUnaryReactor* RegistryService::PutEmployer(
    grpc::CallbackServerContext* context, const v1::PutEmployerRequest* request,
    v1::Employer* response) {
  return rpc::Write(
      foundation_, context, "RegistryService.PutEmployer", request, response,
      [this](const Call& call, const v1::PutEmployerRequest& q,
             store::Transaction& t) -> absl::StatusOr<v1::Employer> {
        v1::Employer employer = q.employer();
        std::vector<Violation> violations;
        const auto id = records::IdOf("employers", employer.name());
        const auto uscc = identity::ParseUscc(id.value_or(""));
        if (!uscc.ok())
          violations.push_back(
              {"employer.name", std::string(uscc.status().message())});
        if (employer.display_name().empty())
          violations.push_back({"employer.display_name", "give the name"});
        RETURN_IF_ERROR(rpc::Invalid(violations));
        employer.set_name(records::NameOf("employers", *uscc));
        employer.clear_etag();
        *employer.mutable_update_time() = decision::ToTimestamp(call.now);
        ASSIGN_OR_RETURN(ledger::Change change,
                         ledger::Change::Begin(t, foundation_.vault));
        RETURN_IF_ERROR(change.Put(store::Table::kEmployer, *uscc,
                                   records::Deterministic(employer)));
        RETURN_IF_ERROR(answer::FinishChange(
            change, call, ledger::LeafKind::kChange,
            std::string(store::kSystemOwner), "employer put"));
        employer.set_etag(records::EtagOf(t.revision()));
        return employer;
      });
}

grpc::ServerUnaryReactor* RegistryService::GetEmployer(
    grpc::CallbackServerContext* context, const v1::GetEmployerRequest* request,
    v1::Employer* response) {
  return rpc::Read(
      foundation_, context, "RegistryService.GetEmployer", request, response,
      [this](const Call&,
             const v1::GetEmployerRequest& q) -> absl::StatusOr<v1::Employer> {
        ASSIGN_OR_RETURN(
            const auto version,
            store::ReadVersion(
                foundation_.database.Latest(), store::Table::kEmployer,
                records::IdOf("employers", q.name()).value_or("")));
        if (!version) return rpc::NotFound("employer", q.name());
        v1::Employer employer;
        if (!employer.ParseFromString(version->payload))
          return absl::DataLossError("a stored employer is malformed");
        employer.set_etag(records::EtagOf(version->revision));
        return employer;
      });
}

grpc::ServerUnaryReactor* RegistryService::ErasePerson(
    grpc::CallbackServerContext* context, const v1::ErasePersonRequest* request,
    v1::ErasePersonResponse* response) {
  return rpc::Write(
      foundation_, context, "RegistryService.ErasePerson", request, response,
      [this](const Call& call, const v1::ErasePersonRequest& q,
             store::Transaction& t) { return Erase(foundation_, call, q, t); },
      [request] { return CheckErase(*request); });
}

grpc::ServerUnaryReactor* RegistryService::ExportPerson(
    grpc::CallbackServerContext* context,
    const v1::ExportPersonRequest* request, v1::PersonCopy* response) {
  return answer::Look(
      foundation_, context, "RegistryService.ExportPerson", request, response,
      [this](const Call& call, const v1::ExportPersonRequest& q)
          -> absl::StatusOr<answer::Looked<v1::PersonCopy>> {
        RETURN_IF_ERROR(rpc::CheckTicket(q.ticket_id()));
        const auto reader = foundation_.database.TakeSnapshot();
        ASSIGN_OR_RETURN(v1::PersonCopy copy,
                         CopyOf(*reader, foundation_.vault, *call.policy, q));
        *copy.mutable_time() = decision::ToTimestamp(call.now);
        const bool minor = IsMinor(call, copy.person());
        if (minor && q.ticket_id().empty()) {
          return rpc::Error(absl::StatusCode::kFailedPrecondition,
                            v1::APPROVAL_NEEDED,
                            "a minor's copy is all of the record: propose it "
                            "with a ticket_id, have it approved");
        }
        return answer::Looked<v1::PersonCopy>{
            std::move(copy), {*records::IdOf("people", q.name())}, minor};
      });
}

grpc::ServerUnaryReactor* RegistryService::CountPeople(
    grpc::CallbackServerContext* context, const v1::CountPeopleRequest* request,
    v1::CountPeopleResponse* response) {
  return rpc::Read(
      foundation_, context, "RegistryService.CountPeople", request, response,
      [this](const Call& call, const v1::CountPeopleRequest& q)
          -> absl::StatusOr<v1::CountPeopleResponse> {
        const CivilDate day = CivilDate::FromProto(q.at()).value_or(
            CivilDate::InBeijing(call.now));
        std::map<std::string, bool> high_level;
        for (const policy::Criterion& criterion :
             call.policy->catalogue.criteria) {
          for (const policy::Tier& tier : call.policy->catalogue.tiers) {
            if (tier.code == criterion.tier)
              high_level[criterion.id] =
                  criterion.high_level.value_or(tier.high_level);
          }
        }
        v1::CountPeopleResponse out;
        const auto reader = foundation_.database.TakeSnapshot();
        absl::Status failure;
        RETURN_IF_ERROR(store::ScanVersions(
            *reader, store::Table::kPerson, "",
            [&](std::string_view id, const store::Version& version) {
              const auto bytes = foundation_.vault.OpenFor(
                  *reader, store::Key(store::Table::kPerson).Add(id),
                  version.payload);
              if (absl::IsNotFound(bytes.status())) return true;  // Erased.
              v1::Person person;
              if (!bytes.ok() || !person.ParseFromString(*bytes)) {
                failure = absl::DataLossError("a stored person is malformed");
                return false;
              }
              out.set_people(out.people() + 1);
              bool high = false;
              for (const v1::Fact& fact : person.facts()) {
                if (!decision::ValidOn(fact, day)) continue;
                if (fact.has_talent_category())
                  ++(*out.mutable_by_category())[fact.talent_category().code()];
                if (!fact.has_recognition()) continue;
                ++(*out.mutable_by_criterion())[fact.recognition().criterion()];
                high = high || high_level[fact.recognition().criterion()];
              }
              out.set_high_level(out.high_level() + high);
              return true;
            }));
        RETURN_IF_ERROR(failure);
        return out;
      });
}

grpc::ServerBidiReactor<v1::ImportPeopleRequest, v1::ImportPeopleResponse>*
RegistryService::ImportPeople(grpc::CallbackServerContext* context) {
  return StartImport(foundation_, *context);
}

}  // namespace talentcard::registry
