#ifndef TALENTCARD_SERVICES_LEDGER_SECOND_PATH_H_
#define TALENTCARD_SERVICES_LEDGER_SECOND_PATH_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "services/ledger/merkle.h"
#include "services/store/database.h"

namespace talentcard::ledger {

// The root of the first `size` entries as RFC 6962 section 2.1 defines it, top
// down from the stored entries: what grows a tree leaf by leaf has no part in
// it. Entries before `checked` were held against their tiles before: whole
// tiles of them are taken by their roots. kDataLoss if a row is missing.
absl::StatusOr<Hash> RootByDefinition(const store::Reader& reader,
                                      uint64_t size, uint64_t checked);

}  // namespace talentcard::ledger

#endif  // TALENTCARD_SERVICES_LEDGER_SECOND_PATH_H_
