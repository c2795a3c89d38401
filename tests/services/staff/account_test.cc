#include "services/staff/account.h"

#include "engine/decision/view.h"
#include "gtest/gtest.h"
#include "services/staff/totp.h"

namespace talentcard::staff {
namespace {

using decision::ToTime;
using decision::ToTimestamp;

constexpr absl::Time kNow = absl::FromUnixSeconds(1747008000);

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

Outcome Right(v1::StaffRecord& record, absl::Time now) {
  return Attempt(record, true, CodeAt(now), now);
}

TEST(AttemptTest, BothFactorsAreNeeded) {
  v1::StaffRecord record = Wang();
  EXPECT_EQ(Attempt(record, true, "", kNow), Outcome::kWrong);
  EXPECT_EQ(Attempt(record, true, "000000", kNow), Outcome::kWrong);
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
  EXPECT_EQ(Attempt(record, true, TotpCode("", TotpStep(kNow)), kNow),
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
  EXPECT_EQ(Attempt(record, false, CodeAt(kNow), kNow), Outcome::kWrong);
  EXPECT_EQ(Right(record, kNow), Outcome::kWrong);
  EXPECT_EQ(Right(record, kNow + absl::Seconds(30)), Outcome::kDone);
}

TEST(AttemptTest, TheFifthFailureInARowLocksForAQuarterOfAnHour) {
  v1::StaffRecord record = Wang();
  for (int i = 0; i < kMostFailures - 1; ++i)
    EXPECT_EQ(Attempt(record, false, "", kNow), Outcome::kWrong);
  v1::StaffRecord four = record;
  EXPECT_EQ(Right(four, kNow), Outcome::kDone);
  EXPECT_EQ(Attempt(record, false, "", kNow), Outcome::kWrong);
  EXPECT_EQ(StateOf(record, kNow), v1::StaffAccount::LOCKED);
  EXPECT_EQ(Right(record, kNow), Outcome::kLocked);
  EXPECT_EQ(Right(record, kNow + kLock - absl::Seconds(1)), Outcome::kLocked);
  EXPECT_EQ(StateOf(record, kNow + kLock), v1::StaffAccount::ACTIVE);
  EXPECT_EQ(Right(record, kNow + kLock), Outcome::kDone);
}

TEST(AttemptTest, GuessingGoesOnForNothingWhileItIsLocked) {
  v1::StaffRecord record = Wang();
  for (int i = 0; i < 100; ++i) Attempt(record, false, "", kNow);
  EXPECT_EQ(record.failures(), kMostFailures);
  EXPECT_EQ(ToTime(record.locked_until()), kNow + kLock);
}

TEST(AttemptTest, FiveMoreFailuresLockItAgain) {
  v1::StaffRecord record = Wang();
  for (int i = 0; i < kMostFailures; ++i) Attempt(record, false, "", kNow);
  const absl::Time later = kNow + kLock;
  for (int i = 0; i < kMostFailures - 1; ++i) Attempt(record, false, "", later);
  EXPECT_EQ(StateOf(record, later), v1::StaffAccount::ACTIVE);
  Attempt(record, false, "", later);
  EXPECT_EQ(StateOf(record, later), v1::StaffAccount::LOCKED);
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
  for (int i = 0; i < kMostFailures; ++i) Attempt(record, false, "", kNow);
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
