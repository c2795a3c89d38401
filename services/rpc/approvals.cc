#include "services/rpc/approvals.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "chengzhou/talentcard/v1/log_record.pb.h"
#include "services/ledger/change.h"
#include "services/records/names.h"
#include "services/records/proposals.h"
#include "services/records/sealed.h"
#include "services/rpc/calls.h"

namespace talentcard::rpc {
namespace {

using workflow::Refusal;

absl::Status Needed(const std::string& why) {
  return Error(absl::StatusCode::kFailedPrecondition, v1::APPROVAL_NEEDED, why);
}

absl::Status Write(store::Transaction& transaction,
                   const Foundation& foundation, const Call& call,
                   const v1::Proposal& proposal) {
  ASSIGN_OR_RETURN(ledger::Change change,
                   ledger::Change::Begin(transaction, foundation.vault));
  RETURN_IF_ERROR(
      records::WriteProposal(transaction, foundation.vault, change, proposal));
  v1::LogRecord record;
  record.set_actor(call.asker.actor.ToString());
  record.set_purpose(call.asker.purpose);
  record.set_method(call.method);
  record.set_note(absl::StrCat(proposal.name(), " executed"));
  ledger::Account account = call.NewAccount(ledger::LeafKind::kChange);
  account.subject = records::ProposalOwner(proposal);
  account.facts = records::Deterministic(record);
  return change.Finish(account);
}

absl::Status Use(store::Transaction& transaction, const Foundation& foundation,
                 const Call& call, const google::protobuf::Message& request) {
  const std::string id = records::ProposalId(
      records::ProposalHash(call.method, call.asker.actor.ToString(),
                            records::Deterministic(request)));
  ASSIGN_OR_RETURN(std::optional<v1::Proposal> proposal,
                   records::ReadProposal(transaction, foundation.vault, id));
  if (!proposal)
    return Needed(
        "this needs a second person: propose exactly this request "
        "(ApprovalService.ProposeAct), have it approved, and make it again");
  const auto before = proposal->state();
  const Refusal refusal =
      workflow::Execute(*proposal, call.asker.actor, call.now);
  if (refusal == Refusal::kStateForbids)
    return Needed(absl::StrCat(proposal->name(), " is ",
                               v1::Proposal::State_Name(proposal->state()),
                               "; somebody else has to approve it first"));
  RETURN_IF_ERROR(ToStatus(refusal));
  if (proposal->state() == before) return absl::OkStatus();  // A ticket, again.
  return Write(transaction, foundation, call, *proposal);
}

}  // namespace

absl::Status UseApproval(store::Transaction& transaction,
                         const Foundation& foundation, const Call& call,
                         const google::protobuf::Message& request) {
  if (call.rule->approved_by.empty()) return absl::OkStatus();
  return Use(transaction, foundation, call, request);
}

absl::Status CheckTicket(const std::string& ticket_id) {
  if (ticket_id.empty() || IsRequestId(ticket_id)) return absl::OkStatus();
  return Invalid({{"ticket_id", "the UUID the look was proposed with"}});
}

absl::Status UseTicket(store::Transaction& transaction,
                       const Foundation& foundation, const Call& call,
                       const google::protobuf::Message& request) {
  const auto& minors = call.policy->personal_data.minors;
  const std::string& kind = call.asker.actor.kind;
  if (minors && std::find(minors->ticket_for.begin(), minors->ticket_for.end(),
                          kind) != minors->ticket_for.end())
    return Use(transaction, foundation, call, request);
  return Error(absl::StatusCode::kPermissionDenied, v1::ACCESS_DENIED,
               absl::StrCat("no ticket lets `", kind,
                            "` see all of a minor's record; leave `ticket_id` "
                            "out and see what is shown"));
}

absl::Status ToStatus(Refusal refusal) {
  const auto denied = [](const char* why) {
    return Error(absl::StatusCode::kPermissionDenied, v1::ACCESS_DENIED, why);
  };
  const auto forbidden = [](const char* why) {
    return Error(absl::StatusCode::kFailedPrecondition, v1::STATE_FORBIDS, why);
  };
  switch (refusal) {
    case Refusal::kNone:
      return absl::OkStatus();
    case Refusal::kSamePerson:
      return denied("nobody rules on their own proposal; ask somebody else");
    case Refusal::kWrongKind:
      return denied("this proposal is for other offices to rule on");
    case Refusal::kNotTheProposer:
      return denied("only who proposed it may execute it");
    case Refusal::kRuledAlready:
      return forbidden("you ruled on it already");
    case Refusal::kExpired:
      return forbidden("the proposal has expired; propose it again");
    case Refusal::kStateForbids:
      return forbidden("the proposal was decided or executed already");
  }
  return absl::InternalError("an unknown refusal");
}

}  // namespace talentcard::rpc
