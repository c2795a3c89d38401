#ifndef TALENTCARD_SERVICES_RECORDS_ERASURE_H_
#define TALENTCARD_SERVICES_RECORDS_ERASURE_H_

#include <string_view>

#include "absl/status/status.h"
#include "services/store/sealing.h"
#include "services/store/transaction.h"

namespace talentcard::records {

// Destroys the person's key, so that nothing about the person opens again,
// today or in an old copy of the records, and the rows by which the person is
// found or the person's id with something else. The log keeps its leaves: they
// commit to what nobody can read. What does not open any more stops nothing.
absl::Status ErasePerson(store::Transaction& transaction,
                         const store::Vault& vault, std::string_view id);

}  // namespace talentcard::records

#endif  // TALENTCARD_SERVICES_RECORDS_ERASURE_H_
