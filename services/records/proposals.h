#ifndef TALENTCARD_SERVICES_RECORDS_PROPOSALS_H_
#define TALENTCARD_SERVICES_RECORDS_PROPOSALS_H_

#include <google/protobuf/message.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "chengzhou/talentcard/v1/proposal.pb.h"
#include "engine/digest/sha256.h"
#include "services/store/sealing.h"
#include "services/store/versions.h"

// Proposed acts, and the keys their approvers sign with.
namespace talentcard::records {

namespace v1 = chengzhou::talentcard::v1;

// What is approved: this request by this person. `act` are its deterministic
// bytes, `proposer` as workflow::Actor::ToString.
Sha256Hash ProposalHash(std::string_view method, std::string_view proposer,
                        std::string_view act);
// The {proposal} of its name.
std::string ProposalId(const Sha256Hash& hash);

// Whose key seals it: its subject's, else the system's.
std::string ProposalOwner(const v1::Proposal& proposal);

// nullopt also for one about somebody who was erased.
absl::StatusOr<std::optional<v1::Proposal>> ReadProposal(
    const store::Reader& reader, const store::Vault& vault,
    std::string_view id);
absl::Status WriteProposal(store::Transaction& transaction,
                           const store::Vault& vault, store::StateWriter& state,
                           const v1::Proposal& proposal);
// In no order.
absl::StatusOr<std::vector<v1::Proposal>> AllProposals(
    const store::Reader& reader, const store::Vault& vault);

// The key of a member of staff's first ruling; nullopt before it.
absl::StatusOr<std::optional<std::string>> RulingKey(
    const store::Reader& reader, std::string_view staff);
absl::Status WriteRulingKey(store::StateWriter& state, std::string_view staff,
                            std::string_view public_key);

}  // namespace talentcard::records

#endif  // TALENTCARD_SERVICES_RECORDS_PROPOSALS_H_
