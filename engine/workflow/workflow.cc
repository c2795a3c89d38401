#include "engine/workflow/workflow.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/cel/evaluate.h"
#include "engine/decision/assess.h"
#include "engine/decision/view.h"
#include "engine/policy/environment.h"
#include "engine/status_macros.h"

namespace talentcard::workflow {
namespace {

using decision::ToTime;
using decision::ToTimestamp;

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

// When the matter came into its present state.
absl::Time Entered(const v1::Matter& matter) {
  absl::Time entered = ToTime(matter.create_time());
  for (const v1::MatterEvent& event : matter.history()) {
    if (event.from_state() != event.to_state()) entered = ToTime(event.time());
  }
  return entered;
}

// The instant a span after `from`: the end of its last day.
absl::Time After(const policy::Policy& policy, const policy::Span& span,
                 absl::Time from) {
  const CivilDate day = CivilDate::InBeijing(from);
  const std::vector<cel::Value> variables = decision::Variables(policy, day);
  const cel::Value days = cel::Evaluate(*span.days.program, {variables});
  const int n =
      days.kind() == cel::Value::Kind::kInt
          ? static_cast<int>(std::clamp<int64_t>(days.as_int(), 0, 3660))
          : 0;
  return (span.working ? policy.calendar.AddWorkingDays(day, n)
                       : day.AddDays(n))
      .EndInBeijing();
}

std::vector<std::string> Allowed(const policy::Policy& policy,
                                 const policy::MatterField& field) {
  std::vector<std::string> values;
  if (field.one_of.size() != 1) return field.one_of;
  const std::string& list = field.one_of[0];
  if (list == "criteria") {
    for (const auto& criterion : policy.catalogue.criteria)
      values.push_back(criterion.id);
  } else if (list == "routes") {
    for (const auto& route : policy.catalogue.routes)
      values.push_back(route.code);
  } else if (list == "series") {
    for (const auto& series : policy.catalogue.series)
      values.push_back(series.code);
  } else if (list != "people" && list != "employers") {
    values = field.one_of;
  }
  return values;
}

template <typename Fields>
void CheckFields(const policy::Policy& policy,
                 const std::vector<policy::MatterField>& wanted,
                 const Fields& given, std::vector<std::string>& mistakes) {
  for (const policy::MatterField& field : wanted) {
    const auto it = given.find(field.id);
    const std::string value = it == given.end() ? "" : it->second;
    if (value.empty()) {
      if (field.required)
        mistakes.push_back(absl::StrCat("fields.", field.id, ": give ",
                                        field.name.en, " (", field.name.zh,
                                        ")"));
      continue;
    }
    const std::vector<std::string> allowed = Allowed(policy, field);
    if (!allowed.empty() &&
        std::find(allowed.begin(), allowed.end(), value) == allowed.end()) {
      mistakes.push_back(
          absl::StrCat("fields.", field.id, ": `", value,
                       "` is not one of those allowed; did you mean `",
                       cel::NearestOf(value, allowed), "`?"));
    }
  }
  for (const auto& [id, value] : given) {
    const bool known = std::any_of(wanted.begin(), wanted.end(),
                                   [&](const auto& f) { return f.id == id; });
    if (!known)
      mistakes.push_back(absl::StrCat("fields.", id, ": no such field"));
    if (value.size() > 2000)
      mistakes.push_back(
          absl::StrCat("fields.", id, ": longer than 2000 bytes"));
  }
}

absl::Status Mistakes(const std::vector<std::string>& mistakes) {
  if (mistakes.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrJoin(mistakes, "\n"));
}

// Owner, deadlines and name of the state the matter is in now.
void EnterState(const policy::Policy& policy, const policy::MatterState& state,
                absl::Time now, v1::Matter& matter) {
  matter.set_state(state.id);
  matter.mutable_state_name()->set_zh(state.name.zh);
  matter.mutable_state_name()->set_en(state.name.en);
  matter.set_closed(state.closed);
  // A clerk's step belongs to the desk that took the matter in.
  matter.set_owner(state.owner == "clerk" && !matter.station().empty()
                       ? absl::StrCat("clerk@", matter.station())
                       : state.owner);
  matter.clear_acknowledge_by();
  matter.clear_due();
  if (state.acknowledge_within)
    *matter.mutable_acknowledge_by() =
        ToTimestamp(After(policy, *state.acknowledge_within, now));
  if (state.due_within)
    *matter.mutable_due() = ToTimestamp(After(policy, *state.due_within, now));
}

bool Related(const v1::Person& subject, const std::string& person) {
  if (person.empty()) return false;
  return subject.name() == person ||
         std::any_of(
             subject.relations().begin(), subject.relations().end(),
             [&](const v1::Relation& r) { return r.person() == person; });
}

absl::Status MayAct(const policy::MatterActionRule& action,
                    const v1::Matter& matter, const v1::Person& subject,
                    const Actor& actor) {
  if (std::find(action.by.begin(), action.by.end(), actor.kind) ==
      action.by.end()) {
    return absl::PermissionDeniedError(
        absl::StrCat("`", action.id, "` is for ",
                     absl::StrJoin(action.by, ", "), ", not for ", actor.kind));
  }
  if (action.not_own_family && Related(subject, actor.person)) {
    return absl::PermissionDeniedError(
        "nobody acts on a matter of their own or of their family; hand it to a "
        "colleague (回避)");
  }
  for (const v1::MatterEvent& event : matter.history()) {
    const bool excludes =
        std::find(action.not_same_person_as.begin(),
                  action.not_same_person_as.end(),
                  event.action()) != action.not_same_person_as.end();
    const std::string staff = event.actor().substr(event.actor().find(':') + 1);
    const std::string mine = actor.ToString().substr(actor.kind.size() + 1);
    if (excludes && staff == mine) {
      return absl::PermissionDeniedError(
          absl::StrCat("whoever did `", event.action(), "` cannot do `",
                       action.id, "`: four eyes; another officer has to"));
    }
  }
  return absl::OkStatus();
}

absl::Status Requirement(const policy::Policy& policy,
                         const policy::MatterActionRule& action,
                         const v1::Matter& matter, const v1::Person& subject,
                         absl::Time now) {
  if (!action.requires_) return absl::OkStatus();
  const CivilDate day = CivilDate::InBeijing(now);
  const v1::PersonView holder = decision::ViewPerson(subject, day, true);
  std::vector<cel::Value> variables = decision::Variables(policy, day);
  variables[policy::kHolder] = cel::Value::Message(holder);
  std::vector<std::pair<cel::Value, cel::Value>> fields;
  for (const policy::MatterField& field :
       FindKind(policy, matter.kind())->fields) {
    const std::string& id = field.id;
    if (!matter.fields().contains(id))
      fields.emplace_back(cel::Value::String(id), cel::Value::String(""));
  }
  for (const auto& [id, value] : matter.fields())
    fields.emplace_back(cel::Value::String(id), cel::Value::String(value));
  variables[policy::kFields] = cel::Value::Map(std::move(fields));
  const auto offers = std::count_if(
      matter.history().begin(), matter.history().end(),
      [](const v1::MatterEvent& e) { return e.action() == "offer"; });
  variables[policy::kOffers] = cel::Value::Int(offers);
  if (cel::Evaluate(*action.requires_->program, {variables}).is_true())
    return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      action.requires_text.en, " (", action.requires_text.zh, ")"));
}

absl::Status InTime(const policy::Policy& policy,
                    const policy::MatterActionRule& action,
                    const v1::Matter& matter, absl::Time now) {
  const absl::Time entered = Entered(matter);
  if (action.not_before && now < After(policy, *action.not_before, entered)) {
    const CivilDate first =
        CivilDate::InBeijing(After(policy, *action.not_before, entered));
    return absl::FailedPreconditionError(absl::StrCat(
        "`", action.id, "` can be done from ", first.ToString(), " on"));
  }
  if (action.not_after && now >= After(policy, *action.not_after, entered)) {
    return absl::FailedPreconditionError(
        absl::StrCat("the time for `", action.id, "` is over"));
  }
  return absl::OkStatus();
}

absl::Status HasEvidence(const policy::MatterActionRule& action,
                         const v1::Matter& matter) {
  std::vector<std::string> missing;
  for (const std::string& kind : action.evidence) {
    const bool there =
        std::any_of(matter.evidence().begin(), matter.evidence().end(),
                    [&](const v1::Evidence& e) { return e.kind() == kind; });
    if (!there) missing.push_back(kind);
  }
  if (missing.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("evidence is missing: ", absl::StrJoin(missing, ", ")));
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
    return absl::PermissionDeniedError(
        absl::StrCat("`", kind->id, "` is opened by ",
                     absl::StrJoin(kind->opened_by, ", ")));
  }
  if (Related(subject, actor.person)) {
    return absl::PermissionDeniedError(
        "nobody opens a matter of their own or of their family; hand it to a "
        "colleague (回避)");
  }
  std::vector<std::string> mistakes;
  CheckFields(policy, kind->fields, draft.fields(), mistakes);
  RETURN_IF_ERROR(Mistakes(mistakes));
  v1::Matter matter;
  matter.set_kind(kind->id);
  matter.set_subject(subject.name());
  matter.set_station(draft.station().empty() ? actor.institution
                                             : draft.station());
  *matter.mutable_fields() = draft.fields();
  *matter.mutable_evidence() = draft.evidence();
  *matter.mutable_create_time() = ToTimestamp(now);
  *matter.mutable_update_time() = ToTimestamp(now);
  *matter.mutable_acceptance_date() = CivilDate::InBeijing(now).ToProto();
  matter.set_policy_digest(policy.digest);
  v1::MatterEvent& event = *matter.add_history();
  event.set_action("open");
  event.set_to_state(kind->initial);
  event.set_actor(actor.ToString());
  *event.mutable_time() = ToTimestamp(now);
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
    return absl::FailedPreconditionError(absl::StrCat(
        "the rules no longer know the state `", matter.state(), "`"));
  }
  const auto action = std::find_if(
      state->actions.begin(), state->actions.end(),
      [&](const policy::MatterActionRule& a) { return a.id == event.action; });
  if (action == state->actions.end()) {
    return absl::FailedPreconditionError(
        absl::StrCat("`", event.action, "` cannot be done in state ", state->id,
                     " (", state->name.zh, ")"));
  }
  RETURN_IF_ERROR(MayAct(*action, matter, subject, event.actor));
  std::vector<std::string> mistakes;
  CheckFields(policy, action->fields, event.fields, mistakes);
  RETURN_IF_ERROR(Mistakes(mistakes));
  Step step{matter, {}};
  for (const auto& [id, value] : event.fields)
    (*step.matter.mutable_fields())[id] = value;
  for (const v1::Evidence& evidence : event.evidence)
    *step.matter.add_evidence() = evidence;
  RETURN_IF_ERROR(HasEvidence(*action, step.matter));
  RETURN_IF_ERROR(InTime(policy, *action, matter, event.time));
  RETURN_IF_ERROR(
      Requirement(policy, *action, step.matter, subject, event.time));
  v1::MatterEvent& record = *step.matter.add_history();
  record.set_action(event.action);
  record.set_from_state(state->id);
  record.set_to_state(action->to);
  record.set_actor(event.actor.ToString());
  record.set_comment(event.comment);
  *record.mutable_time() = ToTimestamp(event.time);
  for (const auto& [id, value] : event.fields)
    (*record.mutable_fields())[id] = value;
  *step.matter.mutable_update_time() = ToTimestamp(event.time);
  EnterState(policy, *FindState(*kind, action->to), event.time, step.matter);
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
    v1::MatterAction action;
    action.set_action(rule.id);
    action.mutable_name()->set_zh(rule.name.zh);
    action.mutable_name()->set_en(rule.name.en);
    for (const std::string& role : rule.by) action.add_roles(role);
    if (rule.not_before)
      *action.mutable_not_before() =
          ToTimestamp(After(policy, *rule.not_before, Entered(matter)));
    if (const absl::Status late = InTime(policy, rule, matter, now);
        !late.ok()) {
      const bool early = rule.not_before && now < ToTime(action.not_before());
      action.mutable_blocked()->set_en(std::string(late.message()));
      action.mutable_blocked()->set_zh(early ? "期限未到" : "期限已过");
    }
    available.push_back(std::move(action));
  }
  return available;
}

}  // namespace talentcard::workflow
