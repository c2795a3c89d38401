#ifndef TALENTCARD_TESTS_INTEGRATION_TOGETHER_H_
#define TALENTCARD_TESTS_INTEGRATION_TOGETHER_H_

#include <unistd.h>

#include <atomic>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "engine/digest/ed25519.h"
#include "engine/digest/sha256.h"
#include "engine/status_macros.h"
#include "tools/chengzhou/approving.h"
#include "tools/chengzhou/client.h"

namespace talentcard {

inline const client::Asker kSecondOfOffice{"talent-office", "offices/talent",
                                           "staff/second", "approve"};

// What one person cannot do alone: `asker` proposes it, `second` approves it,
// `asker` does it.
inline absl::StatusOr<client::Json> Together(
    client::Client& client, const client::Asker& asker,
    const std::string& method, const client::Json& request,
    client::Failure* failure = nullptr,
    const client::Asker& second = kSecondOfOffice) {
  static std::atomic<int> times = 0;
  const Ed25519Key key(Sha256({"test\n", second.staff}));
  const std::string id = absl::StrCat("together-", ++times, "-", getpid());
  ASSIGN_OR_RETURN(client::Json proposing,
                   client::ProposalOf(method, request, "test"));
  proposing["request_id"] = id + "-propose";
  ASSIGN_OR_RETURN(
      const client::Json proposal,
      client.Call(asker, "ApprovalService/ProposeAct", proposing, failure));
  client::Json ruling =
      client::RulingOn(proposal, key, /*approves=*/true, "read");
  ruling["request_id"] = id + "-approve";
  RETURN_IF_ERROR(
      client.Call(second, "ApprovalService/ApproveProposal", ruling, failure)
          .status());
  return client.Call(asker, method, request, failure);
}

}  // namespace talentcard

#endif  // TALENTCARD_TESTS_INTEGRATION_TOGETHER_H_
