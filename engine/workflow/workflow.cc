#include "engine/workflow/workflow.h"

#include <algorithm>
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/decision/view.h"
#include "engine/status_macros.h"
#include "engine/workflow/checks.h"

namespace talentcard::workflow {
namespace {

using decision::ToTime;
using decision::ToTimestamp;

// The role whose steps belong to the desk that took the matter in.
constexpr char kDeskRole[] = "clerk";

const policy::MatterKind* FindKind(const policy::Policy& policy,
                                   const std::string& id) {
  const auto it = policy.matters.find(id);
  return it == policy.matters.end() ? nullptr : &it->second;
}

const policy::MatterState* FindState(const policy::MatterKind& kind,
                                     const std::string& id) {
  for (const policy::MatterState& state : kind.states) {
    if (state.id == id) return &state;
  }
  return nullptr;
}

absl::Status AllAtOnce(const std::vector<std::string>& mistakes) {
  if (mistakes.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrJoin(mistakes, "\n"));
}

// Owner, deadlines and name of the state the matter comes into.
void EnterState(const policy::Policy& policy, const policy::MatterState& state,
                absl::Time now, v1::Matter& matter) {
  matter.set_state(state.id);
  matter.mutable_state_name()->set_zh(state.name.zh);
  matter.mutable_state_name()->set_en(state.name.en);
  matter.set_closed(state.closed);
  const bool at_desk = state.owner == kDeskRole && !matter.station().empty();
  matter.set_owner(at_desk ? absl::StrCat(state.owner, "@", matter.station())
                           : state.owner);
  matter.clear_acknowledge_by();
  matter.clear_due();
  if (state.acknowledge_within) {
    *matter.mutable_acknowledge_by() =
        ToTimestamp(After(policy, *state.acknowledge_within, now));
  }
  if (state.due_within) {
    const absl::Time from =
        state.due_within->from_opened ? ToTime(matter.create_time()) : now;
    *matter.mutable_due() = ToTimestamp(After(policy, *state.due_within, from));
  }
}

void Record(const Event& event, const std::string& from, const std::string& to,
            v1::Matter& matter) {
  v1::MatterEvent& record = *matter.add_history();
  record.set_action(event.action);
  record.set_from_state(from);
  record.set_to_state(to);
  record.set_actor(event.actor.ToString());
  record.set_comment(event.comment);
  *record.mutable_time() = ToTimestamp(event.time);
  for (const auto& [id, value] : event.fields)
    (*record.mutable_fields())[id] = value;
  *matter.mutable_update_time() = ToTimestamp(event.time);
}

std::vector<Consequence> ConsequencesOf(const policy::MatterActionRule& action,
                                        const v1::Matter& matter) {
  std::vector<Consequence> out;
  for (const policy::Effect& effect : action.effects) {
    Consequence consequence{effect.kind, {}};
    for (const auto& [name, field] : effect.fields) {
      const auto it = matter.fields().find(field);
      if (it != matter.fields().end()) consequence.fields[name] = it->second;
    }
    out.push_back(std::move(consequence));
  }
  return out;
}

// Whether the requirement can only be judged once the action's fields are
// given.
bool WaitsForFields(const policy::MatterActionRule& action) {
  return action.requires_ && !action.fields.empty() &&
         absl::StrContains(action.requires_->source, "fields");
}

v1::MatterAction Describe(const policy::Policy& policy,
                          const policy::MatterActionRule& rule,
                          const v1::Matter& matter) {
  v1::MatterAction action;
  action.set_action(rule.id);
  action.mutable_name()->set_zh(rule.name.zh);
  action.mutable_name()->set_en(rule.name.en);
  for (const std::string& role : rule.by) action.add_roles(role);
  if (rule.not_before)
    *action.mutable_not_before() =
        ToTimestamp(After(policy, *rule.not_before, Entered(matter)));
  return action;
}

void Block(const MaybeRefusal& refusal, v1::MatterAction& action) {
  if (!refusal || action.has_blocked()) return;
  action.mutable_blocked()->set_zh(refusal->text.zh);
  action.mutable_blocked()->set_en(refusal->text.en);
}

}  // namespace

std::string Actor::ToString() const {
  return absl::StrCat(kind, ":", staff, "@", institution);
}

absl::StatusOr<v1::Matter> Open(const policy::Policy& policy,
                                const v1::Matter& draft,
                                const v1::Person& subject, const Actor& actor,
                                absl::Time now) {
  const policy::MatterKind* kind = FindKind(policy, draft.kind());
  if (kind == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("kind: there is no matter `", draft.kind(), "`"));
  }
  if (std::find(kind->opened_by.begin(), kind->opened_by.end(), actor.kind) ==
      kind->opened_by.end()) {
    const std::string openers = absl::StrJoin(kind->opened_by, ", ");
    return absl::PermissionDeniedError(absl::StrCat(
        "`", kind->id, "` is opened by ", openers, " (由", openers, "发起)"));
  }
  // An employer may open one for its staff, but nobody for their family.
  Actor person = actor;
  person.institution.clear();
  if (Involved(draft, subject, person)) {
    return absl::PermissionDeniedError(
        "nobody opens a matter of their own or of their family; hand it to a "
        "colleague (本人、亲属的办件应当回避)");
  }
  const Event opening{"open",
                      actor,
                      "",
                      {draft.fields().begin(), draft.fields().end()},
                      {draft.evidence().begin(), draft.evidence().end()},
                      now};
  std::vector<std::string> mistakes;
  CheckFields(policy, kind->fields, opening.fields, mistakes);
  CheckRoute(policy, *kind, opening.fields, mistakes);
  CheckEvidence(policy, opening.evidence, mistakes);
  RETURN_IF_ERROR(AllAtOnce(mistakes));
  v1::Matter matter;
  matter.set_kind(kind->id);
  matter.set_subject(subject.name());
  matter.set_station(draft.station());
  if (draft.station().empty() &&
      absl::StartsWith(actor.institution, "stations/")) {
    matter.set_station(actor.institution);
  }
  *matter.mutable_fields() = draft.fields();
  *matter.mutable_evidence() = draft.evidence();
  *matter.mutable_create_time() = ToTimestamp(now);
  *matter.mutable_acceptance_date() = CivilDate::InBeijing(now).ToProto();
  matter.set_policy_digest(policy.digest);
  Record(opening, "", kind->initial, matter);
  matter.mutable_history(0)->clear_fields();
  EnterState(policy, *FindState(*kind, kind->initial), now, matter);
  return matter;
}

absl::StatusOr<Step> Apply(const policy::Policy& policy,
                           const v1::Matter& matter, const v1::Person& subject,
                           const Event& event) {
  const policy::MatterKind* kind = FindKind(policy, matter.kind());
  const policy::MatterState* state =
      kind ? FindState(*kind, matter.state()) : nullptr;
  if (state == nullptr) {
    return absl::FailedPreconditionError(
        absl::StrCat("the rules no longer know the state `", matter.state(),
                     "` (规则中已无该状态)"));
  }
  const auto action = std::find_if(
      state->actions.begin(), state->actions.end(),
      [&](const policy::MatterActionRule& a) { return a.id == event.action; });
  if (action == state->actions.end()) {
    return absl::FailedPreconditionError(
        absl::StrCat("`", event.action, "` cannot be done in state ", state->id,
                     " (“", state->name.zh, "”中不能办理)"));
  }
  if (const auto refusal = WrongActor(*action, matter, subject, event.actor))
    return refusal->ToStatus();
  std::vector<std::string> mistakes;
  CheckFields(policy, action->fields, event.fields, mistakes);
  CheckEvidence(policy, event.evidence, mistakes);
  RETURN_IF_ERROR(AllAtOnce(mistakes));
  Step step{matter, {}};
  for (const auto& [id, value] : event.fields)
    (*step.matter.mutable_fields())[id] = value;
  for (const v1::Evidence& evidence : event.evidence)
    *step.matter.add_evidence() = evidence;
  if (step.matter.evidence_size() > kMostEvidence) {
    return absl::FailedPreconditionError(
        absl::StrCat("a matter has at most ", kMostEvidence,
                     " pieces of evidence (证明材料过多)"));
  }
  if (const auto refusal = MissingEvidence(*action, step.matter))
    return refusal->ToStatus();
  if (const auto refusal = WrongTime(policy, *action, matter, event.time))
    return refusal->ToStatus();
  if (const auto refusal =
          Unmet(policy, *kind, *action, step.matter, subject, event.time))
    return refusal->ToStatus();
  Record(event, state->id, action->to, step.matter);
  if (action->to == state->id) {
    // Somebody has taken it up; the deadline of the step stays.
    step.matter.clear_acknowledge_by();
  } else {
    EnterState(policy, *FindState(*kind, action->to), event.time, step.matter);
  }
  step.consequences = ConsequencesOf(*action, step.matter);
  return step;
}

std::vector<v1::MatterAction> Available(const policy::Policy& policy,
                                        const v1::Matter& matter,
                                        absl::Time now) {
  std::vector<v1::MatterAction> available;
  const policy::MatterKind* kind = FindKind(policy, matter.kind());
  const policy::MatterState* state =
      kind ? FindState(*kind, matter.state()) : nullptr;
  if (state == nullptr) return available;
  for (const policy::MatterActionRule& rule : state->actions) {
    available.push_back(Describe(policy, rule, matter));
    Block(WrongTime(policy, rule, matter, now), available.back());
  }
  return available;
}

std::vector<v1::MatterAction> Available(const policy::Policy& policy,
                                        const v1::Matter& matter,
                                        const v1::Person& subject,
                                        const Actor& actor, absl::Time now) {
  std::vector<v1::MatterAction> available;
  const policy::MatterKind* kind = FindKind(policy, matter.kind());
  const policy::MatterState* state =
      kind ? FindState(*kind, matter.state()) : nullptr;
  if (state == nullptr) return available;
  for (const policy::MatterActionRule& rule : state->actions) {
    v1::MatterAction action = Describe(policy, rule, matter);
    Block(WrongActor(rule, matter, subject, actor), action);
    Block(WrongTime(policy, rule, matter, now), action);
    if (!WaitsForFields(rule))
      Block(Unmet(policy, *kind, rule, matter, subject, now), action);
    available.push_back(std::move(action));
  }
  return available;
}

Lateness Overdue(const policy::Policy& policy, const v1::Matter& matter,
                 absl::Time now) {
  Lateness late;
  if (matter.closed()) return late;
  late.acknowledgement =
      matter.has_acknowledge_by() && now >= ToTime(matter.acknowledge_by());
  late.step = matter.has_due() && now >= ToTime(matter.due());
  const policy::MatterKind* kind = FindKind(policy, matter.kind());
  if (kind != nullptr && (late.acknowledgement || late.step))
    late.escalates_to = kind->escalates_to;
  return late;
}

}  // namespace talentcard::workflow
