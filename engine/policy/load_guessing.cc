#include <algorithm>

#include "engine/policy/loader.h"

namespace talentcard::policy {

bool Guessing::Bounds(const std::string& kind) const {
  return std::any_of(
      budgets.begin(), budgets.end(),
      [&](const MissBudget& budget) { return budget.askers.contains(kind); });
}

void LoadGuessing(Loading& loading) {
  constexpr int64_t kMostMinutes = 7 * 24 * 60;
  constexpr int64_t kMostSubjects = 1000;
  if (!loading.files.contains("guessing.yaml")) return;
  loading.File("guessing.yaml", [&](YamlReader& reader, const YamlNode& root) {
    Guessing& guessing = loading.policy.guessing;
    reader.Keys(root, {"block_minutes", "budgets"});
    guessing.block_minutes =
        reader.Int(root, "block_minutes", true, 1, kMostMinutes).value_or(1);
    for (const YamlNode* row : reader.Maps(root, "budgets")) {
      reader.Keys(*row, {"askers", "per", "minutes", "at_most", "clause"});
      reader.String(*row, "clause");
      const std::vector<std::string> askers =
          reader.Codes(*row, "askers", loading.Askers(), true);
      guessing.budgets.push_back(
          {reader.Code(
               *row, "per",
               {{"主体", "principal"}, {"device", "operator", "institution"}}),
           reader.Int(*row, "minutes", true, 1, kMostMinutes).value_or(1),
           reader.Int(*row, "at_most", true, 1, kMostSubjects).value_or(1),
           {askers.begin(), askers.end()}});
    }
  });
}

}  // namespace talentcard::policy
