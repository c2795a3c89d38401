#ifndef TALENTCARD_SERVICES_STAFF_ACCOUNT_RECORDS_H_
#define TALENTCARD_SERVICES_STAFF_ACCOUNT_RECORDS_H_

#include <string>

#include "absl/status/statusor.h"
#include "chengzhou/talentcard/v1/staff.pb.h"
#include "services/records/staff.h"
#include "services/rpc/calls.h"
#include "services/rpc/foundation.h"
#include "services/store/transaction.h"

// Accounts as they are kept and shown.
namespace talentcard::staff {

namespace v1 = chengzhou::talentcard::v1;

// Without anything that is secret.
v1::StaffAccount ShowAccount(const std::string& id, const records::Staff& staff,
                             absl::Time now);

// Keeps it on a leaf of its own that says `what`, and shows it.
absl::StatusOr<v1::StaffAccount> KeepAccount(store::Transaction& transaction,
                                             const rpc::Foundation& foundation,
                                             const rpc::Call& call,
                                             const std::string& id,
                                             const v1::StaffRecord& record,
                                             const std::string& what);

// Before there are any accounts: the first security administrator's,
// `staff/zhao@offices/security`. Answers the code to enrol it with.
// kFailedPrecondition once there is one.
absl::StatusOr<std::string> MakeFirstAccount(const rpc::Foundation& foundation,
                                             const std::string& whose);

// Of all accounts, when a server starts: that nobody holds two offices.
absl::Status CheckAccounts(const rpc::Foundation& foundation);

}  // namespace talentcard::staff

#endif  // TALENTCARD_SERVICES_STAFF_ACCOUNT_RECORDS_H_
