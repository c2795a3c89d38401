#include "engine/cel/functions.h"

#include <map>
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
    case kAny:
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
    case kEnum:
      return value.kind() == Value::Kind::kEnum;
    case kOpaque:
      return parameter.is_optional() && value.kind() == Value::Kind::kOptional;
  }
  return false;
}

std::vector<Overload> Make(Library library) {
  std::vector<Overload> all;
  switch (library) {
    case Library::kStandard:
      AddOperators(all);
      AddConversions(all);
      AddStandardFunctions(all);
      AddTimeFunctions(all);
      break;
    case Library::kDate:
      AddDateLibrary(all);
      break;
    case Library::kStrings:
      AddStringsLibrary(all);
      break;
    case Library::kMath:
      AddMathLibrary(all);
      break;
    case Library::kEncoders:
      AddEncodersLibrary(all);
      break;
    case Library::kOptionals:
      AddOptionalsLibrary(all);
      break;
    case Library::kBindings:
    case Library::kComprehensions:
    case Library::kProtos:
    case Library::kBlocks:
      break;  // Macros: the parser knows them.
  }
  return all;
}

}  // namespace

const std::vector<Overload>& OverloadsOf(Library library) {
  static const auto* const all = [] {
    auto* made = new std::map<Library, std::vector<Overload>>();
    for (const Library each : kLibraries) (*made)[each] = Make(each);
    return made;
  }();
  return all->at(library);
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
