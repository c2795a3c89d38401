#ifndef TALENTCARD_ENGINE_DATE_WORKING_DAYS_H_
#define TALENTCARD_ENGINE_DATE_WORKING_DAYS_H_

#include <set>
#include <utility>

#include "engine/date/civil_date.h"

namespace talentcard {

// Which days offices work: Monday to Friday, but for public holidays, and the
// weekend days worked in exchange (调休). Immutable; safe to share.
class WorkingCalendar {
 public:
  WorkingCalendar() = default;
  WorkingCalendar(std::set<CivilDate> holidays, std::set<CivilDate> made_up)
      : holidays_(std::move(holidays)), made_up_(std::move(made_up)) {}

  bool IsWorkingDay(CivilDate day) const;
  // The `n`th working day after `day`; `day` itself for n = 0. n ≥ 0.
  CivilDate AddWorkingDays(CivilDate day, int n) const;
  // Working days after `from`, up to and including `to`; 0 unless from < to.
  int WorkingDaysBetween(CivilDate from, CivilDate to) const;

 private:
  std::set<CivilDate> holidays_;
  std::set<CivilDate> made_up_;
};

}  // namespace talentcard

#endif  // TALENTCARD_ENGINE_DATE_WORKING_DAYS_H_
