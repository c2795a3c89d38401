// Conversions between kinds, and type(). What does not fit is an error.
#include <charconv>
#include <limits>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "engine/cel/library.h"
#include "engine/cel/text.h"
#include "engine/status_macros.h"

namespace talentcard::cel {
namespace {

using enum Type::Kind;

Value IntOf(Arguments a) {
  using enum Value::Kind;
  switch (a[0].kind()) {
    case kUint:
      if (a[0].as_uint() > std::numeric_limits<int64_t>::max())
        return Overflow();
      return Value::Int(static_cast<int64_t>(a[0].as_uint()));
    case kDouble:
      if (!(a[0].as_double() > -0x1p63 && a[0].as_double() < 0x1p63))
        return Overflow();
      return Value::Int(static_cast<int64_t>(a[0].as_double()));
    case kString: {
      int64_t n = 0;
      const std::string_view text = a[0].as_string();
      const auto [end, error] =
          std::from_chars(text.data(), text.data() + text.size(), n);
      if (error != std::errc() || end != text.data() + text.size()) {
        return Value::Error(absl::StrCat(a[0].ToString(), " is not an int"));
      }
      return Value::Int(n);
    }
    case kTimestamp:
      return Value::Int(absl::ToUnixSeconds(a[0].as_timestamp()));
    case kEnum:
      return Value::Int(a[0].as_int());
    default:
      return a[0];
  }
}

Value UintOf(Arguments a) {
  using enum Value::Kind;
  switch (a[0].kind()) {
    case kInt:
      if (a[0].as_int() < 0) return Overflow();
      return Value::Uint(static_cast<uint64_t>(a[0].as_int()));
    case kDouble:
      if (!(a[0].as_double() >= 0 && a[0].as_double() < 0x1p64))
        return Overflow();
      return Value::Uint(static_cast<uint64_t>(a[0].as_double()));
    case kString: {
      uint64_t n = 0;
      const std::string_view text = a[0].as_string();
      const auto [end, error] =
          std::from_chars(text.data(), text.data() + text.size(), n);
      if (error != std::errc() || end != text.data() + text.size()) {
        return Value::Error(absl::StrCat(a[0].ToString(), " is not a uint"));
      }
      return Value::Uint(n);
    }
    default:
      return a[0];
  }
}

Value DoubleOf(Arguments a) {
  using enum Value::Kind;
  switch (a[0].kind()) {
    case kInt:
      return Value::Double(static_cast<double>(a[0].as_int()));
    case kUint:
      return Value::Double(static_cast<double>(a[0].as_uint()));
    case kString: {
      double n = 0;
      if (!absl::SimpleAtod(A(a[0].as_string()), &n)) {
        return Value::Error(absl::StrCat(a[0].ToString(), " is not a double"));
      }
      return Value::Double(n);
    }
    default:
      return a[0];
  }
}

Value StringOf(Arguments a) {
  using enum Value::Kind;
  switch (a[0].kind()) {
    case kString:
      return a[0];
    case kBytes:
      if (!Characters(a[0].as_string()))
        return Value::Error("the bytes are not UTF-8");
      return Value::String(std::string(a[0].as_string()));
    case kUint:
      return Value::String(absl::StrCat(a[0].as_uint()));
    case kDouble:
      return Value::String(DoubleText(a[0].as_double()));
    case kTimestamp:
      return Value::String(TimestampText(a[0].as_timestamp()));
    case kDuration:
      return Value::String(DurationText(a[0].as_duration()));
    default:
      return Value::String(a[0].ToString());
  }
}

Value BoolOf(Arguments a) {
  if (a[0].kind() == Value::Kind::kBool) return a[0];
  const std::string_view text = a[0].as_string();
  for (const std::string_view yes : {"1", "t", "T", "true", "True", "TRUE"}) {
    if (text == yes) return Value::Bool(true);
  }
  for (const std::string_view no : {"0", "f", "F", "false", "False", "FALSE"}) {
    if (text == no) return Value::Bool(false);
  }
  return Value::Error(absl::StrCat(a[0].ToString(), " is not a bool"));
}

Value TimestampOf(Arguments a) {
  using enum Value::Kind;
  if (a[0].kind() == kTimestamp) return a[0];
  absl::Time time;
  if (a[0].kind() == kInt) {
    time = absl::FromUnixSeconds(a[0].as_int());
  } else {
    const std::string_view text = a[0].as_string();
    std::string problem;
    if (text.empty() || text[0] < '0' || text[0] > '9' ||
        !absl::ParseTime(absl::RFC3339_full, A(text), &time, &problem)) {
      return Value::Error(
          absl::StrCat(a[0].ToString(), " is not a timestamp (RFC 3339)"));
    }
  }
  return InRange(time) ? Value::Timestamp(time)
                       : Value::Error("the timestamp is out of range");
}

Value DurationOf(Arguments a) {
  if (a[0].kind() == Value::Kind::kDuration) return a[0];
  absl::Duration duration;
  if (!absl::ParseDuration(A(a[0].as_string()), &duration)) {
    return Value::Error(absl::StrCat(a[0].ToString(), " is not a duration"));
  }
  return InRange(duration) ? Value::Duration(duration)
                           : Value::Error("the duration is out of range");
}

}  // namespace

void AddConversions(std::vector<Overload>& library) {
  const Adder add(library);
  for (const Type::Kind kind :
       {kInt, kUint, kDouble, kString, kTimestamp, kEnum})
    add.Function("int", {kind}, kInt, IntOf);
  for (const Type::Kind kind : {kInt, kUint, kDouble, kString}) {
    add.Function("uint", {kind}, kUint, UintOf);
    add.Function("double", {kind}, kDouble, DoubleOf);
  }
  for (const Type::Kind kind :
       {kBool, kInt, kUint, kDouble, kString, kBytes, kTimestamp, kDuration})
    add.Function("string", {kind}, kString, StringOf);
  for (const Type::Kind kind : {kString, kBytes})
    add.Function("bytes", {kind}, kBytes, [](Arguments a) {
      return Value::Bytes(std::string(a[0].as_string()));
    });
  for (const Type::Kind kind : {kBool, kString})
    add.Function("bool", {kind}, kBool, BoolOf);
  for (const Type::Kind kind : {kString, kInt, kTimestamp})
    add.Function("timestamp", {kind}, kTimestamp, TimestampOf);
  for (const Type::Kind kind : {kString, kDuration})
    add.Function("duration", {kind}, kDuration, DurationOf);
  const Type any = Type::Parameter(0);
  add.Function("dyn", {any}, kDyn, [](Arguments a) { return a[0]; });
  add.Function("type", {any}, Type::TypeOf(any),
               [](Arguments a) { return Value::TypeName(a[0].CelTypeName()); });
}

}  // namespace talentcard::cel
