#include "services/answer/matters.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "engine/decision/view.h"
#include "engine/status_macros.h"
#include "services/answer/disclosure.h"
#include "services/answer/uses.h"
#include "services/records/facts.h"
#include "services/records/matters.h"
#include "services/records/names.h"
#include "services/records/people.h"
#include "services/records/uses.h"
#include "services/rpc/validation.h"

namespace talentcard::answer {
namespace {

// Effects of matters/*.yaml on the use a matter carries.
constexpr char kConfirmUse[] = "confirm-use";
constexpr char kReleaseUse[] = "release-use";

absl::StatusOr<v1::Person> SubjectOf(const store::Reader& reader,
                                     const store::Vault& vault,
                                     const std::string& name) {
  ASSIGN_OR_RETURN(
      std::optional<v1::Person> person,
      records::ReadPerson(reader, vault,
                          records::IdOf("people", name).value_or("-")));
  if (!person) return rpc::NotFound("person", name);
  return *std::move(person);
}

// Who acts, with whom their own record names: nobody acts for their family,
// whichever of the two records says that they are.
absl::StatusOr<workflow::Actor> ActorIn(const store::Reader& reader,
                                        const store::Vault& vault,
                                        const rpc::Call& call) {
  workflow::Actor actor = call.asker.actor;
  if (actor.person.empty()) return actor;
  ASSIGN_OR_RETURN(
      const std::optional<v1::Person> own,
      records::ReadPerson(reader, vault,
                          records::IdOf("people", actor.person).value_or("-")));
  if (!own) return actor;
  for (const v1::Relation& relation : own->relations())
    actor.relatives.push_back(relation.person());
  return actor;
}

absl::Status Recognise(const rpc::Foundation& foundation, const rpc::Call& call,
                       const v1::Matter& matter,
                       const std::map<std::string, std::string>& fields,
                       store::Transaction& transaction,
                       ledger::Change& change) {
  ASSIGN_OR_RETURN(const v1::Person before,
                   SubjectOf(transaction, foundation.vault, matter.subject()));
  v1::Person person = before;
  v1::Fact& fact = *person.add_facts();
  records::StampFact(foundation.vault.random(), call.asker.actor.ToString(),
                     call.now, person, fact);
  *fact.mutable_valid_from() = CivilDate::InBeijing(call.now).ToProto();
  const auto field = [&](const char* name) {
    const auto it = fields.find(name);
    return it == fields.end() ? std::string() : it->second;
  };
  v1::Recognition& recognition = *fact.mutable_recognition();
  recognition.set_criterion(field("criterion"));
  recognition.set_route(field("route"));
  recognition.set_series(field("series"));
  recognition.set_matter(matter.name());
  *person.mutable_update_time() = decision::ToTimestamp(call.now);
  return records::WritePerson(transaction, foundation.vault, change, before,
                              person);
}

absl::Status MoveItsUse(const rpc::Foundation& foundation,
                        const rpc::Call& call, const v1::Matter& matter,
                        v1::Use::State to, store::Transaction& transaction,
                        ledger::Change& change) {
  const auto name = matter.fields().find("use");
  if (name == matter.fields().end()) return absl::OkStatus();
  ASSIGN_OR_RETURN(
      std::optional<v1::Use> use,
      records::ReadUse(transaction, foundation.vault,
                       records::IdOf("uses", name->second).value_or("-")));
  if (!use || use->state() != v1::Use::RESERVED) return absl::OkStatus();
  return MoveUse(foundation, call, *use, to, transaction, change);
}

// Whether matters of a kind end by confirming or releasing what a decision
// reserved.
bool UsesUp(const policy::Policy& policy, const std::string& kind) {
  const auto found = policy.matters.find(kind);
  if (found == policy.matters.end()) return false;
  for (const policy::MatterState& state : found->second.states) {
    for (const policy::MatterActionRule& action : state.actions) {
      for (const policy::Effect& effect : action.effects) {
        if (effect.kind == kConfirmUse || effect.kind == kReleaseUse)
          return true;
      }
    }
  }
  return false;
}

}  // namespace

absl::StatusOr<v1::Matter> OpenMatter(const rpc::Foundation& foundation,
                                      const rpc::Call& call,
                                      const v1::Matter& draft,
                                      const std::string& use,
                                      store::Transaction& transaction,
                                      ledger::Change& change) {
  if (use.empty() && UsesUp(*call.policy, draft.kind())) {
    return rpc::Invalid(
        {{"matter.kind",
          absl::StrCat(
              "`", draft.kind(),
              "` uses up a right; open it at the desk that decides on "
              "that right, e.g. SpousePlacementService.OpenPlacement / "
              "该事项须由受理该待遇的窗口开立")}});
  }
  ASSIGN_OR_RETURN(const v1::Person subject,
                   SubjectOf(transaction, foundation.vault, draft.subject()));
  ASSIGN_OR_RETURN(const workflow::Actor actor,
                   ActorIn(transaction, foundation.vault, call));
  ASSIGN_OR_RETURN(v1::Matter matter, workflow::Open(*call.policy, draft,
                                                     subject, actor, call.now));
  RETURN_IF_ERROR(CheckOpening(
      foundation, Known::Before(foundation, transaction), call, matter));
  matter.mutable_fields()->erase("use");  // Nobody names another's.
  if (!use.empty()) (*matter.mutable_fields())["use"] = use;
  matter.set_name(
      records::NameOf("matters", foundation.vault.random().NewId()));
  matter.mutable_history(0)->set_log_index(
      static_cast<int64_t>(change.log_index()));
  RETURN_IF_ERROR(records::WriteMatter(transaction, foundation.vault, change,
                                       std::nullopt, matter));
  matter.set_etag(records::EtagOf(transaction.revision()));
  return matter;
}

absl::StatusOr<v1::Matter> ActOnMatter(const rpc::Foundation& foundation,
                                       const rpc::Call& call,
                                       const std::string& name,
                                       const std::string& etag,
                                       const workflow::Event& event,
                                       store::Transaction& transaction,
                                       ledger::Change& change) {
  ASSIGN_OR_RETURN(
      const std::optional<v1::Matter> before,
      records::ReadMatter(transaction, foundation.vault,
                          records::IdOf("matters", name).value_or("-")));
  if (!before) return rpc::NotFound("matter", name);
  RETURN_IF_ERROR(CheckAction(foundation,
                              Known::Before(foundation, transaction), call,
                              *before, event.action));
  if (!etag.empty() && etag != before->etag()) {
    return rpc::Error(absl::StatusCode::kAborted, v1::ETAG_MISMATCH,
                      "the matter was changed meanwhile; read again");
  }
  ASSIGN_OR_RETURN(const v1::Person subject,
                   SubjectOf(transaction, foundation.vault, before->subject()));
  workflow::Event acted = event;
  ASSIGN_OR_RETURN(acted.actor, ActorIn(transaction, foundation.vault, call));
  ASSIGN_OR_RETURN(workflow::Step step,
                   workflow::Apply(*call.policy, *before, subject, acted));
  v1::Matter& matter = step.matter;
  matter.mutable_history(matter.history_size() - 1)
      ->set_log_index(static_cast<int64_t>(change.log_index()));
  for (const workflow::Consequence& consequence : step.consequences) {
    if (consequence.kind == "add-recognition") {
      RETURN_IF_ERROR(Recognise(foundation, call, matter, consequence.fields,
                                transaction, change));
    } else {
      const auto state = consequence.kind == kConfirmUse ? v1::Use::CONFIRMED
                                                         : v1::Use::RELEASED;
      RETURN_IF_ERROR(
          MoveItsUse(foundation, call, matter, state, transaction, change));
    }
  }
  RETURN_IF_ERROR(records::WriteMatter(transaction, foundation.vault, change,
                                       before, matter));
  matter.set_etag(records::EtagOf(transaction.revision()));
  return matter;
}

}  // namespace talentcard::answer
