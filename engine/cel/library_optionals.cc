// Optional values. `or`, `orValue`, `optMap` and `a.?b` are in the checker and
// the macros: they run their parts only if needed.
#include <google/protobuf/message.h>

#include <cmath>
#include <vector>

#include "engine/cel/library.h"

namespace talentcard::cel {
namespace {

using enum Type::Kind;

bool IsZero(const Value& v) {
  using enum Value::Kind;
  switch (v.kind()) {
    case kNull:
      return true;
    case kBool:
      return !v.as_bool();
    case kInt:
    case kEnum:
      return v.as_int() == 0;
    case kUint:
      return v.as_uint() == 0;
    case kDouble:
      return v.as_double() == 0;
    case kString:
    case kBytes:
      return v.as_string().empty();
    case kTimestamp:
    case kDuration:
      return v.as_duration() == absl::ZeroDuration();
    case kList:
      return v.as_list().size() == 0;
    case kMap:
      return v.as_map().size() == 0;
    case kMessage: {
      std::vector<const google::protobuf::FieldDescriptor*> fields;
      v.as_message().GetReflection()->ListFields(v.as_message(), &fields);
      return fields.empty();
    }
    case kOptional:
      return v.as_optional() == nullptr;
    default:
      return false;
  }
}

Value ElementOf(const Value& collection, const Value& index) {
  if (collection.kind() == Value::Kind::kMap) {
    const auto found = collection.as_map().Find(index);
    return found ? Value::Optional(*found) : Value::None();
  }
  if (collection.kind() != Value::Kind::kList)
    return Value::Error(collection.ToString() + " has no elements");
  const ListValue& list = collection.as_list();
  if (index.kind() != Value::Kind::kInt)
    return Value::Error(index.ToString() + " is no index of a list");
  if (index.as_int() < 0 ||
      static_cast<uint64_t>(index.as_int()) >= list.size()) {
    return Value::None();
  }
  return Value::Optional(list.at(static_cast<size_t>(index.as_int())));
}

// a[?i], and o[i] or o[?i] of an optional.
Value OptionalIndex(Arguments a) {
  if (a[0].kind() != Value::Kind::kOptional) return ElementOf(a[0], a[1]);
  return a[0].as_optional() == nullptr ? a[0]
                                       : ElementOf(*a[0].as_optional(), a[1]);
}

}  // namespace

void AddOptionalsLibrary(std::vector<Overload>& library) {
  const Adder add(library);
  const Type a = Type::Parameter(0), b = Type::Parameter(1);
  const Type optional = Type::Optional(a);
  add.Function("optional.of", {a}, optional,
               [](Arguments v) { return Value::Optional(v[0]); });
  add.Function("optional.ofNonZeroValue", {a}, optional, [](Arguments v) {
    return IsZero(v[0]) ? Value::None() : Value::Optional(v[0]);
  });
  add.Function("optional.none", {}, optional,
               [](Arguments) { return Value::None(); });
  add.Method("hasValue", {optional}, kBool, [](Arguments v) {
    return Value::Bool(v[0].as_optional() != nullptr);
  });
  add.Method("value", {optional}, a, [](Arguments v) {
    return v[0].as_optional() == nullptr
               ? Value::Error("the optional has no value")
               : *v[0].as_optional();
  });
  const Type list = Type::List(a), map = Type::Map(b, a);
  add.Function("[?]", {list, kInt}, optional, OptionalIndex);
  add.Function("[?]", {map, b}, optional, OptionalIndex);
  for (const char* name : {"[?]", "[]"}) {
    add.Function(name, {Type::Optional(list), kInt}, optional, OptionalIndex);
    add.Function(name, {Type::Optional(map), b}, optional, OptionalIndex);
  }
}

}  // namespace talentcard::cel
