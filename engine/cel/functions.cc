#include "engine/cel/functions.h"

#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/status_macros.h"

namespace talentcard::cel {
namespace {

bool Takes(const Type& parameter, const Value& value) {
  using enum Type::Kind;
  switch (parameter.kind()) {
    case kDyn:
    case kParameter:
      return true;
    case kNull:
      return value.kind() == Value::Kind::kNull;
    case kBool:
      return value.kind() == Value::Kind::kBool;
    case kInt:
      return value.kind() == Value::Kind::kInt;
    case kUint:
      return value.kind() == Value::Kind::kUint;
    case kDouble:
      return value.kind() == Value::Kind::kDouble;
    case kString:
      return value.kind() == Value::Kind::kString;
    case kBytes:
      return value.kind() == Value::Kind::kBytes;
    case kTimestamp:
      return value.kind() == Value::Kind::kTimestamp;
    case kDuration:
      return value.kind() == Value::Kind::kDuration;
    case kDate:
      return value.kind() == Value::Kind::kDate;
    case kList:
      return value.kind() == Value::Kind::kList;
    case kMap:
      return value.kind() == Value::Kind::kMap;
    case kMessage:
    case kWrapper:
      return value.kind() == Value::Kind::kMessage;
    case kType:
      return value.kind() == Value::Kind::kType;
  }
  return false;
}

const std::vector<Overload>& Library() {
  static const auto* const library = [] {
    auto* all = new std::vector<Overload>();
    AddStandardLibrary(*all);
    AddDateLibrary(*all);
    return all;
  }();
  return *library;
}

}  // namespace

std::vector<const Overload*> FindOverloads(std::string_view name,
                                           bool receiver) {
  std::vector<const Overload*> found;
  for (const Overload& overload : Library()) {
    if (overload.name == name && overload.receiver == receiver)
      found.push_back(&overload);
  }
  return found;
}

std::vector<std::string> FunctionNames() {
  std::set<std::string> names;
  for (const Overload& overload : Library()) names.insert(overload.name);
  return {names.begin(), names.end()};
}

bool Takes(const Overload& overload, std::span<const Value> values) {
  if (overload.parameters.size() != values.size()) return false;
  for (size_t i = 0; i < values.size(); ++i) {
    if (!Takes(overload.parameters[i], values[i])) return false;
  }
  return true;
}

Value NoSuchOverload(std::string_view name, std::span<const Value> arguments) {
  std::vector<std::string> kinds;
  for (const Value& argument : arguments) kinds.push_back(argument.KindName());
  return Value::Error(absl::StrCat("`", A(name), "` cannot take (",
                                   absl::StrJoin(kinds, ", "), ")"));
}

}  // namespace talentcard::cel
