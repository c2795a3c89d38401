// Equality and order of values.
#include <cmath>

#include "engine/cel/message.h"
#include "engine/cel/value.h"

namespace talentcard::cel {
namespace {

bool EqualNumbers(const Value& a, const Value& b) {
  using enum Value::Kind;
  if (a.kind() == b.kind()) {
    if (a.kind() == kInt) return a.as_int() == b.as_int();
    if (a.kind() == kUint) return a.as_uint() == b.as_uint();
    return a.as_double() == b.as_double();
  }
  if (a.kind() == kDouble || b.kind() == kDouble) {
    const double real = a.kind() == kDouble ? a.as_double() : b.as_double();
    const Value& other = a.kind() == kDouble ? b : a;
    if (std::isnan(real) || real != std::floor(real)) return false;
    if (other.kind() == kInt) {
      return real >= -0x1p63 && real < 0x1p63 &&
             static_cast<int64_t>(real) == other.as_int();
    }
    return real >= 0 && real < 0x1p64 &&
           static_cast<uint64_t>(real) == other.as_uint();
  }
  const int64_t integer = a.kind() == kInt ? a.as_int() : b.as_int();
  const uint64_t natural = a.kind() == kUint ? a.as_uint() : b.as_uint();
  return integer >= 0 && static_cast<uint64_t>(integer) == natural;
}

// Negative, zero or positive; nullopt if a number is not a number.
std::optional<int> CompareNumbers(const Value& a, const Value& b) {
  using enum Value::Kind;
  const auto sign = [](auto x, auto y) { return x < y ? -1 : x > y ? 1 : 0; };
  if (a.kind() == kInt && b.kind() == kInt) return sign(a.as_int(), b.as_int());
  if (a.kind() == kUint && b.kind() == kUint)
    return sign(a.as_uint(), b.as_uint());
  if (a.kind() != kDouble && b.kind() != kDouble) {
    if (a.kind() == kInt) {
      return a.as_int() < 0
                 ? -1
                 : sign(static_cast<uint64_t>(a.as_int()), b.as_uint());
    }
    return b.as_int() < 0
               ? 1
               : sign(a.as_uint(), static_cast<uint64_t>(b.as_int()));
  }
  // The language orders an integer and a double as doubles.
  const auto real = [](const Value& v) {
    return v.kind() == kDouble ? v.as_double()
           : v.kind() == kInt  ? static_cast<double>(v.as_int())
                               : static_cast<double>(v.as_uint());
  };
  const double x = real(a), y = real(b);
  if (std::isnan(x) || std::isnan(y)) return std::nullopt;
  return sign(x, y);
}

bool EqualLists(const ListValue& a, const ListValue& b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (!Equal(a.at(i), b.at(i))) return false;
  }
  return true;
}

bool EqualMaps(const MapValue& a, const MapValue& b) {
  if (a.size() != b.size()) return false;
  for (const Value& key : a.Keys()) {
    const auto other = b.Find(key);
    if (!other || !Equal(*a.Find(key), *other)) return false;
  }
  return true;
}

}  // namespace

bool Equal(const Value& a, const Value& b) {
  using enum Value::Kind;
  if (a.is_number() && b.is_number()) return EqualNumbers(a, b);
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case kNull:
      return true;
    case kBool:
      return a.as_bool() == b.as_bool();
    case kString:
    case kBytes:
    case kType:
      return a.as_string() == b.as_string();
    case kTimestamp:
    case kDuration:
      return a.as_duration() == b.as_duration();
    case kDate:
      return a.as_date() == b.as_date();
    case kList:
      return EqualLists(a.as_list(), b.as_list());
    case kMap:
      return EqualMaps(a.as_map(), b.as_map());
    case kMessage:
      return EqualMessages(a.as_message(), b.as_message());
    case kEnum:
      return a.as_int() == b.as_int() && a.as_string() == b.as_string();
    case kOptional:
      if (a.as_optional() == nullptr || b.as_optional() == nullptr)
        return a.as_optional() == b.as_optional();
      return Equal(*a.as_optional(), *b.as_optional());
    default:
      return false;
  }
}

std::optional<int> Compare(const Value& a, const Value& b) {
  using enum Value::Kind;
  if (a.is_number() && b.is_number()) return CompareNumbers(a, b);
  if (a.kind() != b.kind()) return std::nullopt;
  const auto sign = [](const auto& x, const auto& y) {
    return x < y ? -1 : y < x ? 1 : 0;
  };
  switch (a.kind()) {
    case kBool:
      return sign(a.as_bool(), b.as_bool());
    case kString:
    case kBytes:
      return sign(a.as_string(), b.as_string());
    case kTimestamp:
    case kDuration:
      return sign(a.as_duration(), b.as_duration());
    case kDate:
      return sign(a.as_date(), b.as_date());
    default:
      return std::nullopt;
  }
}

}  // namespace talentcard::cel
