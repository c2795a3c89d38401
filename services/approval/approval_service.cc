#include "services/approval/approval_service.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/digest/ed25519.h"
#include "engine/policy/services.h"
#include "engine/workflow/four_eyes.h"
#include "services/answer/look.h"
#include "services/answer/record.h"
#include "services/records/cards.h"
#include "services/records/names.h"
#include "services/records/people.h"
#include "services/records/proposals.h"
#include "services/records/sealed.h"
#include "services/rpc/approvals.h"
#include "services/rpc/validation.h"
#include "services/store/versions.h"

namespace talentcard::approval {
namespace {

using google::protobuf::Message;
using rpc::Call;
using rpc::Violation;

absl::Status CheckPerson(const Call& call) {
  const workflow::Actor& actor = call.asker.actor;
  if (workflow::IsPerson(actor)) return absl::OkStatus();
  return rpc::Error(absl::StatusCode::kPermissionDenied, v1::ACCESS_DENIED,
                    absl::StrCat("`", actor.staff,
                                 "` is no person: one person proposes, and "
                                 "another rules"));
}

// The request an act holds, empty for a method nobody knows.
std::unique_ptr<Message> Unpack(const v1::ProposeActRequest& q,
                                std::vector<Violation>& violations) {
  const auto methods = policy::AllMethods();
  const auto found = methods.find(q.method());
  if (found == methods.end()) {
    violations.push_back({"method",
                          "as in access.yaml, e.g. "
                          "`CardService.RevokeCard`"});
    return nullptr;
  }
  std::unique_ptr<Message> act(
      google::protobuf::MessageFactory::generated_factory()
          ->GetPrototype(found->second->input_type())
          ->New());
  if (!q.act().UnpackTo(act.get())) {
    violations.push_back(
        {"act", absl::StrCat("the ", found->second->input_type()->name(),
                             " to be made")});
    return nullptr;
  }
  return act;
}

std::string TextOf(const Message& message, const char* name) {
  const auto* field = message.GetDescriptor()->FindFieldByName(name);
  return field == nullptr ? ""
                          : message.GetReflection()->GetString(message, field);
}

// At all of a minor's record; not an act that changes something.
bool IsLook(const Message& act) {
  return act.GetDescriptor()->FindFieldByName("ticket_id") != nullptr;
}

// An act is approved for the state it was decided on, and made once.
void CheckPreconditions(const Message& act,
                        std::vector<Violation>& violations) {
  for (const char* name : {"etag", "expected_digest"}) {
    if (act.GetDescriptor()->FindFieldByName(name) != nullptr &&
        TextOf(act, name).empty())
      violations.push_back({absl::StrCat("act.", name),
                            "of the state you decided on: what is approved is "
                            "the change of that one and of no other"});
  }
  const char* id = IsLook(act) ? "ticket_id" : "request_id";
  if (!rpc::IsRequestId(TextOf(act, id)))
    violations.push_back(
        {absl::StrCat("act.", id), "the one it will be made with, a new UUID"});
}

// Whom an act is about, if it is about one person on record: then what is said
// of it goes when they go.
absl::StatusOr<std::string> SubjectOf(const rpc::Foundation& foundation,
                                      const store::Reader& reader,
                                      const Message& act) {
  std::string name = TextOf(act, "name");
  name = name.substr(0, name.find("/facts/"));
  if (const auto card_id = records::IdOf("cards", name)) {
    ASSIGN_OR_RETURN(const auto card,
                     records::ReadCard(reader, foundation.vault, *card_id));
    if (!card) return rpc::NotFound("card", name);
    name = card->holder();
  }
  const auto id = records::IdOf("people", name);
  if (!id) return "";
  ASSIGN_OR_RETURN(const auto person,
                   records::ReadPerson(reader, foundation.vault, *id));
  if (!person) return rpc::NotFound("person", name);
  return name;
}

absl::Status Finish(ledger::Change& change, const Call& call,
                    const v1::Proposal& proposal, const char* what) {
  return answer::FinishChange(change, call, ledger::LeafKind::kChange,
                              records::ProposalOwner(proposal),
                              absl::StrCat(proposal.name(), " ", what));
}

absl::StatusOr<v1::Proposal> Propose(const rpc::Foundation& foundation,
                                     const Call& call,
                                     const v1::ProposeActRequest& q,
                                     store::Transaction& transaction) {
  RETURN_IF_ERROR(CheckPerson(call));
  std::vector<Violation> violations;
  const std::unique_ptr<Message> act = Unpack(q, violations);
  if (act != nullptr) CheckPreconditions(*act, violations);
  if (q.ground().empty()) violations.push_back({"ground", "say why"});
  RETURN_IF_ERROR(rpc::Invalid(violations));
  // Nobody proposes what they may not do.
  ASSIGN_OR_RETURN(const policy::AccessRule* rule,
                   rpc::Authorise(call.policy->access, q.method(), call.asker));
  RETURN_IF_ERROR(rpc::CheckRequest(*rule, q.method(), call.asker, *act));
  const bool look = IsLook(*act);
  const auto& minors = call.policy->personal_data.minors;
  const std::vector<std::string>& approvers =
      look && minors ? minors->approved_by : rule->approved_by;
  if (approvers.empty() || (q.emergency() && !rule->emergency)) {
    return rpc::Error(absl::StatusCode::kFailedPrecondition, v1::STATE_FORBIDS,
                      q.emergency() && !approvers.empty()
                          ? "there is no emergency path for this act"
                          : "one person may do this: no proposal is needed");
  }
  const std::string bytes = records::Deterministic(*act);
  const Sha256Hash hash =
      records::ProposalHash(q.method(), call.asker.actor.ToString(), bytes);
  const std::string id = records::ProposalId(hash);
  ASSIGN_OR_RETURN(const std::string subject,
                   SubjectOf(foundation, transaction, *act));
  ASSIGN_OR_RETURN(const auto known,
                   records::ReadProposal(transaction, foundation.vault, id));
  if (known)
    return rpc::Error(absl::StatusCode::kAlreadyExists, v1::RESOURCE_EXISTS,
                      absl::StrCat(known->name(), " is exactly this act"));
  v1::Proposal proposal =
      workflow::Propose(call.asker.actor, q.emergency(), call.now);
  proposal.set_name(records::NameOf("proposals", id));
  proposal.set_method(q.method());
  proposal.mutable_act()->set_type_url(q.act().type_url());
  proposal.mutable_act()->set_value(bytes);
  proposal.set_hash(std::string(AsBytes(hash)));
  proposal.set_ground(q.ground());
  proposal.set_subject(subject);
  for (const std::string& kind : approvers) proposal.add_approvers(kind);
  if (look && minors)
    proposal.set_ticket_minutes(static_cast<int32_t>(minors->ticket_minutes));
  ASSIGN_OR_RETURN(ledger::Change change,
                   ledger::Change::Begin(transaction, foundation.vault));
  RETURN_IF_ERROR(
      records::WriteProposal(transaction, foundation.vault, change, proposal));
  RETURN_IF_ERROR(Finish(change, call, proposal, "proposed"));
  proposal.set_log_index(static_cast<int64_t>(change.log_index()));
  return proposal;
}

// Under `own`: what the asker's kind proposed, or is asked to rule on.
bool MaySee(const Call& call, const v1::Proposal& proposal) {
  if (call.OwnsAsKind(proposal.proposer().kind())) return true;
  return std::any_of(
      proposal.approvers().begin(), proposal.approvers().end(),
      [&](const std::string& kind) { return call.OwnsAsKind(kind); });
}

// Another's proposal is not there for the asker.
absl::StatusOr<v1::Proposal> Find(const rpc::Foundation& foundation,
                                  const Call& call, const store::Reader& reader,
                                  const std::string& name) {
  ASSIGN_OR_RETURN(
      std::optional<v1::Proposal> proposal,
      records::ReadProposal(reader, foundation.vault,
                            records::IdOf("proposals", name).value_or("-")));
  if (!proposal || !MaySee(call, *proposal))
    return rpc::NotFound("proposal", name);
  return *std::move(proposal);
}

// Few people rule: every key is looked at.
absl::Status CheckNobodys(const store::Reader& reader, const std::string& key) {
  bool taken = false;
  RETURN_IF_ERROR(
      store::ScanVersions(reader, store::Table::kRulingKey, "",
                          [&](std::string_view, const store::Version& version) {
                            taken = version.payload == key;
                            return !taken;
                          }));
  if (!taken) return absl::OkStatus();
  return rpc::Error(absl::StatusCode::kPermissionDenied, v1::ACCESS_DENIED,
                    "somebody else signs with this key; use one of your own");
}

// The signature is this person's, over this proposal and this ruling.
absl::Status CheckSignature(const store::Reader& reader, const Call& call,
                            const v1::RuleOnProposalRequest& q, bool approves) {
  Ed25519PublicKey key{};
  std::vector<Violation> violations;
  if (q.public_key().size() != key.size())
    violations.push_back({"public_key", "Ed25519, 32 bytes"});
  if (q.hash().size() != 32)
    violations.push_back({"hash", "of the proposal you looked at, 32 bytes"});
  RETURN_IF_ERROR(rpc::Invalid(violations));
  std::copy(q.public_key().begin(), q.public_key().end(), key.begin());
  const std::string message =
      absl::StrCat("chengzhou/ruling/v1\n", absl::BytesToHexString(q.hash()),
                   approves ? "\napprove\n" : "\nreject\n");
  if (!VerifyEd25519(key, message, q.signature()))
    return rpc::Invalid({{"signature", "is not over this hash and ruling"}});
  ASSIGN_OR_RETURN(const std::optional<std::string> pinned,
                   records::RulingKey(reader, call.asker.actor.staff));
  if (!pinned) return CheckNobodys(reader, q.public_key());
  if (*pinned != q.public_key())
    return rpc::Error(absl::StatusCode::kPermissionDenied, v1::ACCESS_DENIED,
                      absl::StrCat(call.asker.actor.staff,
                                   " signs with another key since the first "
                                   "ruling"));
  return absl::OkStatus();
}

// The key of a member of staff's first ruling is theirs from then on; on a leaf
// of its own, because no erasure may reach it.
absl::Status PinKey(const rpc::Foundation& foundation, const Call& call,
                    const std::string& key, store::Transaction& transaction) {
  const std::string& staff = call.asker.actor.staff;
  ASSIGN_OR_RETURN(const std::optional<std::string> pinned,
                   records::RulingKey(transaction, staff));
  if (pinned) return absl::OkStatus();
  ASSIGN_OR_RETURN(ledger::Change change,
                   ledger::Change::Begin(transaction, foundation.vault));
  RETURN_IF_ERROR(records::WriteRulingKey(change, staff, key));
  return answer::FinishChange(change, call, ledger::LeafKind::kChange,
                              std::string(store::kSystemOwner),
                              absl::StrCat("ruling key of ", staff));
}

absl::StatusOr<v1::Proposal> Rule(const rpc::Foundation& foundation,
                                  const Call& call,
                                  const v1::RuleOnProposalRequest& q,
                                  bool approves,
                                  store::Transaction& transaction) {
  RETURN_IF_ERROR(CheckPerson(call));
  ASSIGN_OR_RETURN(v1::Proposal proposal,
                   Find(foundation, call, transaction, q.name()));
  RETURN_IF_ERROR(CheckSignature(transaction, call, q, approves));
  if (q.hash() != proposal.hash())
    return rpc::Error(absl::StatusCode::kAborted, v1::ETAG_MISMATCH,
                      "the hash is of another proposal; look at it again");
  RETURN_IF_ERROR(rpc::ToStatus(
      approves ? workflow::Approve(proposal, call.asker.actor, call.now)
               : workflow::Reject(proposal, call.asker.actor, call.now)));
  v1::Ruling& ruling = *proposal.mutable_rulings()->rbegin();
  ruling.set_comment(q.comment());
  ruling.set_public_key(q.public_key());
  ruling.set_signature(q.signature());
  RETURN_IF_ERROR(PinKey(foundation, call, q.public_key(), transaction));
  ASSIGN_OR_RETURN(ledger::Change change,
                   ledger::Change::Begin(transaction, foundation.vault));
  RETURN_IF_ERROR(
      records::WriteProposal(transaction, foundation.vault, change, proposal));
  RETURN_IF_ERROR(
      Finish(change, call, proposal, approves ? "approved" : "rejected"));
  proposal.set_log_index(static_cast<int64_t>(change.log_index()));
  return proposal;
}

absl::StatusOr<answer::Looked<v1::ListProposalsResponse>> List(
    const rpc::Foundation& foundation, const Call& call,
    const v1::ListProposalsRequest& q) {
  std::vector<Violation> violations;
  const int size = rpc::PageSize(q.page_size(), violations);
  RETURN_IF_ERROR(rpc::Invalid(violations));
  ASSIGN_OR_RETURN(std::vector<v1::Proposal> all,
                   records::AllProposals(*foundation.database.TakeSnapshot(),
                                         foundation.vault));
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
    return std::make_pair(a.create_time().seconds(), a.name()) >
           std::make_pair(b.create_time().seconds(), b.name());
  });
  answer::Looked<v1::ListProposalsResponse> looked;
  v1::ListProposalsResponse& out = looked.response;
  bool skipping = !q.page_token().empty();
  for (v1::Proposal& proposal : all) {
    if (skipping) {
      skipping = proposal.name() != q.page_token();
      continue;
    }
    if (q.state() != v1::Proposal::STATE_UNSPECIFIED &&
        proposal.state() != q.state())
      continue;
    if (!MaySee(call, proposal)) continue;
    if (out.proposals_size() == size) {
      out.set_next_page_token(out.proposals(size - 1).name());
      break;
    }
    proposal.clear_act();
    looked.Saw(proposal.subject());
    *out.add_proposals() = std::move(proposal);
  }
  return looked;
}

grpc::ServerUnaryReactor* Ruling(const rpc::Foundation& foundation,
                                 grpc::CallbackServerContext* context,
                                 const char* method,
                                 const v1::RuleOnProposalRequest* request,
                                 v1::Proposal* response, bool approves) {
  return rpc::Write(foundation, context, method, request, response,
                    [&foundation, approves](const Call& call,
                                            const v1::RuleOnProposalRequest& q,
                                            store::Transaction& t) {
                      return Rule(foundation, call, q, approves, t);
                    });
}

}  // namespace

grpc::ServerUnaryReactor* ApprovalService::ProposeAct(
    grpc::CallbackServerContext* context, const v1::ProposeActRequest* request,
    v1::Proposal* response) {
  return rpc::Write(foundation_, context, "ApprovalService.ProposeAct", request,
                    response,
                    [this](const Call& call, const v1::ProposeActRequest& q,
                           store::Transaction& t) {
                      return Propose(foundation_, call, q, t);
                    });
}

grpc::ServerUnaryReactor* ApprovalService::ApproveProposal(
    grpc::CallbackServerContext* context,
    const v1::RuleOnProposalRequest* request, v1::Proposal* response) {
  return Ruling(foundation_, context, "ApprovalService.ApproveProposal",
                request, response, /*approves=*/true);
}

grpc::ServerUnaryReactor* ApprovalService::RejectProposal(
    grpc::CallbackServerContext* context,
    const v1::RuleOnProposalRequest* request, v1::Proposal* response) {
  return Ruling(foundation_, context, "ApprovalService.RejectProposal", request,
                response, /*approves=*/false);
}

grpc::ServerUnaryReactor* ApprovalService::GetProposal(
    grpc::CallbackServerContext* context, const v1::GetProposalRequest* request,
    v1::Proposal* response) {
  return answer::Look(
      foundation_, context, "ApprovalService.GetProposal", request, response,
      [this](const Call& call, const v1::GetProposalRequest& q)
          -> absl::StatusOr<answer::Looked<v1::Proposal>> {
        answer::Looked<v1::Proposal> looked;
        ASSIGN_OR_RETURN(looked.response,
                         Find(foundation_, call,
                              *foundation_.database.TakeSnapshot(), q.name()));
        looked.Saw(looked.response.subject());
        return looked;
      });
}

grpc::ServerUnaryReactor* ApprovalService::ListProposals(
    grpc::CallbackServerContext* context,
    const v1::ListProposalsRequest* request,
    v1::ListProposalsResponse* response) {
  return answer::Look(
      foundation_, context, "ApprovalService.ListProposals", request, response,
      [this](const Call& call, const v1::ListProposalsRequest& q) {
        return List(foundation_, call, q);
      });
}

}  // namespace talentcard::approval
