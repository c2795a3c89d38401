#ifndef TALENTCARD_SERVICES_STAFF_ACCOUNT_H_
#define TALENTCARD_SERVICES_STAFF_ACCOUNT_H_

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "chengzhou/talentcard/v1/staff.pb.h"
#include "services/store/random.h"

// What an account allows, pure: the record is changed, and kept by the caller.
namespace talentcard::staff {

namespace v1 = chengzhou::talentcard::v1;

// In a row: with one certificate, and with all that name the person. One has a
// quarter of them at most, so whoever comes by another certificate of that name
// does not lock the person out with it.
inline constexpr int kMostFailures = 5;
inline constexpr int kMostFailuresOfAll = 20;
inline constexpr absl::Duration kLock = absl::Minutes(15);
inline constexpr absl::Duration kUnused = absl::Hours(24 * 90);
inline constexpr absl::Duration kInvitation = absl::Hours(24 * 3);

// A new code with which the account is enrolled; what it was enrolled with
// before is forgotten.
std::string Invite(v1::StaffRecord& record, store::Random& random,
                   absl::Time now);
// Whether this code may enrol it now.
bool IsInvited(const v1::StaffRecord& record, std::string_view enrolment_code,
               absl::Time now);

v1::StaffAccount::State StateOf(const v1::StaffRecord& record, absl::Time now);
// Until when all certificates or the last of some are locked out; a time past
// if none is.
absl::Time LockedUntil(const v1::StaffRecord& record);
bool HasRole(const v1::StaffRecord& record, std::string_view kind,
             std::string_view institution);

// kNoRole: both factors are right, and the certificate names another role.
enum class Outcome { kDone, kWrong, kLocked, kUnused, kDisabled, kNoRole };

// Takes one attempt to sign in with a certificate, by its serial number: what
// is wrong is counted, the fifth in a row locks the certificate out and the
// twentieth all of them. A success with it or kLock without a failure forgets
// them. `password_right` is IsPassword's answer, found outside the writer; both
// factors are always judged, so that neither is told apart. A one-time code
// that was seen counts for nothing any more, even beside a wrong password.
//
// The record has to be kept, whatever the outcome but kLocked, before anybody
// is answered; so the count survives a restart. The person is told no more than
// yes or no: which outcome it was is for the log.
Outcome Attempt(v1::StaffRecord& record, std::string_view certificate,
                bool password_right, std::string_view totp_code,
                absl::Time now);

// The offices of which nobody holds two: kFailedPrecondition if these roles do.
absl::Status CheckOfficesApart(const std::set<std::string>& offices,
                               std::string_view staff,
                               const v1::StaffRecord& record);

}  // namespace talentcard::staff

#endif  // TALENTCARD_SERVICES_STAFF_ACCOUNT_H_
