#ifndef TALENTCARD_SERVICES_AUDIT_RECEIPT_H_
#define TALENTCARD_SERVICES_AUDIT_RECEIPT_H_

#include <string>

#include "absl/status/statusor.h"
#include "chengzhou/talentcard/v1/audit_service.pb.h"
#include "services/ledger/checkpoint.h"
#include "services/store/sealing.h"

namespace talentcard::audit {

namespace v1 = chengzhou::talentcard::v1;

// The newest signed head, and its note. kFailedPrecondition if nothing is
// signed yet.
absl::StatusOr<ledger::Checkpoint> NewestCheckpoint(
    const store::Reader& reader, const ledger::NoteVerifier& verifier,
    std::string* note = nullptr);

// A receipt, and whom its record is about; empty if it opens nothing.
struct OpenedReceipt {
  v1::Receipt receipt;
  std::string subject;
};

// The receipt of an entry, with what opens it if its subject is not erased.
absl::StatusOr<OpenedReceipt> ReceiptOf(const store::Reader& reader,
                                      const store::Vault& vault,
                                      const ledger::NoteVerifier& verifier,
                                      const v1::GetReceiptRequest& q);

}  // namespace talentcard::audit

#endif  // TALENTCARD_SERVICES_AUDIT_RECEIPT_H_
