// Arithmetic and comparison. Integer overflow, division by zero and times out
// of range are errors, as the language says.
#include <limits>
#include <type_traits>

#include "absl/strings/str_cat.h"
#include "engine/cel/library.h"
#include "engine/cel/text.h"
#include "engine/status_macros.h"

namespace talentcard::cel {
namespace {

using enum Type::Kind;

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

Value InBounds(absl::Time time) {
  return InRange(time) ? Value::Timestamp(time)
                       : Value::Error("the timestamp is out of range");
}
Value InBounds(absl::Duration duration) {
  return InRange(duration) ? Value::Duration(duration)
                           : Value::Error("the duration is out of range");
}

Value Concatenate(Arguments a) {
  std::vector<Value> all;
  for (const Value& list : a) {
    for (size_t i = 0; i < list.as_list().size(); ++i)
      all.push_back(list.as_list().at(i));
  }
  return Value::List(std::move(all));
}

void AddArithmetic(const Adder& add) {
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
    return InBounds(a[0].as_timestamp() + a[1].as_duration());
  });
  add.Function("+", {kDuration, kTimestamp}, kTimestamp, [](Arguments a) {
    return InBounds(a[1].as_timestamp() + a[0].as_duration());
  });
  add.Function("+", {kDuration, kDuration}, kDuration, [](Arguments a) {
    return InBounds(a[0].as_duration() + a[1].as_duration());
  });
  add.Function("-", {kTimestamp, kTimestamp}, kDuration, [](Arguments a) {
    return InBounds(a[0].as_timestamp() - a[1].as_timestamp());
  });
  add.Function("-", {kTimestamp, kDuration}, kTimestamp, [](Arguments a) {
    return InBounds(a[0].as_timestamp() - a[1].as_duration());
  });
  add.Function("-", {kDuration, kDuration}, kDuration, [](Arguments a) {
    return InBounds(a[0].as_duration() - a[1].as_duration());
  });
}

void AddComparison(const Adder& add) {
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

}  // namespace

void AddOperators(std::vector<Overload>& library) {
  const Adder add(library);
  AddArithmetic(add);
  AddComparison(add);
}

}  // namespace talentcard::cel
