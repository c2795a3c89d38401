#include "engine/date/civil_date.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"
#include "engine/status_macros.h"

namespace talentcard {
namespace {

absl::CivilDay Civil(int32_t days) { return absl::CivilDay(1970, 1, 1) + days; }

int32_t Days(absl::CivilDay day) {
  return static_cast<int32_t>(day - absl::CivilDay(1970, 1, 1));
}

const absl::TimeZone& Beijing() {
  static const absl::TimeZone zone = absl::FixedTimeZone(8 * 3600);
  return zone;
}

bool AllDigits(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c >= '0' && c <= '9'; });
}

int Number(std::string_view digits) {
  int value = 0;
  for (char c : digits) value = value * 10 + (c - '0');
  return value;
}

}  // namespace

absl::StatusOr<CivilDate> CivilDate::FromYmd(int year, int month, int day) {
  const bool in_range = year >= 1 && year <= 9999 && month >= 1 &&
                        month <= 12 && day >= 1 && day <= 31;
  if (!in_range || absl::CivilDay(year, month, day).day() != day) {
    return absl::InvalidArgumentError(absl::StrCat(
        "`", year, "-", month, "-", day, "` is not a day of the calendar"));
  }
  return CivilDate(Days(absl::CivilDay(year, month, day)));
}

absl::StatusOr<CivilDate> CivilDate::Parse(std::string_view text) {
  const bool shaped = text.size() == 10 && text[4] == '-' && text[7] == '-' &&
                      AllDigits(text.substr(0, 4)) &&
                      AllDigits(text.substr(5, 2)) &&
                      AllDigits(text.substr(8, 2));
  if (!shaped) {
    return absl::InvalidArgumentError(
        absl::StrCat("`", A(text), "` is not a date; write it as YYYY-MM-DD"));
  }
  return FromYmd(Number(text.substr(0, 4)), Number(text.substr(5, 2)),
                 Number(text.substr(8, 2)));
}

absl::StatusOr<CivilDate> CivilDate::FromProto(const google::type::Date& date) {
  return FromYmd(date.year(), date.month(), date.day());
}

CivilDate CivilDate::InBeijing(absl::Time instant) {
  return CivilDate(Days(absl::ToCivilDay(instant, Beijing())));
}

int CivilDate::year() const { return static_cast<int>(Civil(days_).year()); }
int CivilDate::month() const { return Civil(days_).month(); }
int CivilDate::day() const { return Civil(days_).day(); }

int CivilDate::weekday() const {
  return static_cast<int>(absl::GetWeekday(Civil(days_))) + 1;
}

CivilDate CivilDate::AddDays(int64_t days) const {
  return CivilDate(static_cast<int32_t>(days_ + days));
}

CivilDate CivilDate::AddMonths(int64_t months) const {
  const absl::CivilDay from = Civil(days_);
  const absl::CivilMonth month = absl::CivilMonth(from) + months;
  const int last = (absl::CivilDay(month + 1) - 1).day();
  return CivilDate(Days(
      absl::CivilDay(month.year(), month.month(), std::min(from.day(), last))));
}

CivilDate CivilDate::AddYears(int64_t years) const {
  return AddMonths(12 * years);
}

absl::Time CivilDate::StartInBeijing() const {
  return absl::FromCivil(Civil(days_), Beijing());
}

std::string CivilDate::ToString() const {
  const absl::CivilDay day = Civil(days_);
  return absl::StrFormat("%04d-%02d-%02d", day.year(), day.month(), day.day());
}

google::type::Date CivilDate::ToProto() const {
  google::type::Date date;
  date.set_year(year());
  date.set_month(month());
  date.set_day(day());
  return date;
}

}  // namespace talentcard
