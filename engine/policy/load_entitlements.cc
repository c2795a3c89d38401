#include <algorithm>

#include "absl/strings/match.h"
#include "engine/policy/environment.h"
#include "engine/policy/loader.h"

namespace talentcard::policy {
namespace {

using Kind = cel::Type::Kind;

const std::vector<std::string_view>& Seen() {
  static const auto* const kSeen = new std::vector<std::string_view>{
      "holder",   "beneficiary", "card", "tier", "link",
      "relation", "request",     "at",   "param"};
  return *kSeen;
}

// The reasons that an expression for one may give, where it writes them itself.
void CheckReasons(const Loading& loading, YamlReader& reader,
                  const YamlNode& scalar, const cel::Program& program,
                  int index) {
  const cel::Node& node = program.nodes()[index];
  if (node.op == cel::Node::Op::kConditional) {
    CheckReasons(loading, reader, scalar, program, node.parts[1]);
    CheckReasons(loading, reader, scalar, program, node.parts[2]);
  }
  if (node.op != cel::Node::Op::kConstant ||
      node.constant.kind() != cel::Value::Kind::kString)
    return;
  const std::string code(node.constant.as_string());
  const Known reasons = loading.Reasons();
  if (reasons.codes.empty() || loading.policy.reasons.contains(code)) return;
  reader.NoteInside(
      scalar, node.position,
      Say("没有原因 `$0`", "there is no reason `$0`", Quotable(code)), code,
      Nearest(code, reasons.codes));
}

// `else`: a reason code, or an expression giving one (it then has a dot).
void ReadElse(const Loading& loading, YamlReader& reader, const YamlNode& row,
              Condition& condition) {
  const YamlNode& scalar = row["else"];
  if (!absl::StrContains(scalar.scalar, ".")) {
    condition.reason = reader.Code(row, "else", loading.Reasons());
    return;
  }
  condition.reason_expression = reader.Expr(row, "else", Kind::kString, Seen());
  if (const auto& program = condition.reason_expression->program) {
    CheckReasons(loading, reader, scalar, *program, program->root());
  }
}

Consequence ReadConsequence(YamlReader& reader, const YamlNode& row) {
  const std::string text = reader.Code(
      row, "consequence",
      {{"后果", "consequence"}, {"deny", "manual", "condition"}}, false);
  if (text == "manual") return Consequence::kManual;
  return text == "condition" ? Consequence::kCondition : Consequence::kDeny;
}

Condition ReadCondition(const Loading& loading, YamlReader& reader,
                        const YamlNode& row, Declared& ids) {
  reader.Keys(row, {"id", "applies", "when", "else", "consequence",
                    "description", "remedy", "clause"});
  Condition condition;
  condition.id = reader.Id(row, "id", ids);
  condition.applies = reader.OptionalExpr(row, "applies", Kind::kBool, Seen());
  condition.when = reader.Expr(row, "when", Kind::kBool, Seen());
  ReadElse(loading, reader, row, condition);
  condition.consequence = ReadConsequence(reader, row);
  condition.description = reader.Bilingual(row, "description");
  condition.remedy = reader.Bilingual(row, "remedy");
  condition.clause = reader.String(row, "clause");
  return condition;
}

// `named` gathers the entitlements it names, which may be in files not read
// yet.
Limit ReadLimit(const Loading& loading, YamlReader& reader, const YamlNode& row,
                Declared& ids, std::vector<YamlNode>& named) {
  reader.Keys(row, {"id", "count", "per", "of", "within_days", "at_most",
                    "else", "consequence", "description", "remedy", "clause"});
  Limit limit;
  limit.id = reader.Id(row, "id", ids);
  const std::string count =
      reader.Code(row, "count", {{"计数方式", "count"}, {"open", "used"}});
  limit.count = count == "open" ? Limit::Count::kOpen : Limit::Count::kUsed;
  limit.per = reader.Strings(row, "per", true);
  limit.of = reader.Strings(row, "of");
  if (row["of"].IsScalar()) named.push_back(row["of"]);
  for (const YamlNode& code : row["of"].elements) {
    if (code.IsScalar()) named.push_back(code);
  }
  limit.within_days =
      reader.OptionalExpr(row, "within_days", Kind::kInt, {"param"});
  limit.at_most = reader.Expr(row, "at_most", Kind::kInt, Seen());
  limit.reason = reader.Code(row, "else", loading.Reasons());
  limit.consequence = ReadConsequence(reader, row);
  limit.description = reader.Bilingual(row, "description");
  limit.remedy = reader.Bilingual(row, "remedy");
  limit.clause = reader.String(row, "clause");
  return limit;
}

GrantRule ReadGrant(YamlReader& reader, const YamlNode& grant) {
  reader.Keys(grant, {"level", "valid_until", "track", "owner"});
  GrantRule rule;
  rule.level = reader.OptionalExpr(grant, "level", Kind::kString, Seen());
  rule.valid_until =
      reader.OptionalExpr(grant, "valid_until", Kind::kDate, Seen());
  rule.track = reader.OptionalExpr(grant, "track", Kind::kString, Seen());
  rule.owner = reader.OptionalExpr(grant, "owner", Kind::kString, Seen());
  return rule;
}

EntitlementVersion ReadVersion(const Loading& loading, YamlReader& reader,
                               const YamlNode& row,
                               std::vector<YamlNode>& named) {
  reader.Keys(row, {"from", "conditions", "limits", "reserved_days", "grant"});
  EntitlementVersion version;
  Declared ids;
  for (const YamlNode* condition : reader.Maps(row, "conditions")) {
    version.conditions.push_back(
        ReadCondition(loading, reader, *condition, ids));
  }
  for (const YamlNode* limit : reader.Maps(row, "limits", false)) {
    version.limits.push_back(ReadLimit(loading, reader, *limit, ids, named));
  }
  version.reserved_days =
      reader.OptionalExpr(row, "reserved_days", Kind::kInt, {"param"});
  version.grant = ReadGrant(reader, reader.Child(row, "grant"));
  return version;
}

void ReadVersions(const Loading& loading, YamlReader& reader,
                  const YamlNode& root, Entitlement& entitlement,
                  std::vector<YamlNode>& named) {
  auto& versions = entitlement.versions;
  for (const YamlNode* row : reader.Maps(root, "versions")) {
    const CivilDate from = reader.Date(*row, "from");
    if (!versions.empty() && from != CivilDate() &&
        versions.back().from >= from) {
      reader.Note((*row)["from"], Say("日期必须由早到晚", "dates must ascend"),
                  (*row)["from"].scalar);
    }
    versions.push_back({from, ReadVersion(loading, reader, *row, named)});
  }
}

void ReadEntitlement(Loading& loading, YamlReader& reader, const YamlNode& root,
                     Declared& codes, std::vector<YamlNode>& named) {
  reader.Keys(root, {"entitlement", "name", "clause", "desk", "owner",
                     "asked_by", "for", "pinned_to_acceptance", "versions"});
  Entitlement entitlement;
  entitlement.code = reader.Id(root, "entitlement", codes);
  entitlement.name = reader.Bilingual(root, "name");
  entitlement.clause = reader.String(root, "clause");
  entitlement.desk = reader.String(root, "desk", false);
  entitlement.owner = reader.String(root, "owner");
  entitlement.asked_by = reader.Codes(root, "asked_by", loading.Askers(), true);
  entitlement.relations =
      reader.Codes(root, "for", {{"关系", "relation"}, Relations()}, true);
  entitlement.pinned_to_acceptance =
      reader.Bool(root, "pinned_to_acceptance", false);
  entitlement.position = root.position;
  ReadVersions(loading, reader, root, entitlement, named);
  loading.policy.entitlements.emplace(entitlement.code, std::move(entitlement));
}

}  // namespace

void LoadEntitlements(Loading& loading) {
  Declared codes;
  std::vector<YamlNode> named;
  loading.Folder("entitlements", [&](YamlReader& reader, const YamlNode& root) {
    ReadEntitlement(loading, reader, root, codes, named);
  });
  // Only now is it known which entitlements there are.
  const auto& unreadable = loading.unreadable;
  const bool all = std::none_of(unreadable.begin(), unreadable.end(),
                                [](const std::string& path) {
                                  return path.starts_with("entitlements/");
                                });
  if (!all) return;
  const Known entitlements{{"待遇", "entitlement"},
                           {codes.begin(), codes.end()}};
  const YamlDocument anywhere("", "", loading.mistakes);
  YamlReader reader(anywhere, loading.environment, loading.mistakes);
  for (const YamlNode& code : named) reader.OneOf(code, entitlements);
}

}  // namespace talentcard::policy
