#include "tools/auditor/rulings.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "chengzhou/talentcard/v1/card_service.pb.h"
#include "chengzhou/talentcard/v1/policy_service.pb.h"
#include "engine/decision/view.h"
#include "engine/digest/ed25519.h"
#include "engine/policy/digest.h"
#include "engine/policy/services.h"
#include "engine/workflow/four_eyes.h"
#include "services/records/names.h"
#include "services/records/proposals.h"
#include "services/store/keys.h"

namespace talentcard::auditor {
namespace {

using decision::ToTime;
using State = v1::Proposal;

std::string ActorOf(const v1::Participant& who) {
  return workflow::Actor{who.kind(), who.staff(), who.institution(),
                         who.person()}
      .ToString();
}

// Null for a method nobody knows.
const google::protobuf::Descriptor* RequestOf(const std::string& method) {
  static const auto* const methods =
      new std::map<std::string, const google::protobuf::MethodDescriptor*>(
          policy::AllMethods());
  const auto found = methods->find(method);
  return found == methods->end() ? nullptr : found->second->input_type();
}

bool IsLook(const std::string& method) {
  const auto* request = RequestOf(method);
  return request != nullptr && request->FindFieldByName("ticket_id") != nullptr;
}

bool HasHash(const v1::Proposal& proposal) {
  const Sha256Hash hash = records::ProposalHash(
      proposal.method(), ActorOf(proposal.proposer()), proposal.act().value());
  return proposal.hash() == AsBytes(hash) &&
         proposal.name() ==
             records::NameOf("proposals", records::ProposalId(hash));
}

bool SignedWith(const std::string& public_key, const v1::Proposal& proposal,
                const v1::Ruling& ruling) {
  Ed25519PublicKey key{};
  if (public_key.size() != key.size()) return false;
  std::copy(public_key.begin(), public_key.end(), key.begin());
  return VerifyEd25519(
      key,
      absl::StrCat("chengzhou/ruling/v1\n",
                   absl::BytesToHexString(proposal.hash()),
                   ruling.approves() ? "\napprove\n" : "\nreject\n"),
      ruling.signature());
}

std::string FaultOfRuling(const v1::Proposal& proposal, int i,
                          const RulingKeys& keys) {
  const v1::Ruling& ruling = proposal.rulings(i);
  const v1::Participant& by = ruling.by();
  const auto& kinds = proposal.approvers();
  if (workflow::SamePerson(by, proposal.proposer()))
    return absl::StrCat("`", by.staff(), "` ruled on their own proposal");
  if (std::find(kinds.begin(), kinds.end(), by.kind()) == kinds.end())
    return absl::StrCat("`", by.kind(), "` ruled, who may not");
  for (int before = 0; before < i; ++before) {
    if (workflow::SamePerson(by, proposal.rulings(before).by()))
      return absl::StrCat("`", by.staff(), "` ruled twice");
  }
  const auto pinned = keys.find(by.staff());
  if (pinned == keys.end())
    return absl::StrCat("`", by.staff(), "` has no key to rule with");
  if (pinned->second != ruling.public_key())
    return absl::StrCat("the ruling of `", by.staff(),
                        "` is under another key than theirs");
  if (!SignedWith(pinned->second, proposal, ruling))
    return absl::StrCat("the signature of `", by.staff(), "` does not hold");
  return "";
}

bool RulingsMakeItsState(const v1::Proposal& proposal) {
  const auto& rulings = proposal.rulings();
  const bool rejected =
      std::any_of(rulings.begin(), rulings.end(),
                  [](const v1::Ruling& ruling) { return !ruling.approves(); });
  switch (proposal.state()) {
    case State::PENDING:
    case State::EMERGENCY:
    case State::TO_REVIEW:
      return rulings.empty();
    case State::APPROVED:
    case State::EXECUTED:
    case State::REVIEWED:
      return !rulings.empty() && !rejected;
    case State::REJECTED:
    case State::DISPUTED:
      return rejected;
    default:
      return false;
  }
}

bool IsEmergency(v1::Proposal::State state) {
  return state == State::EMERGENCY || state == State::TO_REVIEW ||
         state == State::REVIEWED || state == State::DISPUTED;
}

// The database key of what an act changes, as far as the request says it.
std::optional<std::string> RecordOf(const v1::Proposal& proposal) {
  const auto* request = RequestOf(proposal.method());
  const std::string& act = proposal.act().value();
  if (v1::ChangeCardRequest card;
      request == card.descriptor() && card.ParseFromString(act)) {
    return store::Key(store::Table::kCard)
        .Add(records::IdOf("cards", card.name()).value_or(""))
        .bytes();
  }
  v1::PublishPolicyRequest publication;
  if (proposal.method() != "PolicyService.PublishPolicy" ||
      !publication.ParseFromString(act))
    return std::nullopt;
  std::map<std::string, std::string> files;
  for (const v1::RuleFile& file : publication.files())
    files[file.path()] = file.content();
  return store::Key(store::Table::kPolicy).Add(policy::Digest(files)).bytes();
}

}  // namespace

bool NeedsSecond(const policy::Policy& policy, const v1::LogRecord& record) {
  const auto row = policy.access.rules.find(record.method());
  if (row == policy.access.rules.end()) return false;
  const std::string kind = record.actor().substr(0, record.actor().find(':'));
  const auto cell = row->second.find(kind);
  if (cell != row->second.end()) return !cell->second.approved_by.empty();
  return std::any_of(
      row->second.begin(), row->second.end(),
      [](const auto& other) { return !other.second.approved_by.empty(); });
}

std::optional<ApprovalRule> RuleFor(const policy::Policy& policy,
                                    const v1::Proposal& proposal) {
  const auto row = policy.access.rules.find(proposal.method());
  if (row == policy.access.rules.end()) return std::nullopt;
  const auto cell = row->second.find(proposal.proposer().kind());
  if (cell == row->second.end()) return std::nullopt;
  const bool emergency = cell->second.emergency;
  const auto& minors = policy.personal_data.minors;
  ApprovalRule rule =
      minors && IsLook(proposal.method())
          ? ApprovalRule{minors->approved_by, minors->ticket_minutes, emergency}
          : ApprovalRule{cell->second.approved_by, 0, emergency};
  if (rule.approvers.empty()) return std::nullopt;
  return rule;
}

std::string FaultOf(const v1::Proposal& proposal,
                    const std::optional<ApprovalRule>& rule,
                    const RulingKeys& keys) {
  if (!HasHash(proposal))
    return "its hash is not that of its method, proposer and act";
  if (!rule) return "its policy lets nobody propose it";
  if (!std::equal(proposal.approvers().begin(), proposal.approvers().end(),
                  rule->approvers.begin(), rule->approvers.end()))
    return "its policy asks others to approve it";
  if (proposal.ticket_minutes() != rule->ticket_minutes)
    return "its policy opens it for another time";
  if (IsEmergency(proposal.state()) && !rule->emergency)
    return "its policy knows no emergency here";
  for (int i = 0; i < proposal.rulings_size(); ++i) {
    if (std::string fault = FaultOfRuling(proposal, i, keys); !fault.empty())
      return fault;
  }
  if (!RulingsMakeItsState(proposal))
    return absl::StrCat("its rulings do not make it ",
                        v1::Proposal::State_Name(proposal.state()));
  return "";
}

std::string FaultOfExecution(const v1::Proposal& before,
                             const v1::Proposal& executed,
                             const v1::LogRecord& record) {
  if (executed.method() != record.method())
    return absl::StrCat("it is for `", executed.method(), "`");
  if (ActorOf(executed.proposer()) != record.actor())
    return absl::StrCat("`", ActorOf(executed.proposer()), "` proposed it");
  const bool emergency = executed.state() == State::TO_REVIEW;
  if (executed.state() != State::EXECUTED && !emergency)
    return absl::StrCat("that left it ",
                        v1::Proposal::State_Name(executed.state()));
  if (before.state() != (emergency ? State::EMERGENCY : State::APPROVED))
    return absl::StrCat("it was ", v1::Proposal::State_Name(before.state()),
                        " before");
  const absl::Time time = ToTime(executed.execute_time());
  if (time >= ToTime(executed.expire_time())) return "it had expired";
  const auto& rulings = executed.rulings();
  const bool late = std::any_of(
      rulings.begin(), rulings.end(),
      [&](const v1::Ruling& ruling) { return ToTime(ruling.time()) > time; });
  return late ? "it was approved only afterwards" : "";
}

bool IsActOf(const v1::Proposal& proposal,
             const std::vector<ledger::WrittenRecord>& written) {
  if (written.empty()) return true;
  const std::optional<std::string> key = RecordOf(proposal);
  return !key || std::any_of(written.begin(), written.end(),
                             [&](const ledger::WrittenRecord& record) {
                               return record.key == *key;
                             });
}

}  // namespace talentcard::auditor
