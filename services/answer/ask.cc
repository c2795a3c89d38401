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
                     const v1::LoggedQuestion& question, bool explain) {
  v1::Decision decision;
  decision.set_outcome(v1::DENY);
  decision.add_reasons(kNobody);
  if (const auto reason = policy.reasons.find(kNobody);
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
  if (!sought.person.empty()) {
    question.set_beneficiary(records::NameOf("people", sought.person));
    return Ask(foundation, known, call, std::move(question));
  }
  ASSIGN_OR_RETURN(const Basis basis,
                   BasisOf(foundation, known, call, question));
  const auto decide = [&] {
    return AskAt(basis.known, *basis.policy, question, question.explained());
  };
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

}  // namespace talentcard::answer
