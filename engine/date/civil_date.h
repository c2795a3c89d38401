#ifndef TALENTCARD_ENGINE_DATE_CIVIL_DATE_H_
#define TALENTCARD_ENGINE_DATE_CIVIL_DATE_H_

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "google/type/date.pb.h"

namespace talentcard {

// A day of the Gregorian calendar (GB/T 7408, ISO 8601), with no time and no
// zone; where an instant is meant, it is a day in Beijing (UTC+8, no daylight
// saving). Four bytes, trivially copyable; arithmetic is on whole days.
class CivilDate {
 public:
  // 1970-01-01.
  constexpr CivilDate() = default;

  // The date `days` days after 1970-01-01 (before it, if negative).
  static constexpr CivilDate FromDays(int32_t days) { return CivilDate(days); }
  // Fails with kInvalidArgument if there is no such day in years 1 to 9999.
  static absl::StatusOr<CivilDate> FromYmd(int year, int month, int day);
  // Reads exactly `YYYY-MM-DD`; anything else is kInvalidArgument.
  static absl::StatusOr<CivilDate> Parse(std::string_view text);
  // Fails with kInvalidArgument unless year, month and day are all set and
  // valid.
  static absl::StatusOr<CivilDate> FromProto(const google::type::Date& date);
  // The day in Beijing at `instant`.
  static CivilDate InBeijing(absl::Time instant);

  constexpr int32_t days() const { return days_; }
  int year() const;
  int month() const;    // 1 to 12
  int day() const;      // 1 to 31
  int weekday() const;  // 1 Monday to 7 Sunday

  CivilDate AddDays(int64_t days) const;
  // The same day of the month `months` later; the month's last day if it has
  // no such day (2024-01-31 + 1 month = 2024-02-29).
  CivilDate AddMonths(int64_t months) const;
  // AddMonths(12 * years): 2020-02-29 + 1 year = 2021-02-28.
  CivilDate AddYears(int64_t years) const;
  // Days from this date to `other`; negative if `other` is earlier.
  constexpr int32_t DaysUntil(CivilDate other) const {
    return other.days_ - days_;
  }

  // 00:00 in Beijing on this day.
  absl::Time StartInBeijing() const;
  // The exclusive end of the day: 24:00 in Beijing. What is "valid through"
  // this day is valid at instants before it.
  absl::Time EndInBeijing() const { return AddDays(1).StartInBeijing(); }

  std::string ToString() const;  // YYYY-MM-DD
  google::type::Date ToProto() const;

  friend constexpr auto operator<=>(CivilDate, CivilDate) = default;

 private:
  explicit constexpr CivilDate(int32_t days) : days_(days) {}

  int32_t days_ = 0;
};

}  // namespace talentcard

#endif  // TALENTCARD_ENGINE_DATE_CIVIL_DATE_H_
