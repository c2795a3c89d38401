// The standard functions and operators of CEL. Integer overflow, division by
// zero and conversions out of range are errors, as the language says.
#include <re2/re2.h>

#include <charconv>
#include <cmath>
#include <limits>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "engine/cel/functions.h"
#include "engine/status_macros.h"

namespace talentcard::cel {
namespace {

using Arguments = std::span<const Value>;
using enum Type::Kind;

Value Overflow() { return Value::Error("the number is out of range"); }

template <typename T>
struct Of;
template <>
struct Of<int64_t> {
  static int64_t Get(const Value& v) { return v.as_int(); }
  static Value Make(int64_t n) { return Value::Int(n); }
};
template <>
struct Of<uint64_t> {
  static uint64_t Get(const Value& v) { return v.as_uint(); }
  static Value Make(uint64_t n) { return Value::Uint(n); }
};

template <typename T>
Value Add(Arguments a) {
  T out;
  if (__builtin_add_overflow(Of<T>::Get(a[0]), Of<T>::Get(a[1]), &out))
    return Overflow();
  return Of<T>::Make(out);
}
template <typename T>
Value Subtract(Arguments a) {
  T out;
  if (__builtin_sub_overflow(Of<T>::Get(a[0]), Of<T>::Get(a[1]), &out))
    return Overflow();
  return Of<T>::Make(out);
}
template <typename T>
Value Multiply(Arguments a) {
  T out;
  if (__builtin_mul_overflow(Of<T>::Get(a[0]), Of<T>::Get(a[1]), &out))
    return Overflow();
  return Of<T>::Make(out);
}
template <typename T>
bool DivisionOverflows(T n, T d) {
  return std::is_signed_v<T> && n == std::numeric_limits<T>::min() &&
         d == static_cast<T>(-1);
}
template <typename T>
Value Divide(Arguments a) {
  const T n = Of<T>::Get(a[0]), d = Of<T>::Get(a[1]);
  if (d == 0) return Value::Error("division by zero");
  if (DivisionOverflows(n, d)) return Overflow();
  return Of<T>::Make(n / d);
}
template <typename T>
Value Remainder(Arguments a) {
  const T n = Of<T>::Get(a[0]), d = Of<T>::Get(a[1]);
  if (d == 0) return Value::Error("modulus by zero");
  if (DivisionOverflows(n, d)) return Overflow();
  return Of<T>::Make(n % d);
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
  const auto real = [](const Value& v) {
    return v.kind() == kDouble ? static_cast<long double>(v.as_double())
           : v.kind() == kInt  ? static_cast<long double>(v.as_int())
                               : static_cast<long double>(v.as_uint());
  };
  const long double x = real(a), y = real(b);
  if (std::isnan(x) || std::isnan(y)) return std::nullopt;
  return sign(x, y);
}

std::optional<int> Compare(const Value& a, const Value& b) {
  using enum Value::Kind;
  if (a.is_number()) return CompareNumbers(a, b);
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

size_t CountCharacters(std::string_view utf8) {
  size_t n = 0;
  for (char c : utf8) n += (c & 0xC0) != 0x80;
  return n;
}

Value Size(Arguments a) {
  using enum Value::Kind;
  switch (a[0].kind()) {
    case kString:
      return Value::Int(
          static_cast<int64_t>(CountCharacters(a[0].as_string())));
    case kBytes:
      return Value::Int(static_cast<int64_t>(a[0].as_string().size()));
    case kList:
      return Value::Int(static_cast<int64_t>(a[0].as_list().size()));
    default:
      return Value::Int(static_cast<int64_t>(a[0].as_map().size()));
  }
}

// The int a value equals, if it is one.
std::optional<int64_t> WholeNumber(const Value& v) {
  using enum Value::Kind;
  if (v.kind() == kInt) return v.as_int();
  if (v.kind() == kUint && v.as_uint() <= std::numeric_limits<int64_t>::max()) {
    return static_cast<int64_t>(v.as_uint());
  }
  if (v.kind() == kDouble && v.as_double() == std::floor(v.as_double()) &&
      std::abs(v.as_double()) < 0x1p62) {
    return static_cast<int64_t>(v.as_double());
  }
  return std::nullopt;
}

Value IndexList(Arguments a) {
  const auto index = WholeNumber(a[1]);
  if (!index || *index < 0 ||
      *index >= static_cast<int64_t>(a[0].as_list().size())) {
    return Value::Error(
        absl::StrCat("the list has no element ", a[1].ToString()));
  }
  return a[0].as_list().at(static_cast<size_t>(*index));
}

Value IndexMap(Arguments a) {
  const auto found = a[0].as_map().Find(a[1]);
  return found ? *found
               : Value::Error(
                     absl::StrCat("the map has no key ", a[1].ToString()));
}

Value InList(Arguments a) {
  const ListValue& list = a[1].as_list();
  for (size_t i = 0; i < list.size(); ++i) {
    if (Equal(list.at(i), a[0])) return Value::Bool(true);
  }
  return Value::Bool(false);
}

Value Concatenate(Arguments a) {
  std::vector<Value> all;
  for (const Value& list : a) {
    for (size_t i = 0; i < list.as_list().size(); ++i)
      all.push_back(list.as_list().at(i));
  }
  return Value::List(std::move(all));
}

Value Matches(Arguments a) {
  const RE2 pattern(
      re2::StringPiece(a[1].as_string().data(), a[1].as_string().size()),
      RE2::Quiet);
  if (!pattern.ok())
    return Value::Error(absl::StrCat("bad pattern: ", pattern.error()));
  return Value::Bool(RE2::PartialMatch(
      re2::StringPiece(a[0].as_string().data(), a[0].as_string().size()),
      pattern));
}

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
      return Value::String(std::string(a[0].as_string()));
    case kUint:
      return Value::String(absl::StrCat(a[0].as_uint()));
    case kDuration:
      return Value::String(
          absl::StrCat(absl::ToDoubleSeconds(a[0].as_duration()), "s"));
    default:
      return Value::String(a[0].ToString());
  }
}

Value TimestampOf(Arguments a) {
  if (a[0].kind() == Value::Kind::kTimestamp) return a[0];
  if (a[0].kind() == Value::Kind::kInt)
    return Value::Timestamp(absl::FromUnixSeconds(a[0].as_int()));
  absl::Time time;
  std::string problem;
  if (!absl::ParseTime(absl::RFC3339_full, A(a[0].as_string()), &time,
                       &problem)) {
    return Value::Error(
        absl::StrCat(a[0].ToString(), " is not a timestamp (RFC 3339)"));
  }
  return Value::Timestamp(time);
}

Value DurationOf(Arguments a) {
  absl::Duration duration;
  if (!absl::ParseDuration(A(a[0].as_string()), &duration)) {
    return Value::Error(absl::StrCat(a[0].ToString(), " is not a duration"));
  }
  return Value::Duration(duration);
}

// A part of a timestamp in UTC.
template <auto Part>
Value TimePart(Arguments a) {
  return Value::Int(Part(absl::UTCTimeZone().At(a[0].as_timestamp())));
}

class Adder {
 public:
  explicit Adder(std::vector<Overload>& library) : library_(library) {}
  void Function(std::string name, std::vector<Type> parameters, Type result,
                Implementation f) {
    library_.push_back(
        {std::move(name), false, std::move(parameters), std::move(result), f});
  }
  void Method(std::string name, std::vector<Type> parameters, Type result,
              Implementation f) {
    library_.push_back(
        {std::move(name), true, std::move(parameters), std::move(result), f});
  }

 private:
  std::vector<Overload>& library_;
};

void AddArithmetic(Adder add) {
  add.Function("+", {kInt, kInt}, kInt, Add<int64_t>);
  add.Function("+", {kUint, kUint}, kUint, Add<uint64_t>);
  add.Function("-", {kInt, kInt}, kInt, Subtract<int64_t>);
  add.Function("-", {kUint, kUint}, kUint, Subtract<uint64_t>);
  add.Function("*", {kInt, kInt}, kInt, Multiply<int64_t>);
  add.Function("*", {kUint, kUint}, kUint, Multiply<uint64_t>);
  add.Function("/", {kInt, kInt}, kInt, Divide<int64_t>);
  add.Function("/", {kUint, kUint}, kUint, Divide<uint64_t>);
  add.Function("%", {kInt, kInt}, kInt, Remainder<int64_t>);
  add.Function("%", {kUint, kUint}, kUint, Remainder<uint64_t>);
  add.Function("+", {kDouble, kDouble}, kDouble, [](Arguments a) {
    return Value::Double(a[0].as_double() + a[1].as_double());
  });
  add.Function("-", {kDouble, kDouble}, kDouble, [](Arguments a) {
    return Value::Double(a[0].as_double() - a[1].as_double());
  });
  add.Function("*", {kDouble, kDouble}, kDouble, [](Arguments a) {
    return Value::Double(a[0].as_double() * a[1].as_double());
  });
  add.Function("/", {kDouble, kDouble}, kDouble, [](Arguments a) {
    return Value::Double(a[0].as_double() / a[1].as_double());
  });
  add.Function("-_", {kInt}, kInt, [](Arguments a) {
    return a[0].as_int() == std::numeric_limits<int64_t>::min()
               ? Overflow()
               : Value::Int(-a[0].as_int());
  });
  add.Function("-_", {kDouble}, kDouble,
               [](Arguments a) { return Value::Double(-a[0].as_double()); });
  const Type list = Type::List(Type::Parameter(0));
  add.Function("+", {list, list}, list, Concatenate);
  for (const Type::Kind kind : {kString, kBytes}) {
    add.Function("+", {kind, kind}, kind, [](Arguments a) {
      std::string both = absl::StrCat(A(a[0].as_string()), A(a[1].as_string()));
      return a[0].kind() == Value::Kind::kBytes
                 ? Value::Bytes(std::move(both))
                 : Value::String(std::move(both));
    });
  }
  add.Function("+", {kTimestamp, kDuration}, kTimestamp, [](Arguments a) {
    return Value::Timestamp(a[0].as_timestamp() + a[1].as_duration());
  });
  add.Function("+", {kDuration, kTimestamp}, kTimestamp, [](Arguments a) {
    return Value::Timestamp(a[1].as_timestamp() + a[0].as_duration());
  });
  add.Function("+", {kDuration, kDuration}, kDuration, [](Arguments a) {
    return Value::Duration(a[0].as_duration() + a[1].as_duration());
  });
  add.Function("-", {kTimestamp, kTimestamp}, kDuration, [](Arguments a) {
    return Value::Duration(a[0].as_timestamp() - a[1].as_timestamp());
  });
  add.Function("-", {kTimestamp, kDuration}, kTimestamp, [](Arguments a) {
    return Value::Timestamp(a[0].as_timestamp() - a[1].as_duration());
  });
  add.Function("-", {kDuration, kDuration}, kDuration, [](Arguments a) {
    return Value::Duration(a[0].as_duration() - a[1].as_duration());
  });
}

void AddComparison(Adder add) {
  add.Function("==", {Type::Parameter(0), Type::Parameter(0)}, kBool,
               [](Arguments a) { return Value::Bool(Equal(a[0], a[1])); });
  add.Function("!=", {Type::Parameter(0), Type::Parameter(0)}, kBool,
               [](Arguments a) { return Value::Bool(!Equal(a[0], a[1])); });
  const auto ordered = [&](const Type& a, const Type& b) {
    add.Function("<", {a, b}, kBool, [](Arguments v) {
      const auto c = Compare(v[0], v[1]);
      return Value::Bool(c && *c < 0);
    });
    add.Function("<=", {a, b}, kBool, [](Arguments v) {
      const auto c = Compare(v[0], v[1]);
      return Value::Bool(c && *c <= 0);
    });
    add.Function(">", {a, b}, kBool, [](Arguments v) {
      const auto c = Compare(v[0], v[1]);
      return Value::Bool(c && *c > 0);
    });
    add.Function(">=", {a, b}, kBool, [](Arguments v) {
      const auto c = Compare(v[0], v[1]);
      return Value::Bool(c && *c >= 0);
    });
  };
  for (const Type::Kind kind :
       {kBool, kString, kBytes, kTimestamp, kDuration, kDate})
    ordered(kind, kind);
  for (const Type::Kind left : {kInt, kUint, kDouble}) {
    for (const Type::Kind right : {kInt, kUint, kDouble}) ordered(left, right);
  }
  add.Function("!", {kBool}, kBool,
               [](Arguments a) { return Value::Bool(!a[0].as_bool()); });
}

void AddCollections(Adder add) {
  const Type a = Type::Parameter(0), b = Type::Parameter(1);
  add.Function("[]", {Type::List(a), kInt}, a, IndexList);
  add.Function("[]", {Type::Map(a, b), a}, b, IndexMap);
  add.Function("in", {a, Type::List(a)}, kBool, InList);
  add.Function("in", {a, Type::Map(a, b)}, kBool, [](Arguments v) {
    return Value::Bool(v[1].as_map().Find(v[0]).has_value());
  });
  for (const Type& type :
       {Type(kString), Type(kBytes), Type::List(a), Type::Map(a, b)}) {
    add.Function("size", {type}, kInt, Size);
    add.Method("size", {type}, kInt, Size);
  }
}

void AddStrings(Adder add) {
  add.Method("contains", {kString, kString}, kBool, [](Arguments a) {
    return Value::Bool(
        absl::StrContains(A(a[0].as_string()), A(a[1].as_string())));
  });
  add.Method("startsWith", {kString, kString}, kBool, [](Arguments a) {
    return Value::Bool(
        absl::StartsWith(A(a[0].as_string()), A(a[1].as_string())));
  });
  add.Method("endsWith", {kString, kString}, kBool, [](Arguments a) {
    return Value::Bool(
        absl::EndsWith(A(a[0].as_string()), A(a[1].as_string())));
  });
  add.Method("matches", {kString, kString}, kBool, Matches);
  add.Function("matches", {kString, kString}, kBool, Matches);
}

void AddConversions(Adder add) {
  for (const Type::Kind kind : {kInt, kUint, kDouble, kString, kTimestamp})
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
  for (const Type::Kind kind : {kString, kInt, kTimestamp})
    add.Function("timestamp", {kind}, kTimestamp, TimestampOf);
  add.Function("duration", {kString}, kDuration, DurationOf);
  add.Function("dyn", {Type::Parameter(0)}, kDyn,
               [](Arguments a) { return a[0]; });
  add.Function("type", {Type::Parameter(0)}, kType,
               [](Arguments a) { return Value::TypeName(a[0].KindName()); });
}

void AddTime(Adder add) {
  using Info = absl::TimeZone::CivilInfo;
  add.Method(
      "getFullYear", {kTimestamp}, kInt,
      TimePart<[](const Info& i) { return static_cast<int>(i.cs.year()); }>);
  add.Method("getMonth", {kTimestamp}, kInt, TimePart<[](const Info& i) {
               return static_cast<int>(i.cs.month()) - 1;
             }>);
  add.Method("getDate", {kTimestamp}, kInt,
             TimePart<[](const Info& i) { return i.cs.day(); }>);
  add.Method("getDayOfMonth", {kTimestamp}, kInt,
             TimePart<[](const Info& i) { return i.cs.day() - 1; }>);
  add.Method("getHours", {kTimestamp}, kInt,
             TimePart<[](const Info& i) { return i.cs.hour(); }>);
  add.Method("getMinutes", {kTimestamp}, kInt,
             TimePart<[](const Info& i) { return i.cs.minute(); }>);
  add.Method("getSeconds", {kTimestamp}, kInt,
             TimePart<[](const Info& i) { return i.cs.second(); }>);
}

}  // namespace

void AddStandardLibrary(std::vector<Overload>& library) {
  const Adder add(library);
  AddArithmetic(add);
  AddComparison(add);
  AddCollections(add);
  AddStrings(add);
  AddConversions(add);
  AddTime(add);
}

}  // namespace talentcard::cel
