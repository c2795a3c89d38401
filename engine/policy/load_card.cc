#include "absl/strings/str_cat.h"
#include "engine/policy/loader.h"

namespace talentcard::policy {
namespace {

using Kind = cel::Type::Kind;

}  // namespace

void LoadCard(Loading& loading) {
  loading.File("card.yaml", [&](YamlReader& reader, const YAML::Node& root) {
    CardRules& card = loading.policy.card;
    reader.Keys(root, {"states", "causes", "renewal"});
    for (const YAML::Node& row : reader.Maps(root, "states")) {
      reader.Keys(row, {"id", "when", "state", "in_force", "reason", "clause"});
      CardStateRow state{reader.String(row, "id"), reader.Expr(row, "when", Kind::kBool, {"card", "holder", "at", "param"}),
                         reader.String(row, "state"), reader.Bool(row, "in_force", false), reader.String(row, "reason", false)};
      reader.String(row, "clause");
      if (state.in_force != state.reason.empty()) reader.Note(row, "a state has a reason unless it is in force", state.id);
      if (!state.reason.empty()) reader.OneOf(row["reason"], state.reason, loading.ReasonCodes(), "reason");
      card.states.push_back(std::move(state));
    }
    if (card.states.empty() || card.states.back().when.source != "true") reader.Note(root["states"], "the last state must hold `true`");
    for (const YAML::Node& row : reader.Maps(root, "causes")) {
      reader.Keys(row, {"code", "name", "change", "clause"});
      card.causes.push_back({reader.String(row, "code"), reader.Bilingual(row, "name"), reader.String(row, "change"), reader.String(row, "clause")});
      reader.OneOf(row["change"], card.causes.back().change, {"suspend", "resume", "cancel", "revoke", "lost", "reissue"}, "change");
    }
    const YAML::Node renewal = reader.Child(root, "renewal");
    if (!renewal.IsDefined()) return;
    reader.Keys(renewal, {"opens", "closes", "clause"});
    reader.String(renewal, "clause");
    card.renewal_opens = reader.Expr(renewal, "opens", Kind::kDate, {"card", "param"});
    card.renewal_closes = reader.Expr(renewal, "closes", Kind::kDate, {"card", "param"});
  });
}

}  // namespace talentcard::policy
