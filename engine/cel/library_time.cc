// The parts of timestamps, in UTC or a time zone, and of durations.
#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "engine/cel/library.h"
#include "engine/status_macros.h"

namespace talentcard::cel {
namespace {

using enum Type::Kind;
using Info = absl::TimeZone::CivilInfo;

// `+08:00`, `-02:30` or `02:00`.
std::optional<absl::TimeZone> FixedZone(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  int hours = 0, minutes = 0;
  if (text.size() != 5 || text[2] != ':' ||
      !absl::SimpleAtoi(A(text.substr(0, 2)), &hours) ||
      !absl::SimpleAtoi(A(text.substr(3)), &minutes) || hours < 0 ||
      hours > 23 || minutes < 0 || minutes > 59) {
    return std::nullopt;
  }
  const int seconds = (hours * 60 + minutes) * 60;
  return absl::FixedTimeZone(negative ? -seconds : seconds);
}

// A name of the IANA database. Names that could be other files are refused
// before Abseil looks for one.
std::optional<absl::TimeZone> NamedZone(std::string_view name) {
  const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '/' ||
           c == '_' || c == '-' || c == '+';
  });
  if (name.empty() || !plain || name.starts_with('/')) return std::nullopt;
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(A(name), &zone)) return std::nullopt;
  return zone;
}

// A part of a timestamp in UTC, or in the zone that is given.
template <int64_t (*Part)(const Info&)>
Value TimePart(Arguments a) {
  absl::TimeZone zone = absl::UTCTimeZone();
  if (a.size() == 2) {
    auto given = FixedZone(a[1].as_string());
    if (!given) given = NamedZone(a[1].as_string());
    if (!given) {
      return Value::Error(absl::StrCat(a[1].ToString(), " is not a time zone"));
    }
    zone = *given;
  }
  return Value::Int(Part(zone.At(a[0].as_timestamp())));
}

template <int64_t (*Part)(const Info&)>
void AddPart(const Adder& add, const std::string& name) {
  add.Method(name, {kTimestamp}, kInt, TimePart<Part>);
  add.Method(name, {kTimestamp, kString}, kInt, TimePart<Part>);
}

int64_t Year(const Info& i) { return i.cs.year(); }
int64_t Month(const Info& i) { return i.cs.month() - 1; }
int64_t Date(const Info& i) { return i.cs.day(); }
int64_t DayOfMonth(const Info& i) { return i.cs.day() - 1; }
int64_t DayOfYear(const Info& i) {
  return absl::GetYearDay(absl::CivilDay(i.cs)) - 1;
}
// From Sunday, 0.
int64_t DayOfWeek(const Info& i) {
  return (static_cast<int>(absl::GetWeekday(absl::CivilDay(i.cs))) + 1) % 7;
}
int64_t Hours(const Info& i) { return i.cs.hour(); }
int64_t Minutes(const Info& i) { return i.cs.minute(); }
int64_t Seconds(const Info& i) { return i.cs.second(); }
int64_t Milliseconds(const Info& i) {
  return absl::ToInt64Milliseconds(i.subsecond);
}

}  // namespace

void AddTimeFunctions(std::vector<Overload>& library) {
  const Adder add(library);
  AddPart<Year>(add, "getFullYear");
  AddPart<Month>(add, "getMonth");
  AddPart<Date>(add, "getDate");
  AddPart<DayOfMonth>(add, "getDayOfMonth");
  AddPart<DayOfYear>(add, "getDayOfYear");
  AddPart<DayOfWeek>(add, "getDayOfWeek");
  AddPart<Hours>(add, "getHours");
  AddPart<Minutes>(add, "getMinutes");
  AddPart<Seconds>(add, "getSeconds");
  AddPart<Milliseconds>(add, "getMilliseconds");
  add.Method("getHours", {kDuration}, kInt, [](Arguments a) {
    return Value::Int(absl::ToInt64Hours(a[0].as_duration()));
  });
  add.Method("getMinutes", {kDuration}, kInt, [](Arguments a) {
    return Value::Int(absl::ToInt64Minutes(a[0].as_duration()));
  });
  add.Method("getSeconds", {kDuration}, kInt, [](Arguments a) {
    return Value::Int(absl::ToInt64Seconds(a[0].as_duration()));
  });
  // The part below the second, as of a timestamp.
  add.Method("getMilliseconds", {kDuration}, kInt, [](Arguments a) {
    return Value::Int(absl::ToInt64Milliseconds(a[0].as_duration()) % 1000);
  });
}

}  // namespace talentcard::cel
