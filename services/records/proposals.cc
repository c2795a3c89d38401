#include "services/records/proposals.h"

#include "absl/strings/escaping.h"
#include "services/records/names.h"
#include "services/records/sealed.h"

namespace talentcard::records {

using store::Key;
using store::Table;

Sha256Hash ProposalHash(std::string_view method, std::string_view proposer,
                        std::string_view act) {
  return Sha256({"chengzhou/proposal/v1\n", method, "\n", proposer, "\n", act});
}

std::string ProposalId(const Sha256Hash& hash) {
  return absl::BytesToHexString(A(AsBytes(hash))).substr(0, 32);
}

absl::StatusOr<std::optional<v1::Proposal>> ReadProposal(
    const store::Reader& reader, const store::Vault& vault,
    std::string_view id) {
  uint64_t log_index = 0;
  ASSIGN_OR_RETURN(
      std::optional<v1::Proposal> proposal,
      ReadSealed<v1::Proposal>(reader, vault, Table::kProposal, id,
                               store::kLatestRevision, nullptr, &log_index));
  if (proposal) proposal->set_log_index(static_cast<int64_t>(log_index));
  return proposal;
}

absl::Status WriteProposal(store::Transaction& transaction,
                           const store::Vault& vault, store::StateWriter& state,
                           const v1::Proposal& proposal) {
  v1::Proposal stored = proposal;
  stored.clear_log_index();
  return WriteSealed(transaction, vault, state, Table::kProposal,
                     *IdOf("proposals", proposal.name()),
                     ProposalOwner(proposal), stored);
}

std::string ProposalOwner(const v1::Proposal& proposal) {
  return IdOf("people", proposal.subject())
      .value_or(std::string(store::kSystemOwner));
}

absl::StatusOr<std::vector<v1::Proposal>> AllProposals(
    const store::Reader& reader, const store::Vault& vault) {
  const Key rows(Table::kProposal);
  std::vector<std::string> ids;
  RETURN_IF_ERROR(reader.Scan(rows.First(), rows.Last(),
                              [&](std::string_view key, std::string_view) {
                                ids.emplace_back(key.substr(1));
                                return true;
                              }));
  std::vector<v1::Proposal> proposals;
  for (const std::string& id : ids) {
    ASSIGN_OR_RETURN(std::optional<v1::Proposal> proposal,
                     ReadProposal(reader, vault, id));
    if (proposal) proposals.push_back(*std::move(proposal));
  }
  return proposals;
}

absl::StatusOr<std::optional<std::string>> RulingKey(
    const store::Reader& reader, std::string_view staff) {
  ASSIGN_OR_RETURN(std::optional<store::Version> version,
                   store::ReadVersion(reader, Table::kRulingKey, staff));
  if (!version) return std::nullopt;
  return std::move(version->payload);
}

absl::Status WriteRulingKey(store::StateWriter& state, std::string_view staff,
                            std::string_view public_key) {
  return state.Put(Table::kRulingKey, staff, public_key);
}

}  // namespace talentcard::records
