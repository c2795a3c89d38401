#include <set>

#include "absl/strings/str_cat.h"
#include "engine/policy/loader.h"

namespace talentcard::policy {
namespace {

using Kind = cel::Type::Kind;

std::optional<Span> ReadSpan(YamlReader& reader, const YAML::Node& map, const char* key) {
  const YAML::Node child = reader.Child(map, key, false);
  if (!child.IsDefined()) return std::nullopt;
  reader.Keys(child, {"days", "working"});
  return Span{reader.Expr(child, "days", Kind::kInt, {"param"}), reader.Bool(child, "working", false)};
}

std::vector<MatterField> ReadFields(YamlReader& reader, const YAML::Node& map) {
  std::vector<MatterField> fields;
  for (const YAML::Node& row : reader.Maps(map, "fields", false)) {
    reader.Keys(row, {"id", "name", "required", "one_of"});
    fields.push_back({reader.String(row, "id"), reader.Bilingual(row, "name"), reader.Bool(row, "required", false), reader.Strings(row, "one_of")});
  }
  return fields;
}

MatterActionRule ReadAction(Loading& loading, YamlReader& reader, const YAML::Node& row) {
  reader.Keys(row, {"id", "name", "by", "to", "fields", "evidence", "not_before", "not_after", "requires", "requires_text",
                    "not_same_person_as", "not_own_family", "effects"});
  MatterActionRule action;
  action.id = reader.String(row, "id");
  action.name = reader.Bilingual(row, "name");
  action.by = reader.Strings(row, "by", true);
  action.to = reader.String(row, "to");
  action.fields = ReadFields(reader, row);
  action.evidence = reader.Strings(row, "evidence");
  for (const std::string& kind : action.evidence) reader.OneOf(row["evidence"], kind, loading.EvidenceKinds(), "kind of evidence");
  action.not_before = ReadSpan(reader, row, "not_before");
  action.not_after = ReadSpan(reader, row, "not_after");
  action.requires_ = reader.OptionalExpr(row, "requires", Kind::kBool, {"fields", "offers", "holder", "at", "param"});
  action.requires_text = reader.Bilingual(row, "requires_text", action.requires_.has_value());
  action.not_same_person_as = reader.Strings(row, "not_same_person_as");
  action.not_own_family = reader.Bool(row, "not_own_family", true);
  for (const YAML::Node& effect : reader.Maps(row, "effects", false)) {
    reader.Keys(effect, {"kind", "fields"});
    Effect parsed{reader.String(effect, "kind"), {}};
    reader.OneOf(effect["kind"], parsed.kind, {"add-recognition", "confirm-use", "release-use"}, "effect");
    for (const auto& field : reader.Child(effect, "fields", false)) parsed.fields[field.first.Scalar()] = field.second.Scalar();
    action.effects.push_back(std::move(parsed));
  }
  return action;
}

MatterState ReadState(Loading& loading, YamlReader& reader, const YAML::Node& row) {
  reader.Keys(row, {"id", "name", "owner", "acknowledge_within", "due_within", "closed", "actions"});
  MatterState state;
  state.id = reader.String(row, "id");
  state.name = reader.Bilingual(row, "name");
  state.owner = reader.String(row, "owner");
  state.acknowledge_within = ReadSpan(reader, row, "acknowledge_within");
  state.due_within = ReadSpan(reader, row, "due_within");
  state.closed = reader.Bool(row, "closed", false);
  for (const YAML::Node& action : reader.Maps(row, "actions", false)) state.actions.push_back(ReadAction(loading, reader, action));
  if (state.closed != state.actions.empty()) reader.Note(row, "a state has actions unless it is closed", state.id);
  return state;
}

// Every state must be reachable, and every action lead to a state there is.
void CheckStates(YamlReader& reader, const YAML::Node& root, const MatterKind& kind) {
  std::vector<std::string> ids;
  std::set<std::string> reached = {kind.initial};
  for (const MatterState& state : kind.states) ids.push_back(state.id);
  for (const YAML::Node& row : reader.Maps(root, "states", false)) {
    for (const YAML::Node& action : reader.Maps(row, "actions", false)) {
      const std::string to = reader.String(action, "to", false);
      reader.OneOf(action["to"], to, ids, "state");
      reached.insert(to);
    }
  }
  reader.OneOf(root["initial"], kind.initial, ids, "state");
  for (const std::string& id : ids) {
    if (!reached.contains(id)) reader.Note(root["states"], absl::StrCat("no action leads to the state `", id, "`"), id);
  }
}

}  // namespace

void LoadMatters(Loading& loading) {
  loading.Folder("matters", [&](YamlReader& reader, const YAML::Node& root) {
    reader.Keys(root, {"matter", "name", "clause", "opened_by", "escalates_to", "fields", "initial", "states"});
    MatterKind kind;
    kind.id = reader.String(root, "matter");
    kind.name = reader.Bilingual(root, "name");
    kind.clause = reader.String(root, "clause");
    kind.opened_by = reader.Strings(root, "opened_by", true);
    kind.escalates_to = reader.String(root, "escalates_to");
    kind.fields = ReadFields(reader, root);
    kind.initial = reader.String(root, "initial");
    kind.position = reader.At(root);
    for (const YAML::Node& row : reader.Maps(root, "states")) kind.states.push_back(ReadState(loading, reader, row));
    CheckStates(reader, root, kind);
    if (!loading.policy.matters.emplace(kind.id, kind).second) {
      reader.Note(root, absl::StrCat("the matter `", kind.id, "` is there already"), kind.id);
    }
  });
}

}  // namespace talentcard::policy
