#include "services/school/enrolment.h"

#include "absl/strings/str_cat.h"
#include "engine/decision/view.h"
#include "services/records/names.h"
#include "services/rpc/validation.h"

namespace talentcard::school {

absl::StatusOr<answer::Asked> AskEnrolment(const rpc::Foundation& foundation,
                                           const answer::Known& known,
                                           const rpc::Call& call,
                                           const v1::QueryEnrolmentRequest& q,
                                           const std::string& path) {
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
  RETURN_IF_ERROR(rpc::Invalid(violations));
  ASSIGN_OR_RETURN(const records::FoundPointer child,
                   known.Seek(document, q.card()));
  v1::LoggedQuestion question;
  question.set_entitlement(entitlement->code);
  v1::RequestView& request = *question.mutable_request();
  request.set_stage(q.stage());
  request.set_season(q.season());
  request.set_grade(q.grade());
  request.set_start_grade(q.grade() <= 1);
  request.set_school(q.school());
  if (q.has_valid_time()) *question.mutable_valid_time() = q.valid_time();
  if (q.has_known_time()) *question.mutable_known_time() = q.known_time();
  return answer::AskOf(foundation, known, call, *child, std::move(question));
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
