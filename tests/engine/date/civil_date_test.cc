#include "engine/date/civil_date.h"

#include <type_traits>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace talentcard {
namespace {

CivilDate D(std::string_view text) { return *CivilDate::Parse(text); }

static_assert(sizeof(CivilDate) == 4);
static_assert(std::is_trivially_copyable_v<CivilDate>);
static_assert(CivilDate() == CivilDate::FromDays(0));
static_assert(CivilDate::FromDays(-1) < CivilDate::FromDays(0));
static_assert(CivilDate::FromDays(3).DaysUntil(CivilDate::FromDays(1)) == -2);

TEST(CivilDateTest, EveryDayOfTheCalendarSurvivesTheRoundTrip) {
  const CivilDate last = D("9999-12-31");
  int days = 0;
  int weekday = 1;  // 0001-01-01 was a Monday.
  for (CivilDate day = D("0001-01-01"); day <= last; day = day.AddDays(1)) {
    ASSERT_EQ(*CivilDate::FromYmd(day.year(), day.month(), day.day()), day);
    ASSERT_EQ(D(day.ToString()), day);
    ASSERT_EQ(day.weekday(), weekday) << day.ToString();
    if (days % 97 == 0) {
      ASSERT_EQ(*CivilDate::FromProto(day.ToProto()), day);
    }
    weekday = weekday % 7 + 1;
    ++days;
  }
  EXPECT_EQ(days, 3652059);
}

TEST(CivilDateTest, TheCalendarEndsAfterYears1And9999OnBothSides) {
  EXPECT_EQ(D("0001-01-01").ToString(), "0001-01-01");
  EXPECT_EQ(D("9999-12-31").ToString(), "9999-12-31");
  EXPECT_TRUE(CivilDate::FromYmd(1, 1, 1).ok());
  EXPECT_FALSE(CivilDate::FromYmd(0, 12, 31).ok());
  EXPECT_TRUE(CivilDate::FromYmd(9999, 12, 31).ok());
  EXPECT_FALSE(CivilDate::FromYmd(10000, 1, 1).ok());
}

struct YearCase {
  const char* name;
  int year;
  int february;
};

class MonthEndTest : public testing::TestWithParam<YearCase> {};

TEST_P(MonthEndTest, EveryMonthHasItsLastDayAndNoneAfter) {
  const int year = GetParam().year;
  const int lengths[] = {
      31, GetParam().february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  for (int month = 1; month <= 12; ++month) {
    const int length = lengths[month - 1];
    const auto last = CivilDate::FromYmd(year, month, length);
    ASSERT_TRUE(last.ok()) << last.status();
    EXPECT_FALSE(CivilDate::FromYmd(year, month, length + 1).ok());
    EXPECT_FALSE(CivilDate::FromYmd(year, month, 0).ok());
    const CivilDate first_of_next = last->AddDays(1);
    EXPECT_EQ(first_of_next.day(), 1);
    EXPECT_EQ(first_of_next.month(), month % 12 + 1);
    EXPECT_EQ(first_of_next.year(), month == 12 ? year + 1 : year);
    EXPECT_EQ(first_of_next.AddDays(-1), *last);
    const CivilDate january_31 = *CivilDate::FromYmd(year, 1, 31);
    EXPECT_EQ(january_31.AddMonths(month - 1), *last);
  }
}

INSTANTIATE_TEST_SUITE_P(Years, MonthEndTest,
                         testing::ValuesIn<YearCase>({
                             {"CenturyIsNoLeapYear", 1900, 28},
                             {"FourHundredIsALeapYear", 2000, 29},
                             {"FourIsALeapYear", 2020, 29},
                             {"AnOrdinaryYear", 2025, 28},
                             {"TheNextCenturyIsNoLeapYear", 2100, 28},
                         }),
                         [](const auto& test) { return test.param.name; });

class BadDateTest : public testing::TestWithParam<const char*> {};

TEST_P(BadDateTest, IsRefusedWithTheTextInTheMessage) {
  const auto date = CivilDate::Parse(GetParam());
  ASSERT_FALSE(date.ok());
  EXPECT_EQ(date.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(date.status().message()), testing::HasSubstr("`"));
}

INSTANTIATE_TEST_SUITE_P(
    Table, BadDateTest,
    testing::Values("", "2025", "2025-1-1", "2025-02-29", "1900-02-29",
                    "2100-02-29", "2025-13-01", "2025-00-10", "2025-04-31",
                    "2025-01-00", "0000-01-01", "2025/01/01", "2025-01-01 ",
                    " 2025-01-01", "-025-01-01", "2025-01-1a", "20250-01-1",
                    "+025-01-01", "2025-1 -01", "20250101", "2025-01-01T00:00",
                    "10000-01-01", "２０２５-01-01", "2025-01-32", "2025-02-30",
                    "0000-00-00"));

TEST(CivilDateTest, AddMonthsStopsAtTheLastDayOfAShorterMonth) {
  EXPECT_EQ(D("2024-01-31").AddMonths(1), D("2024-02-29"));
  EXPECT_EQ(D("2025-01-31").AddMonths(1), D("2025-02-28"));
  EXPECT_EQ(D("2025-03-31").AddMonths(-1), D("2025-02-28"));
  EXPECT_EQ(D("2025-01-30").AddMonths(12), D("2026-01-30"));
  EXPECT_EQ(D("2020-02-29").AddYears(1), D("2021-02-28"));
  EXPECT_EQ(D("2020-02-29").AddYears(4), D("2024-02-29"));
}

TEST(CivilDateTest, ADayInBeijingBeginsAtSixteenHoursUniversalTime) {
  const absl::Time midnight =
      absl::FromUnixSeconds(1735574400);  // 2024-12-30T16:00Z
  EXPECT_EQ(CivilDate::InBeijing(midnight - absl::Nanoseconds(1)),
            D("2024-12-30"));
  EXPECT_EQ(CivilDate::InBeijing(midnight), D("2024-12-31"));
  EXPECT_EQ(D("2024-12-31").StartInBeijing(), midnight);
  EXPECT_EQ(D("2024-12-30").EndInBeijing(), midnight);
}

TEST(CivilDateTest, SummersWithDaylightSavingTimeAreReadWithoutIt) {
  const absl::Time midnight =
      absl::FromUnixSeconds(583776000);  // 1988-07-01T16:00Z
  EXPECT_EQ(D("1988-07-02").StartInBeijing(), midnight);
  EXPECT_EQ(CivilDate::InBeijing(midnight - absl::Nanoseconds(1)),
            D("1988-07-01"));
}

TEST(CivilDateTest, DaysBefore1970BeginAtSixteenHoursToo) {
  const absl::Time midnight = absl::FromUnixSeconds(-8 * 3600);
  EXPECT_EQ(CivilDate::InBeijing(midnight), CivilDate());
  EXPECT_EQ(CivilDate::InBeijing(midnight - absl::Nanoseconds(1)),
            D("1969-12-31"));
  EXPECT_EQ(D("1969-12-31").EndInBeijing(), midnight);
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
