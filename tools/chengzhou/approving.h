#ifndef TALENTCARD_TOOLS_CHENGZHOU_APPROVING_H_
#define TALENTCARD_TOOLS_CHENGZHOU_APPROVING_H_

#include <string>

#include "absl/status/statusor.h"
#include "engine/digest/ed25519.h"
#include "tools/chengzhou/client.h"

// Acts that need a second person, as requests of ApprovalService; each is still
// without its own request id.
namespace talentcard::client {

// The proposal of a call of `method` (`CardService/RevokeCard`).
// kInvalidArgument for a method nobody knows.
absl::StatusOr<Json> ProposalOf(const std::string& method, const Json& request,
                                const std::string& ground,
                                bool emergency = false);

// The method and the request that a proposal is about.
struct ProposedAct {
  std::string method;  // `CardService/RevokeCard`
  Json request;
};
ProposedAct ActOf(const Json& proposal);

// One person's ruling on a proposal as it was shown, signed.
Json RulingOn(const Json& proposal, const Ed25519Key& key, bool approves,
              const std::string& comment);

// Where a person's key is if they do not say: ~/.chengzhou-ruling/wang.key of
// `staff/wang`.
std::string RulingKeyPath(const std::string& staff);

}  // namespace talentcard::client

#endif  // TALENTCARD_TOOLS_CHENGZHOU_APPROVING_H_
