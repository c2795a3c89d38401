#include "services/ledger/verify.h"

#include <utility>

#include "engine/status_macros.h"
#include "services/ledger/verify_findings.h"
#include "services/ledger/verify_records.h"
#include "services/ledger/verify_tree.h"

namespace talentcard::ledger {

absl::StatusOr<VerifyReport> VerifyLog(const store::Reader& reader,
                                       const store::Vault& vault,
                                       const NoteVerifier& verifier,
                                       const VerifyOptions& options) {
  Findings findings{options};
  ASSIGN_OR_RETURN(const std::optional<uint64_t> last_erasure,
                   VerifyTree(reader, verifier, findings));
  if (!options.tree_only) {
    RETURN_IF_ERROR(VerifyRecords(reader, vault, last_erasure, findings));
  }
  RETURN_IF_ERROR(findings.Tell());
  return std::move(findings.report);
}

}  // namespace talentcard::ledger
