// math: extremes, rounding, signs and bits.
#include <cmath>
#include <limits>

#include "engine/cel/library.h"

namespace talentcard::cel {
namespace {

using enum Type::Kind;

// The greatest (1) or least (-1) of the numbers of a list, the first of those
// that are equal.
template <int Sign>
Value Extreme(Arguments a) {
  if (a[0].is_number()) return a[0];
  const ListValue& list = a[0].as_list();
  if (list.size() == 0) return Value::Error("the list is empty");
  Value best = list.at(0);
  for (size_t i = 0; i < list.size(); ++i) {
    const Value each = list.at(i);
    if (!each.is_number())
      return Value::Error(each.ToString() + " is not a number");
    if (Compare(each, best).value_or(0) * Sign > 0) best = each;
  }
  return best;
}

template <double (*F)(double)>
Value Rounded(Arguments a) {
  return Value::Double(F(a[0].as_double()));
}

Value Absolute(Arguments a) {
  if (a[0].kind() == Value::Kind::kDouble)
    return Value::Double(std::abs(a[0].as_double()));
  if (a[0].kind() == Value::Kind::kUint) return a[0];
  if (a[0].as_int() == std::numeric_limits<int64_t>::min()) return Overflow();
  return Value::Int(std::abs(a[0].as_int()));
}

template <typename T>
T SignOf(T n) {
  return static_cast<T>((n > 0) - (n < 0));
}
Value SignFunction(Arguments a) {
  if (a[0].kind() == Value::Kind::kInt)
    return Value::Int(SignOf(a[0].as_int()));
  if (a[0].kind() == Value::Kind::kUint)
    return Value::Uint(SignOf(a[0].as_uint()));
  return std::isnan(a[0].as_double()) ? a[0]
                                      : Value::Double(SignOf(a[0].as_double()));
}

Value Root(Arguments a) {
  const Value& n = a[0];
  return Value::Double(std::sqrt(
      n.kind() == Value::Kind::kInt    ? static_cast<double>(n.as_int())
      : n.kind() == Value::Kind::kUint ? static_cast<double>(n.as_uint())
                                       : n.as_double()));
}

// The bits of an int or uint.
uint64_t BitsOf(const Value& v) {
  return v.kind() == Value::Kind::kInt ? static_cast<uint64_t>(v.as_int())
                                       : v.as_uint();
}
// A value of the kind of `like` with these bits.
Value WithBits(const Value& like, uint64_t bits) {
  return like.kind() == Value::Kind::kInt
             ? Value::Int(static_cast<int64_t>(bits))
             : Value::Uint(bits);
}

template <typename Shift>
Value Shifted(Arguments a, Shift shift) {
  const int64_t by = a[1].as_int();
  if (by < 0) return Value::Error("a shift by less than nothing");
  return WithBits(a[0], by >= 64 ? 0 : shift(BitsOf(a[0]), by));
}

void AddBits(const Adder& add) {
  for (const Type::Kind kind : {kInt, kUint}) {
    add.Function("math.bitAnd", {kind, kind}, kind, [](Arguments a) {
      return WithBits(a[0], BitsOf(a[0]) & BitsOf(a[1]));
    });
    add.Function("math.bitOr", {kind, kind}, kind, [](Arguments a) {
      return WithBits(a[0], BitsOf(a[0]) | BitsOf(a[1]));
    });
    add.Function("math.bitXor", {kind, kind}, kind, [](Arguments a) {
      return WithBits(a[0], BitsOf(a[0]) ^ BitsOf(a[1]));
    });
    add.Function("math.bitNot", {kind}, kind,
                 [](Arguments a) { return WithBits(a[0], ~BitsOf(a[0])); });
    add.Function("math.bitShiftLeft", {kind, kInt}, kind, [](Arguments a) {
      return Shifted(a, [](uint64_t bits, int64_t by) { return bits << by; });
    });
    // Zeros come in from the left, also for ints.
    add.Function("math.bitShiftRight", {kind, kInt}, kind, [](Arguments a) {
      return Shifted(a, [](uint64_t bits, int64_t by) { return bits >> by; });
    });
  }
}

}  // namespace

void AddMathLibrary(std::vector<Overload>& library) {
  const Adder add(library);
  const Type a = Type::Parameter(0);
  for (const Type& type : {Type(kInt), Type(kUint), Type(kDouble)}) {
    add.Function("math.greatest", {type}, type, Extreme<1>);
    add.Function("math.least", {type}, type, Extreme<-1>);
    add.Function("math.abs", {type}, type, Absolute);
    add.Function("math.sign", {type}, type, SignFunction);
    add.Function("math.sqrt", {type}, kDouble, Root);
  }
  add.Function("math.greatest", {Type::List(a)}, a, Extreme<1>);
  add.Function("math.least", {Type::List(a)}, a, Extreme<-1>);
  add.Function("math.ceil", {kDouble}, kDouble, Rounded<std::ceil>);
  add.Function("math.floor", {kDouble}, kDouble, Rounded<std::floor>);
  add.Function("math.round", {kDouble}, kDouble, Rounded<std::round>);
  add.Function("math.trunc", {kDouble}, kDouble, Rounded<std::trunc>);
  add.Function("math.isNaN", {kDouble}, kBool, [](Arguments v) {
    return Value::Bool(std::isnan(v[0].as_double()));
  });
  add.Function("math.isInf", {kDouble}, kBool, [](Arguments v) {
    return Value::Bool(std::isinf(v[0].as_double()));
  });
  add.Function("math.isFinite", {kDouble}, kBool, [](Arguments v) {
    return Value::Bool(std::isfinite(v[0].as_double()));
  });
  AddBits(add);
}

}  // namespace talentcard::cel
