#include "engine/decision/consents.h"

#include <algorithm>
#include <string_view>
#include <tuple>

#include "engine/decision/age.h"
#include "engine/decision/view.h"

namespace talentcard::decision {
namespace {

using identity::RelationClass;

// Without it only a registered adoption makes a step relation count.
constexpr char kStepRelationDays[] = "STEP_RELATION_DAYS";

bool StepRelationCounts(const policy::Policy& policy,
                        const v1::Relation& relation, CivilDate day) {
  if (relation.adoption_registered()) return true;
  const auto since = CivilDate::FromProto(relation.supported_since());
  const auto days = NumberOn(policy, kStepRelationDays, day);
  return relation.has_supported_since() && since.ok() && days &&
         since->DaysUntil(day) >= *days;
}

bool Names(const policy::Policy& policy, const v1::Person& of,
           const std::string& person, RelationClass kin, CivilDate day) {
  const auto& relations = of.relations();
  return std::any_of(relations.begin(), relations.end(),
                     [&](const v1::Relation& relation) {
                       return relation.person() == person &&
                              MakesKin(policy, relation, kin, day);
                     });
}

// Whether a custody in force says who looks after the child; `person` if it is
// given.
bool HasCustody(const v1::Person& child, CivilDate day,
                const std::string* person = nullptr) {
  return std::any_of(
      child.facts().begin(), child.facts().end(), [&](const v1::Fact& fact) {
        return fact.has_custody() && ValidOn(fact, day) &&
               (person == nullptr || fact.custody().guardian() == *person);
      });
}

bool Counts(const policy::Policy& policy, const v1::Consent& consent,
            const v1::Person& holder, const v1::Person& beneficiary,
            CivilDate day) {
  if (consent.has_withdraw_time() || !ValidOn(consent, day)) return false;
  const auto alone = DecidesAlone(policy, consent.purpose(), beneficiary, day);
  const std::string& giver = consent.given_by();
  if (giver == beneficiary.name()) return alone.value_or(true);
  return !alone.value_or(false) &&
         (giver == holder.name()
              ? IsGuardian(policy, holder, beneficiary, day)
              : NamesGuardian(policy, beneficiary, giver, day));
}

}  // namespace

bool MakesKin(const policy::Policy& policy, const v1::Relation& relation,
              RelationClass kin, CivilDate day) {
  if (!ValidOn(relation, day)) return false;
  const auto code = identity::FindRelation(relation.code());
  return code && code->relation == kin &&
         (!code->step_or_adoptive || StepRelationCounts(policy, relation, day));
}

bool NamesGuardian(const policy::Policy& policy, const v1::Person& child,
                   const std::string& person, CivilDate day) {
  return HasCustody(child, day)
             ? HasCustody(child, day, &person)
             : Names(policy, child, person, RelationClass::kParent, day);
}

bool IsGuardian(const policy::Policy& policy, const v1::Person& person,
                const v1::Person& child, CivilDate day) {
  return NamesGuardian(policy, child, person.name(), day) ||
         (!HasCustody(child, day) &&
          Names(policy, person, child.name(), RelationClass::kChild, day));
}

std::optional<bool> DecidesAlone(const policy::Policy& policy,
                                 const std::string& purpose,
                                 const v1::Person& person, CivilDate day) {
  const auto& purposes = policy.personal_data.purposes;
  const auto found = purposes.find(purpose);
  if (found == purposes.end()) return std::nullopt;
  return HasReached(policy, found->second.own_from, person, day);
}

void AddConsents(const policy::Policy& policy, const v1::Person& holder,
                 const v1::Person& beneficiary, CivilDate day,
                 v1::LinkView& link) {
  for (const v1::Consent& consent : beneficiary.consents()) {
    if (!Counts(policy, consent, holder, beneficiary, day)) continue;
    v1::ConsentView& view = *link.add_consents();
    view.set_purpose(consent.purpose());
    view.set_recipient(consent.recipient());
    view.set_own(consent.given_by() == beneficiary.name());
  }
  // The order in which they were recorded never shows in an answer.
  std::sort(link.mutable_consents()->begin(), link.mutable_consents()->end(),
            [](const v1::ConsentView& a, const v1::ConsentView& b) {
              return std::tuple(std::string_view(a.purpose()),
                                std::string_view(a.recipient()), a.own()) <
                     std::tuple(std::string_view(b.purpose()),
                                std::string_view(b.recipient()), b.own());
            });
}

bool NeedsConsent(const policy::Policy& policy, const Disclosure& disclosure) {
  const auto& purposes = policy.personal_data.purposes;
  const auto found = purposes.find(disclosure.purpose);
  if (found == purposes.end()) return false;
  const auto& recipients = found->second.recipients;
  return std::find(recipients.begin(), recipients.end(), disclosure.kind) !=
         recipients.end();
}

bool HasConsent(const policy::Policy& policy, const Disclosure& disclosure,
                const v1::Person& holder, const v1::Person& beneficiary,
                CivilDate day) {
  const auto& consents = beneficiary.consents();
  return std::any_of(
      consents.begin(), consents.end(), [&](const v1::Consent& consent) {
        const bool to_it = consent.recipient() == disclosure.kind ||
                           consent.recipient() == disclosure.institution;
        return consent.purpose() == disclosure.purpose && to_it &&
               Counts(policy, consent, holder, beneficiary, day);
      });
}

}  // namespace talentcard::decision
