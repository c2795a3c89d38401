#include "engine/cel/functions.h"

#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/status_macros.h"

namespace talentcard::cel {
namespace {

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

std::vector<const Overload*> FindOverloads(std::string_view name, bool receiver) {
  std::vector<const Overload*> found;
  for (const Overload& overload : Library()) {
    if (overload.name == name && overload.receiver == receiver) found.push_back(&overload);
  }
  return found;
}

std::vector<std::string> FunctionNames() {
  std::set<std::string> names;
  for (const Overload& overload : Library()) names.insert(overload.name);
  return {names.begin(), names.end()};
}

Value NoSuchOverload(std::string_view name, std::span<const Value> arguments) {
  std::vector<std::string> kinds;
  for (const Value& argument : arguments) kinds.push_back(argument.KindName());
  return Value::Error(absl::StrCat("`", A(name), "` cannot take (", absl::StrJoin(kinds, ", "), ")"));
}

}  // namespace talentcard::cel
