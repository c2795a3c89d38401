#include <algorithm>
#include <map>

#include "engine/policy/loader.h"

namespace talentcard::policy {
namespace {

using Kind = cel::Type::Kind;

// What an action may refer to elsewhere in its matter, gathered first.
struct MatterNames {
  Known states = {{"状态", "state"}, {}};
  Known actions = {{"动作", "action"}, {}};
  Known fields = {{"字段", "field"}, {}};
};

void AddScalars(const YamlNode& rows, Known& known) {
  for (const YamlNode& row : rows.elements) {
    if (row["id"].IsScalar()) known.codes.push_back(row["id"].scalar);
  }
}

MatterNames GatherNames(const YamlNode& root) {
  MatterNames names;
  AddScalars(root["states"], names.states);
  AddScalars(root["fields"], names.fields);
  for (const YamlNode& state : root["states"].elements) {
    AddScalars(state["actions"], names.actions);
    for (const YamlNode& action : state["actions"].elements) {
      AddScalars(action["fields"], names.fields);
    }
  }
  return names;
}

std::optional<Span> ReadSpan(YamlReader& reader, const YamlNode& map,
                             std::string_view key) {
  const YamlNode& child = reader.Child(map, key, false);
  if (child.IsAbsent()) return std::nullopt;
  // Only the step itself may have to be done so long after the opening.
  const bool of_step = key == "due_within";
  if (of_step) {
    reader.Keys(child, {"days", "working", "from"});
  } else {
    reader.Keys(child, {"days", "working"});
  }
  Span span{reader.Expr(child, "days", Kind::kInt, {"param"}),
            reader.Bool(child, "working", false)};
  if (of_step && !child["from"].IsAbsent()) {
    span.from_opened =
        reader.Code(child, "from", {{"起点", "start"}, {"opened"}}) == "opened";
  }
  return span;
}

std::vector<MatterField> ReadFields(YamlReader& reader, const YamlNode& map) {
  std::vector<MatterField> fields;
  Declared ids;
  for (const YamlNode* row : reader.Maps(map, "fields", false)) {
    reader.Keys(*row, {"id", "name", "required", "one_of"});
    MatterField field{reader.Id(*row, "id", ids),
                      reader.Bilingual(*row, "name"),
                      reader.Bool(*row, "required", false),
                      {}};
    // A single word names a list; values are always written as a list.
    const Known lists = {
        {"列表", "list"},
        {"criteria", "routes", "series", "people", "employers"}};
    if ((*row)["one_of"].IsScalar()) {
      if (const std::string list = reader.Code(*row, "one_of", lists);
          !list.empty())
        field.one_of = {list};
    } else {
      field.one_of = reader.Strings(*row, "one_of");
    }
    fields.push_back(std::move(field));
  }
  return fields;
}

std::vector<Effect> ReadEffects(YamlReader& reader, const YamlNode& action,
                                const MatterNames& names) {
  std::vector<Effect> effects;
  for (const YamlNode* row : reader.Maps(action, "effects", false)) {
    reader.Keys(*row, {"kind", "fields"});
    Effect effect;
    effect.kind =
        reader.Code(*row, "kind",
                    {{"效果", "effect"},
                     {"add-recognition", "confirm-use", "release-use"}});
    reader.ForEach(
        (*row)["fields"], [&](const YamlNode& key, const YamlNode& field) {
          if (!field.IsScalar()) {
            reader.Note(field, Say("这里应为字段名",
                                   "the name of a field is expected here"));
          } else if (names.fields.codes.empty()) {
            reader.Note(field,
                        Say("没有字段 `$0`", "there is no field `$0`",
                            Quotable(field.scalar)),
                        field.scalar);
          } else if (reader.OneOf(field, names.fields)) {
            effect.fields[key.scalar] = field.scalar;
          }
        });
    effects.push_back(std::move(effect));
  }
  return effects;
}

// Notes fields that a requirement reads and no draft or action has.
void CheckFieldsRead(YamlReader& reader, const YamlNode& scalar,
                     const Expression& expression, const MatterNames& names) {
  using Op = cel::Node::Op;
  if (!expression.program) return;
  const auto& nodes = expression.program->nodes();
  for (const cel::Node& node : nodes) {
    if (node.parts.empty() || nodes[node.parts[0]].attribute != "fields")
      continue;
    std::string field;
    if (node.op == Op::kKey || node.op == Op::kHasKey) field = node.name;
    if (node.op == Op::kCall && node.parts.size() == 2 &&
        nodes[node.parts[1]].op == Op::kConstant &&
        nodes[node.parts[1]].constant.kind() == cel::Value::Kind::kString) {
      field = std::string(nodes[node.parts[1]].constant.as_string());
    }
    const auto& known = names.fields.codes;
    if (field.empty() ||
        std::find(known.begin(), known.end(), field) != known.end())
      continue;
    reader.NoteInside(
        scalar, node.position,
        Say("没有字段 `$0`", "there is no field `$0`", Quotable(field)), field,
        Nearest(field, known));
  }
}

void ReadRequirement(YamlReader& reader, const YamlNode& row,
                     const MatterNames& names, MatterActionRule& action) {
  action.requires_ =
      reader.OptionalExpr(row, "requires", Kind::kBool,
                          {"fields", "offers", "holder", "at", "param"});
  if (action.requires_) {
    CheckFieldsRead(reader, row["requires"], *action.requires_, names);
    action.requires_text = reader.Bilingual(row, "requires_text");
  } else if (!row["requires_text"].IsAbsent()) {
    reader.Note(row["requires_text"],
                Say("`requires_text` 没有对应的 `requires`",
                    "`requires_text` is here without `requires`"));
  }
}

MatterActionRule ReadAction(const Loading& loading, YamlReader& reader,
                            const YamlNode& row, const MatterNames& names,
                            Declared& ids) {
  reader.Keys(row, {"id", "name", "by", "to", "fields", "evidence",
                    "not_before", "not_after", "requires", "requires_text",
                    "not_same_person_as", "not_own_family", "effects"});
  MatterActionRule action;
  action.id = reader.Id(row, "id", ids);
  action.name = reader.Bilingual(row, "name");
  action.by = reader.Codes(row, "by", loading.Askers(), true);
  action.to = reader.Code(row, "to", names.states);
  action.fields = ReadFields(reader, row);
  action.evidence = reader.Codes(row, "evidence", loading.Evidence());
  action.not_before = ReadSpan(reader, row, "not_before");
  action.not_after = ReadSpan(reader, row, "not_after");
  ReadRequirement(reader, row, names, action);
  // `open` is the action that begins every matter.
  Known earlier = names.actions;
  earlier.codes.push_back("open");
  action.not_same_person_as = reader.Codes(row, "not_same_person_as", earlier);
  action.not_own_family = reader.Bool(row, "not_own_family", true);
  action.effects = ReadEffects(reader, row, names);
  return action;
}

MatterState ReadState(const Loading& loading, YamlReader& reader,
                      const YamlNode& row, const MatterNames& names,
                      Declared& ids) {
  reader.Keys(row, {"id", "name", "owner", "acknowledge_within", "due_within",
                    "closed", "actions"});
  MatterState state;
  state.id = reader.Id(row, "id", ids);
  state.name = reader.Bilingual(row, "name");
  state.owner = reader.Code(row, "owner", loading.Askers());
  state.acknowledge_within = ReadSpan(reader, row, "acknowledge_within");
  state.due_within = ReadSpan(reader, row, "due_within");
  state.closed = reader.Bool(row, "closed", false);
  Declared actions;
  for (const YamlNode* action : reader.Maps(row, "actions", false)) {
    state.actions.push_back(
        ReadAction(loading, reader, *action, names, actions));
  }
  if (state.closed && !row["actions"].IsAbsent()) {
    reader.Note(
        row["actions"],
        Say("已结束的状态不能再有动作", "a closed state has no actions"),
        state.id);
  }
  return state;
}

// The states that `steps` leads to from `from`, themselves included.
std::set<std::string> Reached(
    const std::multimap<std::string, std::string>& steps,
    std::set<std::string> from) {
  std::vector<std::string> open(from.begin(), from.end());
  while (!open.empty()) {
    const std::string state = std::move(open.back());
    open.pop_back();
    for (auto [it, end] = steps.equal_range(state); it != end; ++it) {
      if (from.insert(it->second).second) open.push_back(it->second);
    }
  }
  return from;
}

// Every state must be reached from the first, and lead to a closed one.
void CheckWays(YamlReader& reader, const YamlNode& root,
               const MatterKind& kind) {
  std::multimap<std::string, std::string> onward;
  std::multimap<std::string, std::string> back;
  std::set<std::string> closed;
  for (const MatterState& state : kind.states) {
    if (state.closed) closed.insert(state.id);
    for (const MatterActionRule& action : state.actions) {
      if (action.to.empty()) return;  // Noted already; the ways are not known.
      onward.emplace(state.id, action.to);
      back.emplace(action.to, state.id);
    }
  }
  if (kind.initial.empty()) return;
  const auto reached = Reached(onward, {kind.initial});
  const auto ending = Reached(back, closed);
  for (const YamlNode& row : root["states"].elements) {
    const YamlNode& id = row["id"];
    if (!id.IsScalar()) continue;
    if (!reached.contains(id.scalar)) {
      reader.Note(id,
                  Say("没有动作能到达状态 `$0`",
                      "no way leads to the state `$0`", Quotable(id.scalar)),
                  id.scalar);
    }
    if (!ending.contains(id.scalar)) {
      reader.Note(id,
                  Say("状态 `$0` 无法走到结束状态",
                      "no way leads from the state `$0` to a closed one",
                      Quotable(id.scalar)),
                  id.scalar);
    }
  }
}

void ReadMatter(Loading& loading, YamlReader& reader, const YamlNode& root,
                Declared& kinds) {
  reader.Keys(root, {"matter", "name", "clause", "opened_by", "escalates_to",
                     "fields", "initial", "states"});
  const MatterNames names = GatherNames(root);
  MatterKind kind;
  kind.id = reader.Id(root, "matter", kinds);
  kind.name = reader.Bilingual(root, "name");
  kind.clause = reader.String(root, "clause");
  kind.opened_by = reader.Codes(root, "opened_by", loading.Askers(), true);
  kind.escalates_to = reader.Code(root, "escalates_to", loading.Askers());
  kind.fields = ReadFields(reader, root);
  kind.initial = reader.Code(root, "initial", names.states);
  kind.position = root.position;
  Declared states;
  for (const YamlNode* row : reader.Maps(root, "states")) {
    kind.states.push_back(ReadState(loading, reader, *row, names, states));
  }
  CheckWays(reader, root, kind);
  loading.policy.matters.emplace(kind.id, std::move(kind));
}

}  // namespace

void LoadMatters(Loading& loading) {
  Declared kinds;
  loading.Folder("matters", [&](YamlReader& reader, const YamlNode& root) {
    ReadMatter(loading, reader, root, kinds);
  });
}

}  // namespace talentcard::policy
