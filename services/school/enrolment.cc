#include "services/school/enrolment.h"

#include "absl/strings/str_cat.h"
#include "engine/decision/view.h"
#include "services/records/names.h"
#include "services/rpc/validation.h"

namespace talentcard::school {
namespace {

constexpr char kPurpose[] = "SCHOOL_PLACE";

v1::LoggedQuestion QuestionOf(const policy::Entitlement& entitlement,
                              const v1::QueryEnrolmentRequest& q,
                              std::optional<absl::Time> accepted) {
  v1::LoggedQuestion question;
  question.set_entitlement(entitlement.code);
  v1::RequestView& request = *question.mutable_request();
  request.set_stage(q.stage());
  request.set_season(q.season());
  request.set_grade(q.grade());
  request.set_start_grade(q.grade() <= 1);
  request.set_school(q.school());
  if (accepted)
    *request.mutable_acceptance_date() =
        CivilDate::InBeijing(*accepted).ToProto();
  if (q.has_valid_time()) *question.mutable_valid_time() = q.valid_time();
  if (q.has_known_time()) *question.mutable_known_time() = q.known_time();
  return question;
}

}  // namespace

decision::Disclosure DisclosureTo(const std::string& kind,
                                  const std::string& institution) {
  return {kPurpose, kind, institution};
}

absl::StatusOr<answer::Asked> AskEnrolment(const rpc::Foundation& foundation,
                                           const answer::Known& known,
                                           const rpc::Call& call,
                                           const v1::QueryEnrolmentRequest& q,
                                           const std::string& path,
                                           std::optional<absl::Time> accepted) {
  std::vector<rpc::Violation> violations;
  v1::IdentityDocument document = q.document();
  rpc::CheckDocument(path + "document", foundation.DocumentRulesOn(call.now),
                     document, violations);
  const policy::Entitlement* entitlement = answer::EntitlementOfDesk(
      *call.policy, absl::StrCat("school/", q.stage()));
  if (entitlement == nullptr)
    violations.push_back({path + "stage", "is PRE, PRI, JUN or TRANS"});
  if (q.season() < 2000 || q.season() > 2100)
    violations.push_back(
        {path + "season", "is the year in which the school year begins"});
  if (!q.card().empty())
    rpc::CheckName(path + "card", "cards", q.card(), violations);
  const decision::Disclosure disclosure =
      DisclosureTo(call.asker.actor.kind, call.asker.actor.institution);
  if (q.has_known_time() && decision::NeedsConsent(*call.policy, disclosure)) {
    violations.push_back(
        {path + "known_time",
         "leave it out: a school learns what is known and consented to now; "
         "what was known before, the talent station can ask"});
  }
  RETURN_IF_ERROR(rpc::Invalid(violations));
  ASSIGN_OR_RETURN(const records::FoundPointer child,
                   known.Seek(document, q.card()));
  ASSIGN_OR_RETURN(answer::Asked asked,
                   answer::AskOf(foundation, known, call, *child,
                                 QuestionOf(*entitlement, q, accepted)));
  // As much work if nobody is found.
  const std::string& whom =
      child->person.empty() ? child->other : child->person;
  ASSIGN_OR_RETURN(const bool may_be_told,
                   answer::MayBeTold(known, call, disclosure,
                                     records::NameOf("people", whom),
                                     asked.decision.holder()));
  asked.withheld = !may_be_told && !child->person.empty();
  return asked;
}

v1::QueryEnrolmentResponse ShowEnrolment(const rpc::Call& call,
                                         const answer::Asked& asked) {
  return ShowEnrolment(call, answer::Told(*call.policy, asked));
}

v1::QueryEnrolmentResponse ShowEnrolment(const rpc::Call& call,
                                         const v1::Decision& decision) {
  v1::QueryEnrolmentResponse out;
  const policy::Reason& reason = rpc::ShownReason(
      *call.policy, decision.reasons(0), call.asker.actor.kind);
  out.set_outcome(decision.outcome());
  out.set_decision(decision.name());
  out.set_reason(reason.code);
  out.mutable_explanation()->set_zh(reason.meaning.zh);
  out.mutable_explanation()->set_en(reason.meaning.en);
  if (decision.has_log_index()) out.set_log_index(decision.log_index());
  if (decision.has_grant()) {
    out.set_level(decision.grant().level());
    if (decision.grant().has_remaining())
      out.set_remaining(decision.grant().remaining());
    out.set_tier(decision.tier());
  }
  for (const std::string& missing : decision.missing())
    out.add_missing(missing);
  return out;
}

}  // namespace talentcard::school
