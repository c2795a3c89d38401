#include "engine/date/working_days.h"

namespace talentcard {

bool WorkingCalendar::IsWorkingDay(CivilDate day) const {
  if (holidays_.contains(day)) return false;
  return day.weekday() <= 5 || made_up_.contains(day);
}

CivilDate WorkingCalendar::AddWorkingDays(CivilDate day, int n) const {
  while (n > 0) {
    day = day.AddDays(1);
    if (IsWorkingDay(day)) --n;
  }
  return day;
}

int WorkingCalendar::WorkingDaysBetween(CivilDate from, CivilDate to) const {
  int count = 0;
  for (CivilDate day = from; day < to;) {
    day = day.AddDays(1);
    if (IsWorkingDay(day)) ++count;
  }
  return count;
}

}  // namespace talentcard
