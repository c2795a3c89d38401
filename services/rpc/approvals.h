#ifndef TALENTCARD_SERVICES_RPC_APPROVALS_H_
#define TALENTCARD_SERVICES_RPC_APPROVALS_H_

#include <google/protobuf/message.h>

#include <string>

#include "absl/status/status.h"
#include "engine/policy/policy.h"
#include "engine/workflow/four_eyes.h"
#include "services/rpc/asker.h"
#include "services/rpc/foundation.h"
#include "services/store/transaction.h"

namespace talentcard::rpc {

struct Call;

// Before an act that needs a second person: uses up the approval of exactly
// this request by this asker, on a leaf of its own. kFailedPrecondition,
// APPROVAL_NEEDED, if there is none that may be used now. OK at once for an act
// that one person may do.
absl::Status UseApproval(store::Transaction& transaction,
                         const Foundation& foundation, const Call& call,
                         const google::protobuf::Message& request);

// That a `ticket_id` is none, or one a look can be proposed with.
absl::Status CheckTicket(const std::string& ticket_id);
// Before a look at all of a minor's record, made with a `ticket_id`: that
// somebody approved exactly this request by this asker, and that it is still
// open. The first time goes on a leaf of its own. Errors as UseApproval.
absl::Status UseTicket(store::Transaction& transaction,
                       const Foundation& foundation, const Call& call,
                       const google::protobuf::Message& request);

// What a refusal is told as.
absl::Status ToStatus(workflow::Refusal refusal);

}  // namespace talentcard::rpc

#endif  // TALENTCARD_SERVICES_RPC_APPROVALS_H_
