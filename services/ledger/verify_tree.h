#ifndef TALENTCARD_SERVICES_LEDGER_VERIFY_TREE_H_
#define TALENTCARD_SERVICES_LEDGER_VERIFY_TREE_H_

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "services/ledger/verify_findings.h"
#include "services/store/database.h"

namespace talentcard::ledger {

// The half of VerifyLog that needs no secrets. Returns the index of the last
// leaf of an erasure, if there is one.
absl::StatusOr<std::optional<uint64_t>> VerifyTree(const store::Reader& reader,
                                                   const NoteVerifier& verifier,
                                                   Findings& findings);

}  // namespace talentcard::ledger

#endif  // TALENTCARD_SERVICES_LEDGER_VERIFY_TREE_H_
