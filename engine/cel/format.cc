#include "engine/cel/format.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "engine/cel/text.h"
#include "engine/status_macros.h"

namespace talentcard::cel {
namespace {

using Kind = Value::Kind;
using Text = std::optional<std::string>;  // Nullopt: the value does not fit.

Text Plain(const Value& v);

Text PlainList(const ListValue& list) {
  std::vector<std::string> parts;
  for (size_t i = 0; i < list.size(); ++i) {
    Text part = Plain(list.at(i));
    if (!part) return std::nullopt;
    parts.push_back(*std::move(part));
  }
  return absl::StrCat("[", absl::StrJoin(parts, ", "), "]");
}

Text PlainMap(const MapValue& map) {
  std::vector<std::string> parts;
  for (const Value& key : map.Keys()) {
    const Text k = Plain(key), v = Plain(*map.Find(key));
    if (!k || !v) return std::nullopt;
    parts.push_back(absl::StrCat(*k, ": ", *v));
  }
  std::sort(parts.begin(), parts.end());
  return absl::StrCat("{", absl::StrJoin(parts, ", "), "}");
}

// %s
Text Plain(const Value& v) {
  switch (v.kind()) {
    case Kind::kNull:
      return "null";
    case Kind::kBool:
      return v.as_bool() ? "true" : "false";
    case Kind::kInt:
      return absl::StrCat(v.as_int());
    case Kind::kUint:
      return absl::StrCat(v.as_uint());
    case Kind::kDouble:
      return DoubleText(v.as_double());
    case Kind::kString:
    case Kind::kBytes:
    case Kind::kType:
      return std::string(v.as_string());
    case Kind::kTimestamp:
      return TimestampText(v.as_timestamp());
    case Kind::kDuration:
      return DurationText(v.as_duration());
    case Kind::kDate:
      return v.as_date().ToString();
    case Kind::kList:
      return PlainList(v.as_list());
    case Kind::kMap:
      return PlainMap(v.as_map());
    default:
      return std::nullopt;
  }
}

// %d of numbers; a double has to be none that counts.
Text Decimal(const Value& v) {
  if (v.kind() == Kind::kInt || v.kind() == Kind::kUint) return Plain(v);
  if (v.kind() == Kind::kDouble && !std::isfinite(v.as_double()))
    return Plain(v);
  return std::nullopt;
}

// %f and %e
Text Real(const Value& v, char clause, int precision) {
  if (v.kind() == Kind::kInt || v.kind() == Kind::kUint) {
    const double number = v.kind() == Kind::kInt
                              ? static_cast<double>(v.as_int())
                              : static_cast<double>(v.as_uint());
    return Real(Value::Double(number), clause, precision);
  }
  if (v.kind() != Kind::kDouble) return std::nullopt;
  if (!std::isfinite(v.as_double())) return Plain(v);
  return clause == 'f' ? absl::StrFormat("%.*f", precision, v.as_double())
                       : absl::StrFormat("%.*e", precision, v.as_double());
}

// %b, %o and %x of integers.
Text InBase(const Value& v, int base) {
  char text[80];
  std::to_chars_result end = {text, std::errc()};
  if (v.kind() == Kind::kInt) {
    end = std::to_chars(text, text + sizeof(text), v.as_int(), base);
  } else if (v.kind() == Kind::kUint) {
    end = std::to_chars(text, text + sizeof(text), v.as_uint(), base);
  } else {
    return std::nullopt;
  }
  return std::string(text, end.ptr);
}

Text Binary(const Value& v) {
  if (v.kind() == Kind::kBool) return v.as_bool() ? "1" : "0";
  return InBase(v, 2);
}

Text Hex(const Value& v) {
  if (v.kind() == Kind::kString || v.kind() == Kind::kBytes)
    return absl::BytesToHexString(A(v.as_string()));
  return InBase(v, 16);
}

Text Formatted(const Value& v, char clause, int precision) {
  switch (clause) {
    case 's':
      return Plain(v);
    case 'd':
      return Decimal(v);
    case 'f':
    case 'e':
      return Real(v, clause, precision);
    case 'b':
      return Binary(v);
    case 'o':
      return InBase(v, 8);
    case 'x':
      return Hex(v);
    default: {  // X
      Text text = Hex(v);
      if (text) absl::AsciiStrToUpper(&*text);
      return text;
    }
  }
}

// Reads `.3` at the front; the default if there is none, -1 if it is wrong.
int TakePrecision(std::string_view& format) {
  constexpr int kDefault = 6, kMost = 100;
  if (!format.starts_with('.')) return kDefault;
  format.remove_prefix(1);
  int precision = 0;
  const auto [end, error] =
      std::from_chars(format.data(), format.data() + format.size(), precision);
  if (error != std::errc() || precision < 0 || precision > kMost) return -1;
  format.remove_prefix(static_cast<size_t>(end - format.data()));
  return precision;
}

}  // namespace

Value Format(std::string_view format, const ListValue& values) {
  std::string out;
  size_t next = 0;
  while (true) {
    const size_t percent = format.find('%');
    absl::StrAppend(&out, A(format.substr(0, percent)));
    if (percent == std::string_view::npos) return Value::String(std::move(out));
    format.remove_prefix(percent + 1);
    if (format.starts_with('%')) {
      out += '%';
      format.remove_prefix(1);
      continue;
    }
    const int precision = TakePrecision(format);
    const char clause = format.empty() ? '\0' : format[0];
    if (precision < 0 || clause == '\0' ||
        std::string_view("sdfebxXo").find(clause) == std::string_view::npos) {
      return Value::Error("there is no such formatting clause");
    }
    format.remove_prefix(1);
    if (next >= values.size()) return Value::Error("too few values to format");
    const Value value = values.at(next++);
    const Text text = Formatted(value, clause, precision);
    if (!text) {
      return Value::Error(absl::StrCat(value.ToString(),
                                       " cannot be formatted as %",
                                       std::string(1, clause)));
    }
    absl::StrAppend(&out, *text);
  }
}

}  // namespace talentcard::cel
