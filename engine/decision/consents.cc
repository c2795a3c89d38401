#include "engine/decision/consents.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <tuple>

#include "engine/decision/view.h"
#include "engine/identity/relation.h"

namespace talentcard::decision {
namespace {

using identity::RelationClass;

// Whether `of` names `person` as a relative of that class, on that day.
bool Names(const v1::Person& of, const std::string& person, RelationClass kin,
           CivilDate day) {
  return std::any_of(
      of.relations().begin(), of.relations().end(),
      [&](const v1::Relation& relation) {
        if (relation.person() != person || !ValidOn(relation, day))
          return false;
        const auto code = identity::FindRelation(relation.code());
        return code && code->relation == kin;
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

// By the child's own record.
bool NamesGuardian(const v1::Person& child, const std::string& person,
                   CivilDate day) {
  return HasCustody(child, day)
             ? HasCustody(child, day, &person)
             : Names(child, person, RelationClass::kParent, day);
}

}  // namespace

bool IsGuardian(const v1::Person& person, const v1::Person& child,
                CivilDate day) {
  return NamesGuardian(child, person.name(), day) ||
         (!HasCustody(child, day) &&
          Names(person, child.name(), RelationClass::kChild, day));
}

void AddConsents(const v1::Person& holder, const v1::Person& beneficiary,
                 CivilDate day, v1::LinkView& link) {
  for (const v1::Consent& consent : beneficiary.consents()) {
    if (consent.has_withdraw_time() || !ValidOn(consent, day)) continue;
    const std::string& giver = consent.given_by();
    const bool own = giver == beneficiary.name();
    const bool guardian =
        !own &&
        (giver == holder.name() ? IsGuardian(holder, beneficiary, day)
                                : NamesGuardian(beneficiary, giver, day));
    if (!own && !guardian) continue;
    v1::ConsentView& view = *link.add_consents();
    view.set_purpose(consent.purpose());
    view.set_recipient(consent.recipient());
    view.set_own(own);
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

}  // namespace talentcard::decision
