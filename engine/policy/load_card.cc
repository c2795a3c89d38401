#include <algorithm>

#include "engine/policy/loader.h"

namespace talentcard::policy {
namespace {

using Kind = cel::Type::Kind;

Known Changes() {
  return {{"变更", "change"},
          {"suspend", "resume", "cancel", "revoke", "lost", "reissue"}};
}

// The state being decided cannot be read to decide it.
void CheckNotItself(YamlReader& reader, const YamlNode& when,
                    const Expression& expression) {
  if (!expression.program) return;
  for (const int input : expression.program->Inputs()) {
    const cel::Node& node = expression.program->nodes()[input];
    const std::string& path = node.attribute;
    if (path != "card.in_force" && path != "card.state" &&
        path != "card.state_reason")
      continue;
    reader.NoteInside(
        when, node.position,
        Say("`$0` 由这些行决定，不能在此使用",
            "`$0` is decided by these rows and cannot be read here", path),
        path, "card.recorded_state");
  }
}

CardStateRow ReadState(Loading& loading, YamlReader& reader,
                       const YamlNode& row, Declared& ids) {
  reader.Keys(row, {"id", "when", "state", "in_force", "reason", "clause"});
  CardStateRow state;
  state.id = reader.Id(row, "id", ids);
  state.when =
      reader.Expr(row, "when", Kind::kBool, {"card", "holder", "at", "param"});
  CheckNotItself(reader, row["when"], state.when);
  state.state = reader.String(row, "state");
  state.in_force = reader.Bool(row, "in_force", false);
  state.reason = reader.Code(row, "reason", loading.Reasons(), false);
  reader.String(row, "clause");
  if (state.in_force != row["reason"].IsAbsent()) {
    reader.Note(row,
                Say("生效的状态不写 `reason`，其他状态必须写",
                    "a state has a `reason` unless it is in force"),
                state.id);
  }
  return state;
}

void ReadStates(Loading& loading, YamlReader& reader, const YamlNode& root) {
  auto& states = loading.policy.card.states;
  Declared ids;
  const auto rows = reader.Maps(root, "states");
  for (const YamlNode* row : rows) {
    states.push_back(ReadState(loading, reader, *row, ids));
    const bool always = states.back().when.source == "true";
    if (always == (row == rows.back())) continue;
    const YamlNode& when = (*row)["when"];
    reader.Note(
        when.IsAbsent() ? *row : when,
        always
            ? Say("此行总是成立，其后的行永远到不了",
                  "this always holds, so the rows after it are never reached")
            : Say("最后一行的 `when` 必须是 \"true\"",
                  "the `when` of the last row must be \"true\""),
        when.scalar);
  }
}

}  // namespace

void LoadCard(Loading& loading) {
  loading.File("card.yaml", [&](YamlReader& reader, const YamlNode& root) {
    CardRules& card = loading.policy.card;
    reader.Keys(root, {"states", "causes", "renewal"});
    ReadStates(loading, reader, root);
    Declared codes;
    for (const YamlNode* row : reader.Maps(root, "causes")) {
      reader.Keys(*row, {"code", "name", "change", "clause"});
      card.causes.push_back({reader.Id(*row, "code", codes),
                             reader.Bilingual(*row, "name"),
                             reader.Code(*row, "change", Changes()),
                             reader.String(*row, "clause")});
    }
    const YamlNode& renewal = reader.Child(root, "renewal");
    if (renewal.IsAbsent()) return;
    reader.Keys(renewal, {"opens", "closes", "clause"});
    reader.String(renewal, "clause");
    card.renewal_opens =
        reader.Expr(renewal, "opens", Kind::kDate, {"card", "param"});
    card.renewal_closes =
        reader.Expr(renewal, "closes", Kind::kDate, {"card", "param"});
  });
}

}  // namespace talentcard::policy
