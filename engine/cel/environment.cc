#include "engine/cel/environment.h"

#include <algorithm>
#include <numeric>
#include <set>

namespace talentcard::cel {
namespace {

size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t change = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({change, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

std::string NearestOf(std::string_view name,
                      const std::vector<std::string>& candidates) {
  std::string nearest;
  size_t best = name.size() / 3 + 2;
  for (const std::string& candidate : candidates) {
    const size_t distance = EditDistance(name.substr(0, 100), candidate);
    if (distance < best) {
      best = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

int Environment::AddVariable(std::string name, Type type) {
  names_[std::move(name)] = {std::move(type), slots_, Value()};
  return slots_++;
}

void Environment::AddConstant(std::string name, Type type, Value value) {
  names_[std::move(name)] = {std::move(type), -1, std::move(value)};
}

const Environment::Declaration* Environment::Find(std::string_view name) const {
  const auto it = names_.find(name);
  return it == names_.end() ? nullptr : &it->second;
}

std::vector<const Overload*> Environment::FindOverloads(std::string_view name,
                                                        bool receiver) const {
  std::vector<const Overload*> found;
  const auto consider = [&](const Overload& overload) {
    if (overload.name == name && overload.receiver == receiver)
      found.push_back(&overload);
  };
  for (const Library library : kLibraries) {
    if (!libraries.contains(library)) continue;
    for (const Overload& overload : OverloadsOf(library)) consider(overload);
  }
  for (const auto& overload : functions_) consider(*overload);
  return found;
}

std::vector<std::string> Environment::FunctionNames() const {
  std::set<std::string> names;
  for (const Library library : kLibraries) {
    if (!libraries.contains(library)) continue;
    for (const Overload& overload : OverloadsOf(library))
      names.insert(overload.name);
  }
  for (const auto& overload : functions_) names.insert(overload->name);
  return {names.begin(), names.end()};
}

bool Environment::HasNamesBelow(std::string_view prefix) const {
  const std::string dotted = std::string(prefix) + ".";
  const auto it = names_.lower_bound(dotted);
  return it != names_.end() && it->first.compare(0, dotted.size(), dotted) == 0;
}

std::string Environment::Nearest(std::string_view name) const {
  std::vector<std::string> names;
  for (const auto& [declared, declaration] : names_) names.push_back(declared);
  return NearestOf(name, names);
}

}  // namespace talentcard::cel
