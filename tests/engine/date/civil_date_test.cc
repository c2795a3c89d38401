#include "engine/date/civil_date.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace talentcard {
namespace {

CivilDate D(std::string_view text) { return *CivilDate::Parse(text); }

TEST(CivilDateTest, EveryDayOfTenCenturiesSurvivesTheRoundTrip) {
  for (CivilDate day = D("1500-01-01"); day < D("2500-01-01");
       day = day.AddDays(1)) {
    ASSERT_EQ(*CivilDate::FromYmd(day.year(), day.month(), day.day()), day);
    ASSERT_EQ(D(day.ToString()), day);
    ASSERT_EQ(*CivilDate::FromProto(day.ToProto()), day);
  }
}

TEST(CivilDateTest, ReadsTheFirstAndTheLastDayOfTheCalendar) {
  EXPECT_EQ(D("0001-01-01").ToString(), "0001-01-01");
  EXPECT_EQ(D("9999-12-31").ToString(), "9999-12-31");
}

class BadDateTest : public testing::TestWithParam<const char*> {};

TEST_P(BadDateTest, IsRefusedWithTheTextInTheMessage) {
  const auto date = CivilDate::Parse(GetParam());
  ASSERT_FALSE(date.ok());
  EXPECT_EQ(date.status().code(), absl::StatusCode::kInvalidArgument);
}

INSTANTIATE_TEST_SUITE_P(
    Table, BadDateTest,
    testing::Values("", "2025", "2025-1-1", "2025-02-29", "1900-02-29",
                    "2100-02-29", "2025-13-01", "2025-00-10", "2025-04-31",
                    "2025-01-00", "0000-01-01", "2025/01/01", "2025-01-01 ",
                    " 2025-01-01", "-025-01-01", "2025-01-1a", "20250-01-1"));

TEST(CivilDateTest, LeapYearsFollowTheGregorianRule) {
  EXPECT_TRUE(CivilDate::Parse("2000-02-29").ok());
  EXPECT_TRUE(CivilDate::Parse("2020-02-29").ok());
  EXPECT_FALSE(CivilDate::Parse("1900-02-29").ok());
}

TEST(CivilDateTest, AddMonthsStopsAtTheLastDayOfAShorterMonth) {
  EXPECT_EQ(D("2024-01-31").AddMonths(1), D("2024-02-29"));
  EXPECT_EQ(D("2025-01-31").AddMonths(1), D("2025-02-28"));
  EXPECT_EQ(D("2025-03-31").AddMonths(-1), D("2025-02-28"));
  EXPECT_EQ(D("2025-01-30").AddMonths(12), D("2026-01-30"));
  EXPECT_EQ(D("2020-02-29").AddYears(1), D("2021-02-28"));
  EXPECT_EQ(D("2020-02-29").AddYears(4), D("2024-02-29"));
}

TEST(CivilDateTest, ADayInBeijingBeginsAtSixteenHoursUniversalTime) {
  const absl::Time midnight = absl::FromUnixSeconds(1735574400);  // 2024-12-30T16:00Z
  EXPECT_EQ(CivilDate::InBeijing(midnight - absl::Nanoseconds(1)),
            D("2024-12-30"));
  EXPECT_EQ(CivilDate::InBeijing(midnight), D("2024-12-31"));
  EXPECT_EQ(D("2024-12-31").StartInBeijing(), midnight);
  EXPECT_EQ(D("2024-12-30").EndInBeijing(), midnight);
}

TEST(CivilDateTest, WeekdaysCountFromMonday) {
  EXPECT_EQ(D("2025-08-25").weekday(), 1);
  EXPECT_EQ(D("2025-08-31").weekday(), 7);
}

TEST(CivilDateTest, AMessageWithoutADayIsRefused) {
  google::type::Date month;
  month.set_year(2025);
  month.set_month(8);
  EXPECT_FALSE(CivilDate::FromProto(month).ok());
}

}  // namespace
}  // namespace talentcard
