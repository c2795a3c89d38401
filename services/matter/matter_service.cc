#include "services/matter/matter_service.h"

#include <algorithm>
#include <optional>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "engine/decision/view.h"
#include "engine/workflow/workflow.h"
#include "services/answer/disclosure.h"
#include "services/answer/look.h"
#include "services/answer/matters.h"
#include "services/answer/record.h"
#include "services/records/matters.h"
#include "services/records/names.h"
#include "services/records/people.h"
#include "services/rpc/validation.h"

namespace talentcard::matter {
namespace {

using answer::Known;
using rpc::Call;
using rpc::Violation;

absl::StatusOr<v1::Matter> Existing(const store::Reader& reader,
                                    const store::Vault& vault,
                                    const std::string& name) {
  ASSIGN_OR_RETURN(
      std::optional<v1::Matter> matter,
      records::ReadMatter(reader, vault,
                          records::IdOf("matters", name).value_or("-")));
  if (!matter) return rpc::NotFound("matter", name);
  return *std::move(matter);
}

// Whether the person works for the asker, who may then see what runs there.
absl::StatusOr<bool> IsOwnPerson(const store::Reader& reader,
                                 const store::Vault& vault, const Call& call,
                                 const std::string& name) {
  ASSIGN_OR_RETURN(
      const std::optional<v1::Person> person,
      records::ReadPerson(reader, vault,
                          records::IdOf("people", name).value_or("-")));
  if (!person) return false;
  const CivilDate today = CivilDate::InBeijing(call.now);
  return std::any_of(
      person->facts().begin(), person->facts().end(), [&](const v1::Fact& f) {
        return f.has_employment() && decision::ValidOn(f, today) &&
               call.Owns(f.employment().employer());
      });
}

// Under `own` an employer is told of its own people, and a department of what
// it owns; another's is not there for it.
absl::StatusOr<bool> MaySee(const store::Reader& reader,
                            const store::Vault& vault, const Call& call,
                            const std::string& subject,
                            const std::string& owner) {
  if (call.rule->relation != "own") return true;
  if (call.asker.actor.kind == "employer")
    return IsOwnPerson(reader, vault, call, subject);
  return call.OwnsAsKind(owner);
}

// Of what departments own: whether it was handed to another than the asker's.
bool IsAnothers(const Call& call, const v1::Matter& matter) {
  const auto department = matter.fields().find("department");
  return department != matter.fields().end() &&
         !call.Owns(records::NameOf("departments", department->second));
}

// What the asker sees of a matter they just opened or moved.
absl::StatusOr<v1::Matter> Shown(const rpc::Foundation& foundation,
                                 const Call& call,
                                 const store::Transaction& transaction,
                                 v1::Matter matter) {
  const std::string name = matter.name();
  ASSIGN_OR_RETURN(
      std::optional<v1::Matter> seen,
      answer::SeenBy(foundation, Known::Before(foundation, transaction), call,
                     std::move(matter)));
  if (!seen) return rpc::NotFound("matter", name);
  return *std::move(seen);
}

// Adds a matter as the asker sees it, and whom it is about.
absl::Status Show(const rpc::Foundation& foundation, const Known& known,
                  const Call& call, v1::Matter matter,
                  answer::Looked<v1::ListMattersResponse>& out) {
  ASSIGN_OR_RETURN(std::optional<v1::Matter> seen,
                   answer::SeenBy(foundation, known, call, std::move(matter)));
  if (!seen) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::vector<std::string> people,
                   answer::PeopleIn(known, call, *seen));
  for (const std::string& person : people) out.Saw(person);
  *out.response.add_matters() = *std::move(seen);
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* MatterService::OpenMatter(
    grpc::CallbackServerContext* context, const v1::OpenMatterRequest* request,
    v1::Matter* response) {
  return rpc::Write(
      foundation_, context, "MatterService.OpenMatter", request, response,
      [this](const Call& call, const v1::OpenMatterRequest& q,
             store::Transaction& t) -> absl::StatusOr<v1::Matter> {
        ASSIGN_OR_RETURN(const bool own,
                         MaySee(t, foundation_.vault, call,
                                q.matter().subject(), /*owner=*/""));
        if (!own) return rpc::NotFound("person", q.matter().subject());
        ASSIGN_OR_RETURN(ledger::Change change,
                         ledger::Change::Begin(t, foundation_.vault));
        ASSIGN_OR_RETURN(const v1::Matter matter,
                         answer::OpenMatter(foundation_, call, q.matter(),
                                            /*use=*/"", t, change));
        RETURN_IF_ERROR(answer::FinishChange(
            change, call, ledger::LeafKind::kChange,
            *records::IdOf("people", matter.subject()),
            absl::StrCat("matter ", matter.kind(), " opened")));
        return Shown(foundation_, call, t, matter);
      });
}

grpc::ServerUnaryReactor* MatterService::ActOnMatter(
    grpc::CallbackServerContext* context, const v1::ActOnMatterRequest* request,
    v1::Matter* response) {
  return rpc::Write(
      foundation_, context, "MatterService.ActOnMatter", request, response,
      [this](const Call& call, const v1::ActOnMatterRequest& q,
             store::Transaction& t) -> absl::StatusOr<v1::Matter> {
        workflow::Event event{q.action(),
                              call.asker.actor,
                              q.comment(),
                              {q.fields().begin(), q.fields().end()},
                              {q.evidence().begin(), q.evidence().end()},
                              call.now};
        ASSIGN_OR_RETURN(ledger::Change change,
                         ledger::Change::Begin(t, foundation_.vault));
        ASSIGN_OR_RETURN(const v1::Matter matter,
                         answer::ActOnMatter(foundation_, call, q.name(),
                                             q.etag(), event, t, change));
        RETURN_IF_ERROR(answer::FinishChange(
            change, call, ledger::LeafKind::kChange,
            *records::IdOf("people", matter.subject()),
            absl::StrCat("matter ", matter.kind(), ": ", q.action())));
        return Shown(foundation_, call, t, matter);
      });
}

grpc::ServerUnaryReactor* MatterService::GetMatter(
    grpc::CallbackServerContext* context, const v1::GetMatterRequest* request,
    v1::Matter* response) {
  return answer::Look(
      foundation_, context, "MatterService.GetMatter", request, response,
      [this](const Call& call, const v1::GetMatterRequest& q)
          -> absl::StatusOr<answer::Looked<v1::Matter>> {
        const auto known = Known::Now(foundation_);
        ASSIGN_OR_RETURN(const v1::Matter matter,
                         Existing(known.reader(), foundation_.vault, q.name()));
        ASSIGN_OR_RETURN(const bool own,
                         MaySee(known.reader(), foundation_.vault, call,
                                matter.subject(), matter.owner()));
        if (!own) return rpc::NotFound("matter", q.name());
        ASSIGN_OR_RETURN(std::optional<v1::Matter> seen,
                         answer::SeenBy(foundation_, known, call, matter));
        if (!seen) return rpc::NotFound("matter", q.name());
        ASSIGN_OR_RETURN(const std::vector<std::string> people,
                         answer::PeopleIn(known, call, matter));
        answer::Looked<v1::Matter> out{*std::move(seen)};
        for (const std::string& person : people) out.Saw(person);
        return out;
      });
}

grpc::ServerUnaryReactor* MatterService::ListMatters(
    grpc::CallbackServerContext* context, const v1::ListMattersRequest* request,
    v1::ListMattersResponse* response) {
  return answer::Look(
      foundation_, context, "MatterService.ListMatters", request, response,
      [this](const Call& call, const v1::ListMattersRequest& q)
          -> absl::StatusOr<answer::Looked<v1::ListMattersResponse>> {
        std::vector<Violation> violations;
        const int size = rpc::PageSize(q.page_size(), violations);
        if (q.owner().empty() == q.subject().empty())
          violations.push_back({"owner", "give either an owner or a subject"});
        RETURN_IF_ERROR(rpc::Invalid(violations));
        const auto known = Known::Now(foundation_);
        const store::Reader& reader = known.reader();
        answer::Looked<v1::ListMattersResponse> out;
        const auto show = [&](v1::Matter& matter) {
          return Show(foundation_, known, call, std::move(matter), out);
        };
        ASSIGN_OR_RETURN(const bool own, MaySee(reader, foundation_.vault, call,
                                                q.subject(), q.owner()));
        if (!own) return out;
        const auto wanted = [&](const v1::Matter& matter) {
          return !q.has_due_before() ||
                 (matter.has_due() && decision::ToTime(matter.due()) <
                                          decision::ToTime(q.due_before()));
        };
        if (!q.subject().empty()) {
          ASSIGN_OR_RETURN(
              std::vector<v1::Matter> matters,
              records::MattersOf(
                  reader, foundation_.vault,
                  records::IdOf("people", q.subject()).value_or("-")));
          for (v1::Matter& matter : matters) {
            if (wanted(matter)) RETURN_IF_ERROR(show(matter));
          }
          return out;
        }
        ASSIGN_OR_RETURN(records::OwnedMatters page,
                         records::MattersOwnedBy(
                             reader, foundation_.vault, q.owner(),
                             absl::HexStringToBytes(q.page_token()), size));
        for (v1::Matter& matter : page.matters) {
          if (wanted(matter) && !IsAnothers(call, matter))
            RETURN_IF_ERROR(show(matter));
        }
        out.response.set_next_page_token(absl::BytesToHexString(page.next));
        return out;
      });
}

}  // namespace talentcard::matter
