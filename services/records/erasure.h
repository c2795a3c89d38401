#ifndef TALENTCARD_SERVICES_RECORDS_ERASURE_H_
#define TALENTCARD_SERVICES_RECORDS_ERASURE_H_

#include "absl/status/status.h"
#include "chengzhou/talentcard/v1/person.pb.h"
#include "services/store/sealing.h"
#include "services/store/transaction.h"

namespace talentcard::records {

// Destroys the person's key, so that nothing about the person opens again,
// today or in an old copy of the records, and the rows by which the person is
// found. The log keeps its leaves: they commit to what nobody can read.
absl::Status ErasePerson(store::Transaction& transaction,
                         const store::Vault& vault,
                         const chengzhou::talentcard::v1::Person& person);

}  // namespace talentcard::records

#endif  // TALENTCARD_SERVICES_RECORDS_ERASURE_H_
