#include "services/answer/ask.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "engine/decision/age.h"
#include "engine/decision/findings.h"
#include "engine/decision/outcome.h"
#include "engine/decision/reasons.h"
#include "engine/decision/view.h"
#include "engine/status_macros.h"
#include "services/answer/subject.h"
#include "services/records/names.h"
#include "services/rpc/validation.h"

namespace talentcard::answer {
namespace {

using decision::ToTime;

constexpr char kConsentMissing[] = "CONSENT_MISSING";

// What somebody without a record is told: as if there were no card.
v1::Decision Unknown(const policy::Policy& policy,
                     const v1::LoggedQuestion& question, bool explain) {
  v1::Decision decision;
  decision.set_outcome(v1::DENY);
  decision.add_reasons(decision::kCardNotFound);
  if (const auto reason = policy.reasons.find(decision::kCardNotFound);
      explain && reason != policy.reasons.end()) {
    decision.mutable_explanation()->set_zh(reason->second.meaning.zh);
    decision.mutable_explanation()->set_en(reason->second.meaning.en);
  }
  decision.set_entitlement(question.entitlement());
  decision.set_policy_digest(policy.digest);
  *decision.mutable_valid_time() = question.valid_time();
  *decision.mutable_known_time() = question.known_time();
  return decision;
}

// About as many as their record will have.
size_t BytesOf(const v1::LoggedQuestion& question,
               const v1::Decision& decision) {
  return question.ByteSizeLong() + decision.ByteSizeLong();
}

// What an answer is decided from.
struct Basis {
  Known known;
  std::shared_ptr<const policy::Policy> policy;
};

// Now, or as it was at the question's known_time. Completes the question.
absl::StatusOr<Basis> BasisOf(const rpc::Foundation& foundation,
                              const Known& known, const rpc::Call& call,
                              v1::LoggedQuestion& question) {
  if (!question.has_valid_time())
    *question.mutable_valid_time() = decision::ToTimestamp(call.now);
  question.mutable_request()->set_asker(call.asker.actor.kind);
  const bool past =
      question.has_known_time() && ToTime(question.known_time()) < call.now;
  if (!past) {
    *question.mutable_known_time() = decision::ToTimestamp(call.now);
    return Basis{known, call.policy};
  }
  ASSIGN_OR_RETURN(const uint64_t revision,
                   rpc::RevisionAsOf(known.reader(), question));
  ASSIGN_OR_RETURN(const std::string digest,
                   rpc::NewestDigest(known.reader(), revision));
  if (digest.empty()) {
    return rpc::Error(absl::StatusCode::kFailedPrecondition,
                      v1::NO_POLICY_IN_FORCE,
                      "no policy was published yet at that time");
  }
  ASSIGN_OR_RETURN(auto policy,
                   foundation.policies.ByDigest(known.reader(), digest));
  return Basis{Known::Formerly(known.reader(), foundation.vault, revision),
               std::move(policy)};
}

// Null if nobody of that name is on record.
absl::StatusOr<records::DossierPointer> About(const Known& known,
                                              const std::string& name) {
  const auto id = records::IdOf("people", name);
  if (!id) return nullptr;
  return known.About(*id);
}

}  // namespace

v1::Decision Told(const policy::Policy& policy, const Asked& asked) {
  if (!asked.withheld) return asked.decision;
  v1::Decision told =
      Unknown(policy, asked.question, asked.question.explained());
  told.set_name(asked.decision.name());
  told.set_facts_revision(asked.decision.facts_revision());
  if (asked.decision.has_log_index())
    told.set_log_index(asked.decision.log_index());
  return told;
}

v1::Outcome OutcomeTold(const Asked& asked) {
  return asked.withheld ? v1::DENY : asked.decision.outcome();
}

const policy::Entitlement* EntitlementOfDesk(const policy::Policy& policy,
                                             std::string_view desk) {
  for (const auto& [code, entitlement] : policy.entitlements) {
    if (entitlement.desk == desk) return &entitlement;
  }
  return nullptr;
}

absl::StatusOr<v1::Decision> AskAt(const Known& known,
                                   const policy::Policy& policy,
                                   const v1::LoggedQuestion& question,
                                   bool explain) {
  v1::Decision answer;
  if (question.beneficiary().empty()) {
    answer = Unknown(policy, question, explain);
  } else {
    const auto id = [](const std::string& name) {
      return records::IdOf("people", name).value_or("");
    };
    ASSIGN_OR_RETURN(
        const LoadedSubject loaded,
        LoadSubject(
            known, policy, id(question.beneficiary()), id(question.holder()),
            ToTime(question.valid_time()),
            {question.without_uses().begin(), question.without_uses().end()},
            CountedBy(policy, question.entitlement())));
    decision::Question asked{question.entitlement(), question.request(),
                             ToTime(question.valid_time()),
                             ToTime(question.known_time()), explain};
    ASSIGN_OR_RETURN(answer, decision::Decide(policy, loaded.subject, asked));
  }
  answer.set_facts_revision(static_cast<int64_t>(known.revision()));
  return answer;
}

absl::StatusOr<Asked> Ask(const rpc::Foundation& foundation, const Known& known,
                          const rpc::Call& call, v1::LoggedQuestion question) {
  ASSIGN_OR_RETURN(const Basis basis,
                   BasisOf(foundation, known, call, question));
  ASSIGN_OR_RETURN(
      v1::Decision decision,
      AskAt(basis.known, *basis.policy, question, question.explained()));
  return Asked{std::move(question), std::move(decision)};
}

absl::StatusOr<Asked> AskOf(const rpc::Foundation& foundation,
                            const Known& known, const rpc::Call& call,
                            const records::Found& sought,
                            v1::LoggedQuestion question) {
  ASSIGN_OR_RETURN(const Basis basis,
                   BasisOf(foundation, known, call, question));
  const auto decide = [&] {
    return AskAt(basis.known, *basis.policy, question, question.explained());
  };
  if (!sought.person.empty()) {
    bool on_record = true;
    if (basis.known.revision() != known.revision()) {
      ASSIGN_OR_RETURN(const records::DossierPointer then,
                       basis.known.About(sought.person));
      on_record = then != nullptr;
    }
    if (on_record)
      question.set_beneficiary(records::NameOf("people", sought.person));
    ASSIGN_OR_RETURN(v1::Decision decision, decide());
    return Asked{std::move(question), std::move(decision), sought.document};
  }
  size_t as_long_as = 0;
  if (!sought.other.empty()) {
    question.set_beneficiary(records::NameOf("people", sought.other));
    // Whatever becomes of it, an erasure meanwhile included.
    const absl::StatusOr<v1::Decision> other = decide();
    if (other.ok()) as_long_as = BytesOf(question, *other);
    question.clear_beneficiary();
  }
  ASSIGN_OR_RETURN(v1::Decision decision, decide());
  const size_t bytes = BytesOf(question, decision);
  return Asked{std::move(question), std::move(decision), sought.document,
               sought.other, as_long_as > bytes ? as_long_as - bytes : 0};
}

absl::StatusOr<bool> MayBeTold(const Known& now, const rpc::Call& call,
                               const decision::Disclosure& disclosure,
                               const std::string& person,
                               const std::string& holder) {
  if (!decision::NeedsConsent(*call.policy, disclosure)) return true;
  ASSIGN_OR_RETURN(const records::DossierPointer self, About(now, person));
  if (self == nullptr) return false;
  ASSIGN_OR_RETURN(const records::DossierPointer other, About(now, holder));
  const v1::Person& through = other == nullptr ? self->person : other->person;
  return decision::HasConsent(*call.policy, disclosure, through, self->person,
                              CivilDate::InBeijing(call.now));
}

bool LacksConsent(const v1::Decision& decision) {
  const auto& findings = decision.findings();
  return std::any_of(findings.begin(), findings.end(),
                     [](const v1::Finding& finding) {
                       return !decision::Stands(finding.result()) &&
                              finding.reason() == kConsentMissing;
                     });
}

absl::Status RefuseWithoutConsent(const policy::Policy& policy,
                                  const std::string& decision) {
  const policy::Reason& reason =
      rpc::ShownReason(policy, kConsentMissing, /*asker_kind=*/"");
  std::map<std::string, std::string> metadata = {{"reason", kConsentMissing}};
  if (!decision.empty()) metadata["decision"] = decision;
  return rpc::Error(
      absl::StatusCode::kFailedPrecondition, v1::RULES_REFUSE,
      absl::StrCat(reason.meaning.en, " ", reason.next_step.en, " / ",
                   reason.meaning.zh, "；", reason.next_step.zh),
      metadata);
}

absl::StatusOr<std::vector<std::string>> MinorsIn(
    const Known& now, const rpc::Call& call, const v1::Decision& decision) {
  std::vector<std::string> minors;
  const CivilDate today = CivilDate::InBeijing(call.now);
  const std::map<std::string, std::string> people = {
      {"beneficiary", decision.beneficiary()}, {"holder", decision.holder()}};
  for (const auto& [variable, name] : people) {
    ASSIGN_OR_RETURN(const records::DossierPointer dossier, About(now, name));
    if (dossier == nullptr ||
        decision::IsMinor(*call.policy, dossier->person, today))
      minors.push_back(variable);
  }
  return minors;
}

void HideOfMinors(const std::vector<std::string>& minors,
                  v1::Decision& decision) {
  for (const std::string& variable : minors)
    decision::HideValuesOf(variable, decision);
}

}  // namespace talentcard::answer
