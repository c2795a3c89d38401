#include "services/staff/account.h"

#include "absl/strings/str_cat.h"
#include "engine/decision/view.h"
#include "gtest/gtest.h"
#include "services/staff/totp.h"

namespace talentcard::staff {
namespace {

using decision::ToTime;
using decision::ToTimestamp;

constexpr absl::Time kNow = absl::FromUnixSeconds(1747008000);
// Serial numbers of certificates.
constexpr char kDesk[] = "1A", kOther[] = "1B";

v1::StaffRecord Wang() {
  v1::StaffRecord record;
  v1::StaffRole& role = *record.add_roles();
  role.set_kind("clerk");
  role.set_institution("stations/haizhou");
  record.set_password("a hash");
  record.set_totp_secret("12345678901234567890");
  *record.mutable_last_used_time() = ToTimestamp(kNow - absl::Hours(1));
  return record;
}

std::string CodeAt(absl::Time now) {
  return TotpCode(Wang().totp_secret(), TotpStep(now));
}

Outcome Right(v1::StaffRecord& record, absl::Time now,
              std::string_view certificate = kDesk) {
  return Attempt(record, certificate, true, CodeAt(now), now);
}
void Fail(v1::StaffRecord& record, int times, absl::Time now,
          std::string_view certificate) {
  for (int i = 0; i < times; ++i) Attempt(record, certificate, false, "", now);
}

TEST(AttemptTest, BothFactorsAreNeeded) {
  v1::StaffRecord record = Wang();
  EXPECT_EQ(Attempt(record, kDesk, true, "", kNow), Outcome::kWrong);
  EXPECT_EQ(Attempt(record, kDesk, true, "000000", kNow), Outcome::kWrong);
  EXPECT_EQ(record.failures(), 2);
  EXPECT_EQ(Right(record, kNow), Outcome::kDone);
  EXPECT_EQ(record.failures(), 0);
  EXPECT_EQ(ToTime(record.last_used_time()), kNow);
}

TEST(AttemptTest, NobodySignsInBeforeTheyEnrolled) {
  v1::StaffRecord record = Wang();
  record.clear_password();
  EXPECT_EQ(Right(record, kNow), Outcome::kWrong);
  record = Wang();
  record.clear_totp_secret();
  EXPECT_EQ(Attempt(record, kDesk, true, TotpCode("", TotpStep(kNow)), kNow),
            Outcome::kWrong);
}

TEST(AttemptTest, ACodeSeenOverTheShoulderIsOfNoUse) {
  v1::StaffRecord record = Wang();
  EXPECT_EQ(Right(record, kNow), Outcome::kDone);
  EXPECT_EQ(Right(record, kNow), Outcome::kWrong);
  EXPECT_EQ(Right(record, kNow + absl::Seconds(30)), Outcome::kDone);
}

TEST(AttemptTest, ACodeBesideAWrongPasswordIsUsedUpToo) {
  v1::StaffRecord record = Wang();
  EXPECT_EQ(Attempt(record, kDesk, false, CodeAt(kNow), kNow), Outcome::kWrong);
  EXPECT_EQ(Right(record, kNow), Outcome::kWrong);
  EXPECT_EQ(Right(record, kNow + absl::Seconds(30)), Outcome::kDone);
}

TEST(AttemptTest, TheFifthFailureInARowLocksForAQuarterOfAnHour) {
  v1::StaffRecord record = Wang();
  for (int i = 0; i < kMostFailures - 1; ++i)
    EXPECT_EQ(Attempt(record, kDesk, false, "", kNow), Outcome::kWrong);
  v1::StaffRecord four = record;
  EXPECT_EQ(Right(four, kNow), Outcome::kDone);
  EXPECT_EQ(Attempt(record, kDesk, false, "", kNow), Outcome::kWrong);
  EXPECT_EQ(StateOf(record, kNow), v1::StaffAccount::LOCKED);
  EXPECT_EQ(Right(record, kNow), Outcome::kLocked);
  EXPECT_EQ(Right(record, kNow + kLock - absl::Seconds(1)), Outcome::kLocked);
  EXPECT_EQ(StateOf(record, kNow + kLock), v1::StaffAccount::ACTIVE);
  EXPECT_EQ(Right(record, kNow + kLock), Outcome::kDone);
}

TEST(AttemptTest, GuessingGoesOnForNothingWhileItIsLocked) {
  v1::StaffRecord record = Wang();
  Fail(record, 100, kNow, kDesk);
  EXPECT_EQ(record.failures(), kMostFailures);
  EXPECT_EQ(LockedUntil(record), kNow + kLock);
}

TEST(AttemptTest, FiveMoreFailuresLockItAgain) {
  v1::StaffRecord record = Wang();
  Fail(record, kMostFailures, kNow, kDesk);
  const absl::Time later = kNow + kLock;
  Fail(record, kMostFailures - 1, later, kDesk);
  EXPECT_EQ(StateOf(record, later), v1::StaffAccount::ACTIVE);
  Fail(record, 1, later, kDesk);
  EXPECT_EQ(StateOf(record, later), v1::StaffAccount::LOCKED);
}

TEST(AttemptTest, WhoGuessesForEverWithAnotherCertificateLocksNobodyElseOut) {
  v1::StaffRecord record = Wang();
  absl::Time now = kNow;
  for (int i = 0; i < 100; ++i, now += kLock) {
    Fail(record, 2 * kMostFailures, now, kOther);
    EXPECT_EQ(Right(record, now, kOther), Outcome::kLocked);
    EXPECT_EQ(StateOf(record, now), v1::StaffAccount::LOCKED);
  }
  now -= kLock;
  EXPECT_EQ(Right(record, now), Outcome::kDone);
  EXPECT_EQ(Right(record, now + absl::Seconds(30), kOther), Outcome::kLocked)
      << "another's success gives no more guesses";
}

TEST(AttemptTest, FourCertificatesTogetherLockAll) {
  v1::StaffRecord record = Wang();
  for (const char* certificate : {"2A", "2B", "2C"})
    Fail(record, kMostFailures, kNow, certificate);
  Fail(record, kMostFailures - 1, kNow, "2D");
  v1::StaffRecord nineteen = record;
  EXPECT_EQ(Right(nineteen, kNow), Outcome::kDone);
  Fail(record, 1, kNow, "2D");
  EXPECT_EQ(Right(record, kNow), Outcome::kLocked);
  EXPECT_EQ(Right(record, kNow + kLock - absl::Seconds(1)), Outcome::kLocked);
  EXPECT_EQ(Right(record, kNow + kLock), Outcome::kDone);
}

TEST(AttemptTest, AQuarterOfAnHourWithoutAFailureForgetsThem) {
  v1::StaffRecord record = Wang();
  Fail(record, kMostFailures - 1, kNow, kDesk);
  v1::StaffRecord later = record;
  Fail(record, 1, kNow + kLock - absl::Seconds(1), kDesk);
  EXPECT_EQ(Right(record, kNow + kLock), Outcome::kLocked);
  Fail(later, 1, kNow + kLock, kDesk);
  EXPECT_EQ(Right(later, kNow + kLock), Outcome::kDone);
}

TEST(AttemptTest, NoMoreFailuresAreKeptThanLockAll) {
  v1::StaffRecord record = Wang();
  for (int i = 0; i < 1000; ++i)
    Fail(record, 1, kNow + i * absl::Seconds(20), absl::StrCat(i));
  EXPECT_LE(record.failed_sign_ins_size(), kMostFailuresOfAll);
}

TEST(AttemptTest, AnAccountUnusedForNinetyDaysIsShut) {
  v1::StaffRecord record = Wang();
  *record.mutable_last_used_time() =
      ToTimestamp(kNow - kUnused + absl::Seconds(1));
  v1::StaffRecord later = record;
  EXPECT_EQ(Right(record, kNow), Outcome::kDone);
  EXPECT_EQ(Right(later, kNow + absl::Seconds(1)), Outcome::kUnused);
  EXPECT_EQ(StateOf(later, kNow + absl::Seconds(1)), v1::StaffAccount::UNUSED);
}

TEST(AttemptTest, ADisabledAccountTakesNobody) {
  v1::StaffRecord record = Wang();
  record.set_disabled(true);
  EXPECT_EQ(Right(record, kNow), Outcome::kDisabled);
  EXPECT_EQ(StateOf(record, kNow), v1::StaffAccount::DISABLED);
}

TEST(InvitationTest, IsGoodForThreeDaysAndForNothingElse) {
  v1::StaffRecord record = Wang();
  store::SeededRandom random(1);
  const std::string code = Invite(record, random, kNow);
  EXPECT_EQ(StateOf(record, kNow), v1::StaffAccount::TO_ENROL);
  EXPECT_TRUE(IsInvited(record, code, kNow + kInvitation - absl::Seconds(1)));
  EXPECT_FALSE(IsInvited(record, code, kNow + kInvitation));
  EXPECT_FALSE(IsInvited(record, "", kNow));
  EXPECT_FALSE(IsInvited(record, Invite(record, random, kNow) + "0", kNow));
  EXPECT_FALSE(IsInvited(record, code, kNow)) << "a newer one replaced it";
  EXPECT_FALSE(IsInvited(Wang(), "", kNow));
}

TEST(InvitationTest, ForgetsWhatWasEnrolledBefore) {
  v1::StaffRecord record = Wang();
  Fail(record, kMostFailures, kNow, kDesk);
  record.set_disabled(true);
  store::SeededRandom random(1);
  Invite(record, random, kNow);
  EXPECT_EQ(record.password(), "");
  EXPECT_EQ(record.totp_secret(), "");
  EXPECT_EQ(StateOf(record, kNow), v1::StaffAccount::TO_ENROL);
  EXPECT_TRUE(HasRole(record, "clerk", "stations/haizhou"));
}

TEST(RoleTest, IsOfOneKindAtOneInstitution) {
  EXPECT_TRUE(HasRole(Wang(), "clerk", "stations/haizhou"));
  EXPECT_FALSE(HasRole(Wang(), "clerk", "stations/other"));
  EXPECT_FALSE(HasRole(Wang(), "reviewer", "stations/haizhou"));
  EXPECT_FALSE(HasRole(v1::StaffRecord(), "", ""));
}

struct Offices {
  const char* name;
  std::vector<std::string> held;
  bool apart;
};

class OfficesTest : public testing::TestWithParam<Offices> {};

TEST_P(OfficesTest, AreHeldApart) {
  v1::StaffRecord record;
  for (const std::string& kind : GetParam().held)
    record.add_roles()->set_kind(kind);
  EXPECT_EQ(CheckOfficesApart({"system", "security-admin", "auditor"},
                              "staff/wang", record)
                .ok(),
            GetParam().apart);
}

INSTANTIATE_TEST_SUITE_P(
    Table, OfficesTest,
    testing::ValuesIn<Offices>({
        {"None", {"clerk", "reviewer"}, true},
        {"One", {"auditor"}, true},
        {"OneAtTwoPlaces", {"auditor", "auditor"}, true},
        {"AnOfficeAndADesk", {"auditor", "clerk"}, true},
        {"AuditorAndSystem", {"auditor", "system"}, false},
        {"BothAdministrators", {"security-admin", "clerk", "system"}, false},
    }),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace talentcard::staff
