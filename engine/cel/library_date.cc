// The extension `date`: civil dates, compared and moved by days, never turned
// into ages.
#include <algorithm>

#include "engine/cel/library.h"

namespace talentcard::cel {
namespace {

using enum Type::Kind;

constexpr int64_t kMostDays = 4'000'000;  // More than the calendar has.

Value Checked(const absl::StatusOr<CivilDate>& date) {
  return date.ok() ? Value::Date(*date)
                   : Value::Error(std::string(date.status().message()));
}

template <typename Move>
Value Moved(Arguments a, Move move) {
  const int64_t n = a[1].as_int();
  if (n > kMostDays || n < -kMostDays)
    return Value::Error("the date is moved out of the calendar");
  const CivilDate moved = move(a[0].as_date(), n);
  if (moved.year() < 1 || moved.year() > 9999) {
    return Value::Error("the date is moved out of the calendar");
  }
  return Value::Date(moved);
}

}  // namespace

void AddDateLibrary(std::vector<Overload>& library) {
  const auto add = [&](std::string name, bool receiver,
                       std::vector<Type> parameters, Type result,
                       Implementation implementation) {
    library.push_back({std::move(name), receiver, std::move(parameters),
                       std::move(result), implementation,
                       /*dynamic=*/false});
  };
  add("date", false, {kString}, kDate,
      [](Arguments a) { return Checked(CivilDate::Parse(a[0].as_string())); });
  add("date", false, {kInt, kInt, kInt}, kDate, [](Arguments a) {
    const auto part = [&](int i) {
      return static_cast<int>(std::clamp<int64_t>(a[i].as_int(), -1, 10000));
    };
    return Checked(CivilDate::FromYmd(part(0), part(1), part(2)));
  });
  add("addDays", true, {kDate, kInt}, kDate, [](Arguments a) {
    return Moved(a, [](CivilDate d, int64_t n) { return d.AddDays(n); });
  });
  add("addMonths", true, {kDate, kInt}, kDate, [](Arguments a) {
    return Moved(a, [](CivilDate d, int64_t n) {
      return d.AddMonths(std::clamp<int64_t>(n, -200000, 200000));
    });
  });
  add("addYears", true, {kDate, kInt}, kDate, [](Arguments a) {
    return Moved(a, [](CivilDate d, int64_t n) {
      return d.AddYears(std::clamp<int64_t>(n, -20000, 20000));
    });
  });
  add("daysUntil", true, {kDate, kDate}, kInt, [](Arguments a) {
    return Value::Int(a[0].as_date().DaysUntil(a[1].as_date()));
  });
  add("year", true, {kDate}, kInt,
      [](Arguments a) { return Value::Int(a[0].as_date().year()); });
  add("month", true, {kDate}, kInt,
      [](Arguments a) { return Value::Int(a[0].as_date().month()); });
  add("day", true, {kDate}, kInt,
      [](Arguments a) { return Value::Int(a[0].as_date().day()); });
  add("string", false, {kDate}, kString,
      [](Arguments a) { return Value::String(a[0].as_date().ToString()); });
}

}  // namespace talentcard::cel
