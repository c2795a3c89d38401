#include "services/staff/account.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/decision/view.h"
#include "engine/digest/sha256.h"
#include "services/staff/totp.h"

namespace talentcard::staff {

using decision::ToTime;
using decision::ToTimestamp;

namespace {

bool IsLockedOut(const v1::StaffRecord& record, std::string_view certificate,
                 absl::Time now) {
  const auto& failed = record.failed_sign_ins();
  return now < ToTime(record.locked_until()) ||
         std::any_of(failed.begin(), failed.end(),
                     [&](const v1::FailedSignIns& with) {
                       return with.certificate() == certificate &&
                              with.count() >= kMostFailures &&
                              now < ToTime(with.until());
                     });
}

// Those with this certificate, and what is to be forgotten anyway.
void Forget(v1::StaffRecord& record, std::string_view certificate,
            absl::Time now) {
  auto& failed = *record.mutable_failed_sign_ins();
  failed.erase(std::remove_if(failed.begin(), failed.end(),
                              [&](const v1::FailedSignIns& with) {
                                return with.certificate() == certificate ||
                                       now >= ToTime(with.until());
                              }),
               failed.end());
}

void CountFailure(v1::StaffRecord& record, std::string_view certificate,
                  absl::Time now) {
  record.set_failures(record.failures() + 1);
  v1::FailedSignIns mine;
  mine.set_certificate(std::string(certificate));
  int all = 1;
  for (const v1::FailedSignIns& with : record.failed_sign_ins()) {
    if (now >= ToTime(with.until())) continue;
    all += with.count();
    if (with.certificate() == certificate) mine.set_count(with.count());
  }
  mine.set_count(mine.count() + 1);
  *mine.mutable_until() = ToTimestamp(now + kLock);
  Forget(record, certificate, now);
  *record.add_failed_sign_ins() = std::move(mine);
  if (all >= kMostFailuresOfAll)
    *record.mutable_locked_until() = ToTimestamp(now + kLock);
}

}  // namespace

std::string Invite(v1::StaffRecord& record, store::Random& random,
                   absl::Time now) {
  std::string code = random.NewId();
  record.clear_disabled();
  record.clear_password();
  record.clear_totp_secret();
  record.clear_last_step();
  record.clear_failures();
  record.clear_failed_sign_ins();
  record.clear_locked_until();
  record.set_enrolment_hash(std::string(AsBytes(Sha256(code))));
  *record.mutable_enrolment_until() = ToTimestamp(now + kInvitation);
  *record.mutable_last_used_time() = ToTimestamp(now);
  return code;
}

bool IsInvited(const v1::StaffRecord& record, std::string_view enrolment_code,
               absl::Time now) {
  return !record.disabled() && !record.enrolment_hash().empty() &&
         now < ToTime(record.enrolment_until()) &&
         record.enrolment_hash() == AsBytes(Sha256(enrolment_code));
}

v1::StaffAccount::State StateOf(const v1::StaffRecord& record, absl::Time now) {
  if (record.disabled()) return v1::StaffAccount::DISABLED;
  if (record.password().empty()) return v1::StaffAccount::TO_ENROL;
  if (now < LockedUntil(record)) return v1::StaffAccount::LOCKED;
  if (now - ToTime(record.last_used_time()) >= kUnused)
    return v1::StaffAccount::UNUSED;
  return v1::StaffAccount::ACTIVE;
}

absl::Time LockedUntil(const v1::StaffRecord& record) {
  absl::Time until = ToTime(record.locked_until());
  for (const v1::FailedSignIns& with : record.failed_sign_ins()) {
    if (with.count() >= kMostFailures)
      until = std::max(until, ToTime(with.until()));
  }
  return until;
}

bool HasRole(const v1::StaffRecord& record, std::string_view kind,
             std::string_view institution) {
  return std::any_of(record.roles().begin(), record.roles().end(),
                     [&](const v1::StaffRole& role) {
                       return role.kind() == kind &&
                              role.institution() == institution;
                     });
}

Outcome Attempt(v1::StaffRecord& record, std::string_view certificate,
                bool password_right, std::string_view totp_code,
                absl::Time now) {
  // While it is locked nothing counts, or whoever goes on guessing would lock
  // the person out for ever.
  if (IsLockedOut(record, certificate, now)) return Outcome::kLocked;
  const std::optional<uint64_t> step =
      MatchTotp(record.totp_secret(), totp_code, now, record.last_step());
  if (step) record.set_last_step(*step);
  if (record.disabled()) return Outcome::kDisabled;
  if (record.password().empty() || !password_right || !step) {
    CountFailure(record, certificate, now);
    return Outcome::kWrong;
  }
  if (now - ToTime(record.last_used_time()) >= kUnused) return Outcome::kUnused;
  record.clear_failures();
  Forget(record, certificate, now);
  *record.mutable_last_used_time() = ToTimestamp(now);
  return Outcome::kDone;
}

absl::Status CheckOfficesApart(const std::set<std::string>& offices,
                               std::string_view staff,
                               const v1::StaffRecord& record) {
  std::set<std::string> held;
  for (const v1::StaffRole& role : record.roles()) {
    if (offices.contains(role.kind())) held.insert(role.kind());
  }
  if (held.size() < 2) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "`", std::string(staff), "` would be ", absl::StrJoin(held, " and "),
      "; give each of these offices to another person"));
}

}  // namespace talentcard::staff
