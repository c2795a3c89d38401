#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/policy/loader.h"

namespace talentcard::policy {
namespace {

using Kind = cel::Type::Kind;

const std::vector<std::string_view> kSeen = {"holder", "beneficiary", "card", "tier", "link", "relation", "request", "at", "param"};

// `else`: a reason code, or an expression giving one (it then has a dot).
void ReadElse(Loading& loading, YamlReader& reader, const YAML::Node& row, std::string& code,
              std::optional<Expression>& expression) {
  const std::string text = reader.String(row, "else");
  if (absl::StrContains(text, ".")) {
    expression = reader.Expr(row, "else", Kind::kString, kSeen);
  } else {
    code = text;
    if (!text.empty()) reader.OneOf(row["else"], text, loading.ReasonCodes(), "reason");
  }
}

Consequence ReadConsequence(YamlReader& reader, const YAML::Node& row) {
  const std::string text = reader.String(row, "consequence", false);
  if (text.empty() || text == "deny") return Consequence::kDeny;
  if (text == "manual") return Consequence::kManual;
  reader.OneOf(row["consequence"], text, {"deny", "manual", "condition"}, "consequence");
  return Consequence::kCondition;
}

Condition ReadCondition(Loading& loading, YamlReader& reader, const YAML::Node& row) {
  reader.Keys(row, {"id", "applies", "when", "else", "consequence", "description", "remedy", "clause"});
  Condition condition;
  condition.id = reader.String(row, "id");
  condition.applies = reader.OptionalExpr(row, "applies", Kind::kBool, kSeen);
  condition.when = reader.Expr(row, "when", Kind::kBool, kSeen);
  ReadElse(loading, reader, row, condition.reason, condition.reason_expression);
  condition.consequence = ReadConsequence(reader, row);
  condition.description = reader.Bilingual(row, "description");
  condition.remedy = reader.Bilingual(row, "remedy");
  condition.clause = reader.String(row, "clause");
  return condition;
}

Limit ReadLimit(Loading& loading, YamlReader& reader, const YAML::Node& row) {
  reader.Keys(row, {"id", "count", "per", "of", "within_days", "at_most", "else", "consequence", "description", "remedy", "clause"});
  Limit limit;
  limit.id = reader.String(row, "id");
  const std::string count = reader.String(row, "count");
  reader.OneOf(row["count"], count, {"open", "used"}, "count");
  limit.count = count == "open" ? Limit::Count::kOpen : Limit::Count::kUsed;
  limit.per = reader.Strings(row, "per", true);
  limit.of = reader.Strings(row, "of");
  limit.within_days = reader.OptionalExpr(row, "within_days", Kind::kInt, {"param"});
  limit.at_most = reader.Expr(row, "at_most", Kind::kInt, kSeen);
  limit.reason = reader.String(row, "else");
  reader.OneOf(row["else"], limit.reason, loading.ReasonCodes(), "reason");
  limit.consequence = ReadConsequence(reader, row);
  limit.description = reader.Bilingual(row, "description");
  limit.remedy = reader.Bilingual(row, "remedy");
  limit.clause = reader.String(row, "clause");
  return limit;
}

EntitlementVersion ReadVersion(Loading& loading, YamlReader& reader, const YAML::Node& row) {
  reader.Keys(row, {"from", "conditions", "limits", "grant"});
  EntitlementVersion version;
  std::set<std::string> ids;
  for (const YAML::Node& condition : reader.Maps(row, "conditions")) {
    version.conditions.push_back(ReadCondition(loading, reader, condition));
    if (!ids.insert(version.conditions.back().id).second) reader.Note(condition, "this id is there already", version.conditions.back().id);
  }
  for (const YAML::Node& limit : reader.Maps(row, "limits", false)) {
    version.limits.push_back(ReadLimit(loading, reader, limit));
    if (!ids.insert(version.limits.back().id).second) reader.Note(limit, "this id is there already", version.limits.back().id);
  }
  if (version.conditions.empty()) reader.Note(row, "an entitlement without conditions would be everybody's");
  const YAML::Node grant = reader.Child(row, "grant");
  if (!grant.IsDefined()) return version;
  reader.Keys(grant, {"level", "valid_until", "track", "owner"});
  version.grant.level = reader.OptionalExpr(grant, "level", Kind::kString, kSeen);
  version.grant.valid_until = reader.OptionalExpr(grant, "valid_until", Kind::kDate, kSeen);
  version.grant.track = reader.OptionalExpr(grant, "track", Kind::kString, kSeen);
  version.grant.owner = reader.OptionalExpr(grant, "owner", Kind::kString, kSeen);
  return version;
}

}  // namespace

void LoadEntitlements(Loading& loading) {
  loading.Folder("entitlements", [&](YamlReader& reader, const YAML::Node& root) {
    reader.Keys(root, {"entitlement", "name", "clause", "desk", "owner", "asked_by", "for", "pinned_to_acceptance", "versions"});
    Entitlement entitlement;
    entitlement.code = reader.String(root, "entitlement");
    entitlement.name = reader.Bilingual(root, "name");
    entitlement.clause = reader.String(root, "clause");
    entitlement.desk = reader.String(root, "desk", false);
    entitlement.owner = reader.String(root, "owner");
    entitlement.asked_by = reader.Strings(root, "asked_by", true);
    entitlement.relations = reader.Strings(root, "for", true);
    entitlement.pinned_to_acceptance = reader.Bool(root, "pinned_to_acceptance", false);
    entitlement.position = reader.At(root);
    for (const YAML::Node& row : reader.Maps(root, "versions")) {
      const CivilDate from = reader.Date(row, "from");
      if (!entitlement.versions.empty() && entitlement.versions.back().from >= from) reader.Note(row["from"], "dates must ascend", from.ToString());
      entitlement.versions.push_back({from, ReadVersion(loading, reader, row)});
    }
    if (entitlement.versions.empty()) reader.Note(root, "an entitlement needs a version");
    if (!loading.policy.entitlements.emplace(entitlement.code, entitlement).second) {
      reader.Note(root, absl::StrCat("the entitlement `", entitlement.code, "` is there already"), entitlement.code);
    }
  });
}

}  // namespace talentcard::policy
