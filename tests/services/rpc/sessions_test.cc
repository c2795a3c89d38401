#include "services/rpc/sessions.h"

#include "gtest/gtest.h"

namespace talentcard::rpc {
namespace {

class SessionsTest : public testing::Test {
 protected:
  static Asker With(const char* staff, const char* certificate) {
    Asker asker;
    asker.actor = {"clerk", staff, "stations/haizhou", ""};
    asker.certificate = certificate;
    return asker;
  }
  Asker Begin(Asker asker) {
    asker.session = sessions_.Begin(asker).token;
    return asker;
  }
  void Wait(absl::Duration time) { clock_.Advance(clock_.Now() + time); }

  RehearsalClock clock_{absl::FromUnixSeconds(1747008000)};
  store::SeededRandom random_{7};
  Sessions sessions_{clock_, random_};
  const Asker wang_ = With("staff/wang", "1A");
};

TEST_F(SessionsTest, IsOpenForWhomItWasBegun) {
  const Asker wang = Begin(wang_);
  EXPECT_EQ(wang.session.size(), 43u);
  EXPECT_TRUE(sessions_.IsOpen(wang));
  EXPECT_FALSE(sessions_.IsOpen(wang_)) << "without its token";
}

TEST_F(SessionsTest, IsOfNoUseToAnybodyElse) {
  const Asker wang = Begin(wang_);
  for (Asker thief : {With("staff/li", "1A"), With("staff/wang", "1B")}) {
    thief.session = wang.session;
    EXPECT_FALSE(sessions_.IsOpen(thief));
    EXPECT_EQ(sessions_.End(thief), 0u);
  }
  Asker elsewhere = wang;
  elsewhere.actor.institution = "stations/other";
  EXPECT_FALSE(sessions_.IsOpen(elsewhere));
  Asker promoted = wang;
  promoted.actor.kind = "auditor";
  EXPECT_FALSE(sessions_.IsOpen(promoted));
  EXPECT_TRUE(sessions_.IsOpen(wang));
}

TEST_F(SessionsTest, EndsAfterAQuarterOfAnHourWithoutACall) {
  const Asker wang = Begin(wang_);
  Wait(Sessions::kIdle - absl::Seconds(1));
  EXPECT_TRUE(sessions_.IsOpen(wang));
  Wait(Sessions::kIdle - absl::Seconds(1));
  EXPECT_TRUE(sessions_.IsOpen(wang)) << "the call before was a use";
  Wait(Sessions::kIdle);
  EXPECT_FALSE(sessions_.IsOpen(wang));
}

TEST_F(SessionsTest, EndsAfterEightHoursHoweverMuchItIsUsed) {
  const Asker wang = Begin(wang_);
  const absl::Time end = clock_.Now() + Sessions::kLongest;
  while (clock_.Now() < end) {
    EXPECT_TRUE(sessions_.IsOpen(wang));
    Wait(absl::Minutes(10));
  }
  EXPECT_FALSE(sessions_.IsOpen(wang));
}

TEST_F(SessionsTest, EndsWhenItsOwnerSignsOut) {
  const Asker first = Begin(wang_), second = Begin(wang_);
  EXPECT_EQ(sessions_.End(first), 1u);
  EXPECT_EQ(sessions_.End(first), 0u);
  EXPECT_FALSE(sessions_.IsOpen(first));
  EXPECT_TRUE(sessions_.IsOpen(second));
}

TEST_F(SessionsTest, AllOfAPersonEndTogetherAndNobodyElses) {
  const Asker first = Begin(wang_), second = Begin(With("staff/wang", "1B"));
  const Asker li = Begin(With("staff/li", "2A"));
  EXPECT_EQ(sessions_.EndAll("staff/wang"), 2u);
  EXPECT_FALSE(sessions_.IsOpen(first));
  EXPECT_FALSE(sessions_.IsOpen(second));
  EXPECT_TRUE(sessions_.IsOpen(li));
}

TEST_F(SessionsTest, OneTooManyEndsTheOldestOfThatPerson) {
  const Asker li = Begin(With("staff/li", "2A"));
  std::vector<Asker> wangs;
  for (size_t i = 0; i <= Sessions::kMost; ++i) {
    wangs.push_back(Begin(wang_));
    Wait(absl::Seconds(1));
  }
  EXPECT_FALSE(sessions_.IsOpen(wangs.front()));
  for (size_t i = 1; i < wangs.size(); ++i)
    EXPECT_TRUE(sessions_.IsOpen(wangs[i])) << i;
  EXPECT_TRUE(sessions_.IsOpen(li));
}

}  // namespace
}  // namespace talentcard::rpc
