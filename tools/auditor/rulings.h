#ifndef TALENTCARD_TOOLS_AUDITOR_RULINGS_H_
#define TALENTCARD_TOOLS_AUDITOR_RULINGS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "chengzhou/talentcard/v1/log_record.pb.h"
#include "chengzhou/talentcard/v1/proposal.pb.h"
#include "engine/policy/policy.h"
#include "services/ledger/change.h"

// One proposal and what was ruled on it, judged afterwards. Pure; believes
// neither its state nor who is said to have ruled, only signatures.
namespace talentcard::auditor {

namespace v1 = chengzhou::talentcard::v1;

// Whether this record tells of an act that its actor may not do alone. So does
// one that the matrix lets only others do, and them not alone.
bool NeedsSecond(const policy::Policy& policy, const v1::LogRecord& record);

// What a policy says of how something is approved.
struct ApprovalRule {
  std::vector<std::string> approvers;  // Kinds of asker.
  int64_t ticket_minutes = 0;          // Of a look at all of a minor's record.
  bool emergency = false;
};
// nullopt if its proposer may not do it at all, or does it alone.
std::optional<ApprovalRule> RuleFor(const policy::Policy& policy,
                                    const v1::Proposal& proposal);

// By member of staff, the public key of their first ruling.
using RulingKeys = std::map<std::string, std::string>;

// Why a proposal is not what it says, in words; empty if it is: its hash is
// that of its act, `rule` (of the policy it was proposed under) lets its
// approvers approve it, each ruling is another person's and signed with that
// person's key, and the rulings make its state.
std::string FaultOf(const v1::Proposal& proposal,
                    const std::optional<ApprovalRule>& rule,
                    const RulingKeys& keys);

// Why `executed`, out of `before`, does not let the record's actor do what the
// record tells of; empty if it does.
std::string FaultOfExecution(const v1::Proposal& before,
                             const v1::Proposal& executed,
                             const v1::LogRecord& record);

// False if the proposed act names the card or holds the policy that it changes,
// and what was written is of others.
bool IsActOf(const v1::Proposal& proposal,
             const std::vector<ledger::WrittenRecord>& written);

}  // namespace talentcard::auditor

#endif  // TALENTCARD_TOOLS_AUDITOR_RULINGS_H_
