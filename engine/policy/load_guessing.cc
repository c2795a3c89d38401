#include "engine/policy/loader.h"

namespace talentcard::policy {

void LoadGuessing(Loading& loading) {
  constexpr int64_t kMostMinutes = 7 * 24 * 60;
  constexpr int64_t kMostSubjects = 1000;
  if (!loading.files.contains("guessing.yaml")) return;
  loading.File("guessing.yaml", [&](YamlReader& reader, const YamlNode& root) {
    Guessing& guessing = loading.policy.guessing;
    reader.Keys(root, {"askers", "block_minutes", "budgets"});
    const std::vector<std::string> askers =
        reader.Codes(root, "askers", loading.Askers(), true);
    guessing.askers.insert(askers.begin(), askers.end());
    guessing.block_minutes =
        reader.Int(root, "block_minutes", true, 1, kMostMinutes).value_or(1);
    for (const YamlNode* row : reader.Maps(root, "budgets")) {
      reader.Keys(*row, {"per", "minutes", "at_most", "clause"});
      reader.String(*row, "clause");
      guessing.budgets.push_back(
          {reader.Code(
               *row, "per",
               {{"主体", "principal"}, {"device", "operator", "institution"}}),
           reader.Int(*row, "minutes", true, 1, kMostMinutes).value_or(1),
           reader.Int(*row, "at_most", true, 1, kMostSubjects).value_or(1)});
    }
  });
}

}  // namespace talentcard::policy
