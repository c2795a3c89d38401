#include "services/registry/consents.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/decision/consents.h"
#include "engine/decision/view.h"
#include "engine/identity/relation.h"
#include "services/registry/change_person.h"
#include "services/rpc/validation.h"

namespace talentcard::registry {
namespace {

using rpc::Call;
using rpc::Violation;

constexpr int kMostConsents = 64;
constexpr int kMostRelations = 64;

// `school`, or one institution of that kind: `schools/2`.
bool Names(const std::string& recipient, const std::string& kind) {
  const std::string collection = absl::StrCat(kind, "s/");
  return recipient == kind || (absl::StartsWith(recipient, collection) &&
                               recipient.size() > collection.size());
}

void Check(const policy::PersonalData& rules, const v1::Consent& consent,
           std::vector<Violation>& violations) {
  const auto found = rules.purposes.find(consent.purpose());
  if (found == rules.purposes.end()) {
    violations.push_back(
        {"consent.purpose",
         absl::StrCat("one of ", absl::StrJoin(rules.purposes, ", ",
                                               [](auto* out, const auto& row) {
                                                 absl::StrAppend(out,
                                                                 row.first);
                                               }))});
    return;
  }
  const policy::ConsentPurpose& purpose = found->second;
  const bool named = std::any_of(
      purpose.recipients.begin(), purpose.recipients.end(),
      [&](const auto& kind) { return Names(consent.recipient(), kind); });
  if (!named)
    violations.push_back(
        {"consent.recipient",
         absl::StrCat("one of ", absl::StrJoin(purpose.recipients, ", "),
                      ", or one institution of it, e.g. `",
                      purpose.recipients[0], "s/2`")});
  if (consent.text_version() != purpose.version)
    violations.push_back(
        {"consent.text_version",
         absl::StrCat("the text to sign is version ", purpose.version, ": ",
                      purpose.text.zh, " / ", purpose.text.en)});
}

absl::Status NotTheirs(const std::string& why) {
  return rpc::Error(absl::StatusCode::kFailedPrecondition, v1::RULES_REFUSE,
                    why, {{"reason", "CONSENT_MISSING"}});
}

// Whoever reads the child's record alone then knows the guardian too: a parent
// whom only the parent's own record names is named by the child's from now on.
void NameGuardian(const policy::Policy& policy, const v1::Person& guardian,
                  CivilDate today, v1::Person& child) {
  if (decision::NamesGuardian(policy, child, guardian.name(), today)) return;
  if (child.relations_size() >= kMostRelations) return;
  for (const v1::Relation& relation : guardian.relations()) {
    if (relation.person() != child.name() ||
        !decision::MakesKin(policy, relation, identity::RelationClass::kChild,
                            today))
      continue;
    const auto code = identity::InverseRelation(
        relation.code(), guardian.sex().empty()
                             ? std::nullopt
                             : std::optional(guardian.sex() == "FEMALE"));
    if (!code) continue;
    v1::Relation& inverse = *child.add_relations();
    inverse = relation;
    inverse.set_person(guardian.name());
    inverse.set_code(std::string(*code));
    return;
  }
}

// That `giver` may decide over the data of `person` today: the person, if old
// enough or of unknown age, or a guardian on record of one who is not.
absl::Status CheckGiver(const store::Reader& reader,
                        const rpc::Foundation& foundation, const Call& call,
                        const v1::Consent& consent, v1::Person& person) {
  const CivilDate today = CivilDate::InBeijing(call.now);
  const std::string& giver = consent.given_by();
  const auto alone =
      decision::DecidesAlone(*call.policy, consent.purpose(), person, today);
  if (giver == person.name()) {
    return alone.value_or(true)
               ? absl::OkStatus()
               : NotTheirs(
                     "the person is too young to consent alone; a "
                     "guardian does");
  }
  if (alone.value_or(false))
    return NotTheirs("the person is old enough and consents in person");
  ASSIGN_OR_RETURN(const v1::Person guardian,
                   ExistingPerson(reader, foundation.vault, giver));
  if (!decision::IsGuardian(*call.policy, guardian, person, today))
    return NotTheirs(
        "nothing on record says that the giver is a guardian today; file the "
        "parent (PutRelation; of a step-parent the registered adoption or "
        "since when the child is supported) or the custody (AddFact) first");
  NameGuardian(*call.policy, guardian, today, person);
  return absl::OkStatus();
}

// That `by` may take a consent back today: whoever gave it or whom it is about
// always, a guardian while the person does not decide alone.
absl::Status CheckWithdrawer(const store::Reader& reader,
                             const rpc::Foundation& foundation,
                             const Call& call, const v1::Consent& consent,
                             const std::string& by, const v1::Person& person) {
  if (by == consent.given_by() || by == person.name()) return absl::OkStatus();
  const CivilDate today = CivilDate::InBeijing(call.now);
  if (decision::DecidesAlone(*call.policy, consent.purpose(), person, today)
          .value_or(false))
    return NotTheirs("the person is old enough and withdraws it in person");
  ASSIGN_OR_RETURN(const v1::Person guardian,
                   ExistingPerson(reader, foundation.vault, by));
  return decision::IsGuardian(*call.policy, guardian, person, today)
             ? absl::OkStatus()
             : NotTheirs(
                   "the person, whoever gave it, or a guardian on record "
                   "withdraws a consent");
}

bool SameConsent(const v1::Consent& a, const v1::Consent& b) {
  return a.purpose() == b.purpose() && a.recipient() == b.recipient() &&
         a.given_by() == b.given_by() && !a.has_withdraw_time();
}

}  // namespace

absl::StatusOr<v1::Person> Give(const rpc::Foundation& foundation,
                                const Call& call,
                                const v1::GiveConsentRequest& q,
                                store::Transaction& transaction) {
  v1::Consent given = q.consent();
  given.clear_withdraw_time();
  if (!given.has_valid_from())
    *given.mutable_valid_from() = CivilDate::InBeijing(call.now).ToProto();
  std::vector<Violation> violations;
  Check(call.policy->personal_data, given, violations);
  rpc::CheckConsent("consent", given, violations);
  RETURN_IF_ERROR(rpc::Invalid(violations));
  return ChangePerson(
      transaction, foundation, call, q.parent(), q.etag(), "consent given",
      [&](v1::Person& person) -> absl::Status {
        RETURN_IF_ERROR(
            CheckGiver(transaction, foundation, call, given, person));
        auto& consents = *person.mutable_consents();
        const auto same = std::find_if(
            consents.begin(), consents.end(),
            [&](const v1::Consent& old) { return SameConsent(old, given); });
        if (same != consents.end()) {
          *same = given;
        } else if (consents.size() >= kMostConsents) {
          return rpc::Invalid({{"consent", "the person has 64 already"}});
        } else {
          *consents.Add() = given;
        }
        return absl::OkStatus();
      });
}

absl::StatusOr<v1::Person> Withdraw(const rpc::Foundation& foundation,
                                    const Call& call,
                                    const v1::WithdrawConsentRequest& q,
                                    store::Transaction& transaction) {
  std::vector<Violation> violations;
  rpc::CheckName("withdrawn_by", "people", q.withdrawn_by(), violations);
  RETURN_IF_ERROR(rpc::Invalid(violations));
  return ChangePerson(
      transaction, foundation, call, q.parent(), q.etag(), "consent withdrawn",
      [&](v1::Person& person) -> absl::Status {
        int withdrawn = 0;
        for (v1::Consent& consent : *person.mutable_consents()) {
          if (consent.has_withdraw_time() ||
              (!q.purpose().empty() && q.purpose() != consent.purpose()) ||
              (!q.recipient().empty() && q.recipient() != consent.recipient()))
            continue;
          RETURN_IF_ERROR(CheckWithdrawer(transaction, foundation, call,
                                          consent, q.withdrawn_by(), person));
          *consent.mutable_withdraw_time() = decision::ToTimestamp(call.now);
          ++withdrawn;
        }
        if (withdrawn > 0) return absl::OkStatus();
        return rpc::Error(absl::StatusCode::kNotFound, v1::RESOURCE_NOT_FOUND,
                          "no such consent stands any more; nothing is left to "
                          "withdraw");
      });
}

}  // namespace talentcard::registry
