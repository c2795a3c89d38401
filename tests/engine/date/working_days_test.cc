#include "engine/date/working_days.h"

#include "gtest/gtest.h"

namespace talentcard {
namespace {

CivilDate D(std::string_view text) { return *CivilDate::Parse(text); }

// National Day 2025: 1 to 8 October off, Sunday 28 September and Saturday 11
// October worked.
WorkingCalendar NationalDay() {
  std::set<CivilDate> off;
  for (int i = 0; i < 8; ++i) off.insert(D("2025-10-01").AddDays(i));
  return WorkingCalendar(off, {D("2025-09-28"), D("2025-10-11")});
}

TEST(WorkingDaysTest, WeekendsAreOffUnlessMadeUp) {
  const WorkingCalendar calendar = NationalDay();
  EXPECT_TRUE(calendar.IsWorkingDay(D("2025-09-26")));
  EXPECT_FALSE(calendar.IsWorkingDay(D("2025-09-27")));
  EXPECT_TRUE(calendar.IsWorkingDay(D("2025-09-28")));
  EXPECT_FALSE(calendar.IsWorkingDay(D("2025-10-08")));
  EXPECT_TRUE(calendar.IsWorkingDay(D("2025-10-09")));
  EXPECT_TRUE(calendar.IsWorkingDay(D("2025-10-11")));
}

TEST(WorkingDaysTest, TheDayAfterCountsAsTheFirst) {
  const WorkingCalendar calendar = NationalDay();
  EXPECT_EQ(calendar.AddWorkingDays(D("2025-09-29"), 0), D("2025-09-29"));
  EXPECT_EQ(calendar.AddWorkingDays(D("2025-09-29"), 1), D("2025-09-30"));
  EXPECT_EQ(calendar.AddWorkingDays(D("2025-09-29"), 2), D("2025-10-09"));
  EXPECT_EQ(calendar.AddWorkingDays(D("2025-09-29"), 4), D("2025-10-11"));
}

TEST(WorkingDaysTest, FromASaturdayOnTheFirstWorkingDayIsTheNextThatIsWorked) {
  const WorkingCalendar calendar = NationalDay();
  EXPECT_EQ(calendar.AddWorkingDays(D("2025-09-27"), 1), D("2025-09-28"));
  EXPECT_EQ(calendar.AddWorkingDays(D("2025-10-04"), 1), D("2025-10-09"));
  EXPECT_EQ(calendar.AddWorkingDays(D("2025-10-10"), 1), D("2025-10-11"));
  EXPECT_EQ(calendar.AddWorkingDays(D("2025-10-11"), 1), D("2025-10-13"));
}

TEST(WorkingDaysTest, WithoutHolidaysOnlyWeekendsAreOff) {
  const WorkingCalendar calendar;
  EXPECT_FALSE(calendar.IsWorkingDay(D("2025-09-28")));
  EXPECT_TRUE(calendar.IsWorkingDay(D("2025-10-01")));
  EXPECT_EQ(calendar.AddWorkingDays(D("2025-12-31"), 3), D("2026-01-05"));
}

TEST(WorkingDaysTest, CountingTakesTheLastDayAndLeavesTheFirst) {
  const WorkingCalendar calendar = NationalDay();
  EXPECT_EQ(calendar.WorkingDaysBetween(D("2025-09-30"), D("2025-10-08")), 0);
  EXPECT_EQ(calendar.WorkingDaysBetween(D("2025-09-30"), D("2025-10-09")), 1);
  EXPECT_EQ(calendar.WorkingDaysBetween(D("2025-09-29"), D("2025-09-30")), 1);
  EXPECT_EQ(calendar.WorkingDaysBetween(D("2025-09-30"), D("2025-09-30")), 0);
}

TEST(WorkingDaysTest, CountingUndoesAdding) {
  const WorkingCalendar calendar = NationalDay();
  for (int n = 0; n < 40; ++n) {
    EXPECT_EQ(calendar.WorkingDaysBetween(
                  D("2025-09-20"), calendar.AddWorkingDays(D("2025-09-20"), n)),
              n);
  }
  EXPECT_EQ(calendar.WorkingDaysBetween(D("2025-09-20"), D("2025-09-01")), 0);
}

}  // namespace
}  // namespace talentcard
