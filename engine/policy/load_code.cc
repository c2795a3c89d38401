#include "engine/policy/loader.h"

namespace talentcard::policy {

void LoadCode(Loading& loading) {
  constexpr size_t kMostBits = 32;
  if (!loading.files.contains("code.yaml")) return;
  loading.File("code.yaml", [&](YamlReader& reader, const YamlNode& root) {
    reader.Keys(root, {"benefits"});
    Known entitlements{{"待遇", "entitlement"}, {}};
    for (const auto& [code, entitlement] : loading.policy.entitlements)
      entitlements.codes.push_back(code);
    auto& benefits = loading.policy.code_benefits;
    for (const YamlNode* row : reader.Maps(root, "benefits")) {
      reader.Keys(*row, {"entitlement", "when", "clause"});
      reader.String(*row, "clause");
      benefits.push_back(
          {reader.Code(*row, "entitlement", entitlements),
           reader.Expr(*row, "when", cel::Type::Kind::kBool,
                       {"card", "tier", "holder", "at", "param"})});
      if (benefits.size() != kMostBits + 1) continue;
      reader.Note(*row, Say("码上最多 32 项待遇",
                            "a code has room for 32 entitlements"));
    }
  });
}

}  // namespace talentcard::policy
