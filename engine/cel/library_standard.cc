// The standard functions of lists, maps, strings and bytes.
#include <re2/re2.h>

#include <cmath>
#include <limits>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/cel/library.h"
#include "engine/cel/text.h"
#include "engine/status_macros.h"

namespace talentcard::cel {
namespace {

using enum Type::Kind;

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

Value Matches(Arguments a) {
  RE2::Options options(RE2::Quiet);
  options.set_max_mem(1 << 20);
  const RE2 pattern(
      re2::StringPiece(a[1].as_string().data(), a[1].as_string().size()),
      options);
  if (!pattern.ok())
    return Value::Error(absl::StrCat("bad pattern: ", pattern.error()));
  return Value::Bool(RE2::PartialMatch(
      re2::StringPiece(a[0].as_string().data(), a[0].as_string().size()),
      pattern));
}

void AddCollections(const Adder& add) {
  const Type a = Type::Parameter(0), b = Type::Parameter(1);
  add.Function("[]", {Type::List(a), kInt}, a, IndexList);
  // A number that is whole may turn out to be a uint or a double.
  for (const Type::Kind index : {kUint, kDouble})
    add.Dynamic("[]", {Type::List(a), index}, a, IndexList);
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

void AddStrings(const Adder& add) {
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

}  // namespace

void AddStandardFunctions(std::vector<Overload>& library) {
  const Adder add(library);
  AddCollections(add);
  AddStrings(add);
}

}  // namespace talentcard::cel
