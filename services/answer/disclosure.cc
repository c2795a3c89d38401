#include "services/answer/disclosure.h"

#include <algorithm>
#include <set>
#include <utility>

#include "engine/status_macros.h"
#include "engine/workflow/workflow.h"
#include "services/answer/record.h"
#include "services/records/matters.h"
#include "services/records/names.h"
#include "services/rpc/validation.h"

namespace talentcard::answer {
namespace {

// Whom the field `to` of a matter names.
constexpr char kDepartment[] = "department";
constexpr char kDepartments[] = "departments";
constexpr char kConsentMissing[] = "CONSENT_MISSING";

// What a kind of matter needs a consent to.
struct Guard {
  const std::string& purpose;
  const policy::ConsentPurpose& rule;
  const policy::ConsentMatter& matter;
};

std::optional<Guard> GuardOf(const policy::Policy& policy,
                             const std::string& kind) {
  for (const auto& [code, purpose] : policy.personal_data.purposes) {
    const auto found = purpose.matters.find(kind);
    if (found != purpose.matters.end())
      return Guard{code, purpose, found->second};
  }
  return std::nullopt;
}

std::string Field(const v1::Matter& matter, const std::string& id) {
  const auto found = matter.fields().find(id);
  return found == matter.fields().end() ? "" : found->second;
}

std::string DepartmentOf(const Guard& guard, const v1::Matter& matter) {
  return records::NameOf(kDepartments, Field(matter, guard.matter.to));
}

bool IsRecipient(const policy::ConsentPurpose& purpose,
                 const std::string& kind) {
  const auto& recipients = purpose.recipients;
  return std::find(recipients.begin(), recipients.end(), kind) !=
         recipients.end();
}

absl::StatusOr<bool> TookConsentBack(const Known& known,
                                     const decision::Disclosure& to,
                                     const std::string& person) {
  ASSIGN_OR_RETURN(const records::DossierPointer dossier,
                   known.About(records::IdOf("people", person).value_or("")));
  if (dossier == nullptr) return true;
  const auto& consents = dossier->person.consents();
  return std::any_of(
      consents.begin(), consents.end(), [&](const v1::Consent& consent) {
        return consent.purpose() == to.purpose && consent.has_withdraw_time() &&
               (consent.recipient() == to.kind ||
                consent.recipient() == to.institution);
      });
}

// Whether the rules of a right found a consent, or what they take for one. What
// is refused before they look has found none.
absl::StatusOr<bool> RulesFindConsent(const rpc::Foundation& foundation,
                                      const Known& known, const rpc::Call& call,
                                      const std::string& right,
                                      const std::string& holder,
                                      const std::string& person) {
  v1::LoggedQuestion question;
  question.set_entitlement(right);
  question.set_beneficiary(person);
  question.set_holder(holder);
  const absl::StatusOr<Asked> asked =
      Ask(foundation, known, call, std::move(question));
  if (absl::IsNotFound(asked.status())) return false;
  RETURN_IF_ERROR(asked.status());
  const v1::Decision& decision = asked->decision;
  const bool looked = Granted(decision) || !decision.findings().empty();
  return looked && !LacksConsent(decision);
}

absl::StatusOr<bool> AgreesTo(const rpc::Foundation& foundation,
                              const Known& known, const rpc::Call& call,
                              const Guard& guard, const v1::Matter& matter) {
  return Agrees(foundation, known, call,
                {guard.purpose, kDepartment, DepartmentOf(guard, matter)},
                matter.subject(), Field(matter, guard.matter.of));
}

enum class Sight { kAll, kStopped, kNone };

absl::StatusOr<Sight> SightOf(const rpc::Foundation& foundation,
                              const Known& known, const rpc::Call& call,
                              const Guard& guard, const v1::Matter& matter) {
  const workflow::Actor& actor = call.asker.actor;
  if (guard.matter.shown_to.contains(actor.kind)) return Sight::kAll;
  const bool told = IsRecipient(guard.rule, actor.kind) &&
                    actor.institution == DepartmentOf(guard, matter);
  if (!told && !guard.matter.stopped_for.contains(actor.kind))
    return Sight::kNone;
  ASSIGN_OR_RETURN(const bool agrees,
                   AgreesTo(foundation, known, call, guard, matter));
  if (agrees) return Sight::kAll;
  return told ? Sight::kNone : Sight::kStopped;
}

// What is left of a matter for who asks for the consent: that it is there, how
// far it has come, and whom to ask.
void Stop(const policy::Policy& policy, const Guard& guard,
          v1::Matter& matter) {
  static const std::set<std::string> kShown = {
      "name",        "etag",   "kind",    "subject",        "state",
      "state_name",  "owner",  "due",     "acknowledge_by", "create_time",
      "update_time", "closed", "station", "actions"};
  const std::string person = Field(matter, guard.matter.of);
  rpc::KeepOnly(kShown, matter);
  (*matter.mutable_fields())[guard.matter.of] = person;
  const policy::Reason& reason =
      rpc::ShownReason(policy, kConsentMissing, /*asker_kind=*/"");
  v1::Text& stopped = *matter.mutable_stopped();
  stopped.set_zh(reason.meaning.zh + "；" + reason.next_step.zh);
  stopped.set_en(reason.meaning.en + " " + reason.next_step.en);
  for (v1::MatterAction& action : *matter.mutable_actions()) {
    if (!guard.matter.without.contains(action.action()))
      *action.mutable_blocked() = stopped;
  }
}

}  // namespace

absl::StatusOr<bool> Agrees(const rpc::Foundation& foundation,
                            const Known& known, const rpc::Call& call,
                            const decision::Disclosure& to,
                            const std::string& holder,
                            const std::string& person) {
  ASSIGN_OR_RETURN(const bool told, MayBeTold(known, call, to, person, holder));
  if (told) return true;
  ASSIGN_OR_RETURN(const bool taken_back, TookConsentBack(known, to, person));
  if (taken_back) return false;
  const auto& purposes = call.policy->personal_data.purposes;
  const auto purpose = purposes.find(to.purpose);
  if (purpose == purposes.end()) return false;
  for (const std::string& right : purpose->second.rights) {
    ASSIGN_OR_RETURN(const bool found, RulesFindConsent(foundation, known, call,
                                                        right, holder, person));
    if (found) return true;
  }
  return false;
}

absl::Status WithholdUnlessAgreed(const rpc::Foundation& foundation,
                                  const Known& known, const rpc::Call& call,
                                  Asked& asked) {
  const workflow::Actor& actor = call.asker.actor;
  for (const auto& [code, purpose] : call.policy->personal_data.purposes) {
    if (!purpose.rights.contains(asked.question.entitlement()) ||
        !IsRecipient(purpose, actor.kind))
      continue;
    ASSIGN_OR_RETURN(
        const bool agrees,
        Agrees(foundation, known, call, {code, actor.kind, actor.institution},
               asked.decision.holder(), asked.decision.beneficiary()));
    asked.withheld = asked.withheld || !agrees;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<v1::Matter>> SeenBy(
    const rpc::Foundation& foundation, const Known& known,
    const rpc::Call& call, v1::Matter matter) {
  matter.clear_actions();
  for (v1::MatterAction& action :
       workflow::Available(*call.policy, matter, call.now))
    *matter.add_actions() = std::move(action);
  const std::optional<Guard> guard = GuardOf(*call.policy, matter.kind());
  if (!guard) return matter;
  ASSIGN_OR_RETURN(const Sight sight,
                   SightOf(foundation, known, call, *guard, matter));
  if (sight == Sight::kNone) return std::nullopt;
  if (sight == Sight::kStopped) Stop(*call.policy, *guard, matter);
  return matter;
}

absl::Status CheckOpening(const rpc::Foundation& foundation, const Known& known,
                          const rpc::Call& call, const v1::Matter& draft) {
  const std::optional<Guard> guard = GuardOf(*call.policy, draft.kind());
  if (!guard) return absl::OkStatus();
  ASSIGN_OR_RETURN(const bool agrees,
                   AgreesTo(foundation, known, call, *guard, draft));
  return agrees ? absl::OkStatus() : RefuseWithoutConsent(*call.policy);
}

absl::Status CheckAction(const rpc::Foundation& foundation, const Known& known,
                         const rpc::Call& call, const v1::Matter& matter,
                         const std::string& action) {
  const std::optional<Guard> guard = GuardOf(*call.policy, matter.kind());
  if (!guard) return absl::OkStatus();
  ASSIGN_OR_RETURN(const Sight sight,
                   SightOf(foundation, known, call, *guard, matter));
  if (sight == Sight::kNone) return rpc::NotFound("matter", matter.name());
  if (guard->matter.without.contains(action)) return absl::OkStatus();
  return CheckOpening(foundation, known, call, matter);
}

absl::Status CheckInHand(const rpc::Foundation& foundation, const Known& known,
                         const rpc::Call& call, const std::string& person) {
  if (call.rule->relation != "own") return absl::OkStatus();
  ASSIGN_OR_RETURN(
      const std::vector<v1::Matter> matters,
      records::MattersOf(known.reader(), foundation.vault,
                         records::IdOf("people", person).value_or("-")));
  for (const v1::Matter& matter : matters) {
    const std::string to = Field(matter, kDepartment);
    const bool anothers = !to.empty() && records::NameOf(kDepartments, to) !=
                                             call.asker.actor.institution;
    if (!matter.closed() && !anothers &&
        !GuardOf(*call.policy, matter.kind()) &&
        call.OwnsAsKind(matter.owner()))
      return absl::OkStatus();
  }
  return rpc::NotFound("person", person);
}

absl::StatusOr<std::vector<std::string>> PeopleIn(const Known& known,
                                                  const rpc::Call& call,
                                                  const v1::Matter& matter) {
  std::vector<std::string> people = {matter.subject()};
  const std::optional<Guard> guard = GuardOf(*call.policy, matter.kind());
  if (!guard) return people;
  const std::string person = Field(matter, guard->matter.of);
  ASSIGN_OR_RETURN(const records::DossierPointer dossier,
                   known.About(records::IdOf("people", person).value_or("")));
  if (dossier != nullptr) people.push_back(person);
  return people;
}

}  // namespace talentcard::answer
