#include "services/answer/ask.h"

#include "engine/decision/view.h"
#include "engine/status_macros.h"
#include "services/answer/subject.h"
#include "services/records/names.h"
#include "services/rpc/validation.h"

namespace talentcard::answer {
namespace {

using decision::ToTime;

// What somebody without a record is told: as if there were no card.
constexpr char kNobody[] = "CARD_NOT_FOUND";

v1::Decision Unknown(const policy::Policy& policy,
                     const v1::LoggedQuestion& question) {
  v1::Decision decision;
  decision.set_outcome(v1::DENY);
  decision.add_reasons(kNobody);
  if (const auto reason = policy.reasons.find(kNobody);
      reason != policy.reasons.end()) {
    decision.mutable_explanation()->set_zh(reason->second.meaning.zh);
    decision.mutable_explanation()->set_en(reason->second.meaning.en);
  }
  decision.set_entitlement(question.entitlement());
  decision.set_policy_digest(policy.digest);
  *decision.mutable_valid_time() = question.valid_time();
  *decision.mutable_known_time() = question.known_time();
  return decision;
}

}  // namespace

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
    answer = Unknown(policy, question);
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
  if (!question.has_valid_time())
    *question.mutable_valid_time() = decision::ToTimestamp(call.now);
  question.mutable_request()->set_asker(call.asker.actor.kind);
  const bool past =
      question.has_known_time() && ToTime(question.known_time()) < call.now;
  if (!past) {
    *question.mutable_known_time() = decision::ToTimestamp(call.now);
    ASSIGN_OR_RETURN(v1::Decision decision, AskAt(known, *call.policy, question,
                                                  question.explained()));
    return Asked{std::move(question), std::move(decision), ""};
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
  ASSIGN_OR_RETURN(const auto policy,
                   foundation.policies.ByDigest(known.reader(), digest));
  ASSIGN_OR_RETURN(
      v1::Decision decision,
      AskAt(Known::Formerly(known.reader(), foundation.vault, revision),
            *policy, question, question.explained()));
  return Asked{std::move(question), std::move(decision), ""};
}

absl::StatusOr<Asked> AskOf(const rpc::Foundation& foundation,
                            const Known& known, const rpc::Call& call,
                            const Sought& sought, v1::LoggedQuestion question) {
  if (!sought.person.empty()) {
    question.set_beneficiary(records::NameOf("people", sought.person));
    return Ask(foundation, known, call, std::move(question));
  }
  if (!sought.other.empty()) {
    v1::LoggedQuestion other = question;
    other.set_beneficiary(records::NameOf("people", sought.other));
    // Whatever becomes of it, an erasure meanwhile included.
    Ask(foundation, known, call, std::move(other)).IgnoreError();
  }
  ASSIGN_OR_RETURN(Asked asked,
                   Ask(foundation, known, call, std::move(question)));
  asked.missed = sought.document;
  return asked;
}

}  // namespace talentcard::answer
