#ifndef TALENTCARD_SERVICES_LEDGER_VERIFY_RECORDS_H_
#define TALENTCARD_SERVICES_LEDGER_VERIFY_RECORDS_H_

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "services/ledger/verify_findings.h"
#include "services/store/database.h"
#include "services/store/sealing.h"

namespace talentcard::ledger {

// The half of VerifyLog that opens entries: each against the records it wrote,
// then each record against the entry that wrote it. Only entries before
// `last_erasure` may have been erased.
absl::Status VerifyRecords(const store::Reader& reader,
                           const store::Vault& vault,
                           std::optional<uint64_t> last_erasure,
                           Findings& findings);

}  // namespace talentcard::ledger

#endif  // TALENTCARD_SERVICES_LEDGER_VERIFY_RECORDS_H_
