#include <google/protobuf/descriptor.h>

#include <map>
#include <optional>
#include <utility>

#include "absl/strings/str_split.h"
#include "engine/policy/loader.h"
#include "engine/policy/services.h"

namespace talentcard::policy {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::MethodDescriptor;

std::vector<std::string> FieldNames(const Descriptor& message) {
  std::vector<std::string> names;
  for (int i = 0; i < message.field_count(); ++i) {
    names.push_back(message.field(i)->name());
  }
  return names;
}

// Notes a path that leads nowhere in the response.
bool CheckPath(YamlReader& reader, const YamlNode& scalar,
               const Descriptor* message) {
  for (const auto part : absl::StrSplit(scalar.scalar, '.')) {
    const std::string name(part);
    if (message == nullptr) {
      reader.Note(scalar,
                  Say("`$0` 中 `$1` 之前已无下级字段",
                      "in `$0` there is nothing below what comes before `$1`",
                      Quotable(scalar.scalar), Quotable(name)),
                  scalar.scalar);
      return false;
    }
    const auto* field = message->FindFieldByName(name);
    if (field == nullptr) {
      reader.Note(scalar,
                  Say("`$0` 没有字段 `$1`", "`$0` has no field `$1`",
                      message->name(), Quotable(name)),
                  scalar.scalar, Nearest(name, FieldNames(*message)));
      return false;
    }
    message = field->is_map() ? nullptr : field->message_type();
  }
  return true;
}

// Notes a path that does not lead to one text, or a text in each of a list.
void CheckNamePath(YamlReader& reader, const YamlNode& scalar,
                   const MethodDescriptor& method) {
  const Descriptor* message = method.input_type();
  if (!CheckPath(reader, scalar, message)) return;
  const FieldDescriptor* field = nullptr;
  for (const auto part : absl::StrSplit(scalar.scalar, '.')) {
    field = message->FindFieldByName(std::string(part));
    message = field->message_type();
  }
  if (field->is_repeated() ||
      field->cpp_type() != FieldDescriptor::CPPTYPE_STRING) {
    reader.Note(scalar,
                Say("`$0` 不是一个名称", "`$0` is not one name",
                    Quotable(scalar.scalar)),
                scalar.scalar);
  }
}

// What shows that something is the asker's own: it has to be said, or a
// handler could forget to ask.
std::string ReadOwnBy(YamlReader& reader, const YamlNode& row,
                      const std::string& relation,
                      const MethodDescriptor& method) {
  const std::string own_by = reader.String(row, "own_by", relation == "own");
  if (own_by.empty()) return own_by;
  const YamlNode& scalar = row["own_by"];
  if (relation != "own") {
    reader.Note(scalar, Say("只有 `own` 才写 `own_by`",
                            "`own_by` belongs to `own` only"));
  } else if (own_by != kOwnByRecord) {
    CheckNamePath(reader, scalar, method);
  } else if (method.client_streaming() || method.server_streaming()) {
    reader.Note(scalar, Say("流式接口要写请求中的字段",
                            "for a stream, name a field of the request"));
  }
  return own_by;
}

AccessRule ReadRule(YamlReader& reader, const YamlNode& row,
                    const Known& askers, const MethodDescriptor& method) {
  const Descriptor& response = *method.output_type();
  AccessRule rule;
  rule.relation =
      reader.Code(row, "relation", {{"范围", "relation"}, {"own", "any"}});
  rule.own_by = ReadOwnBy(reader, row, rule.relation, method);
  rule.purpose_required = reader.Bool(row, "purpose_required", false);
  rule.purpose_unless = reader.String(row, "purpose_unless", false);
  if (!rule.purpose_unless.empty())
    CheckNamePath(reader, row["purpose_unless"], method);
  rule.approved_by = reader.Strings(row, "approved_by");
  for (const YamlNode& kind : row["approved_by"].elements)
    reader.OneOf(kind, askers);
  rule.emergency = reader.Bool(row, "emergency", false);
  rule.before_sign_in = reader.Bool(row, "before_sign_in", false);
  // An empty list would read as nothing and mean all: it is refused.
  const std::vector<std::string> paths = reader.Strings(row, "fields");
  rule.fields.insert(paths.begin(), paths.end());
  const YamlNode& fields = row["fields"];
  if (fields.IsScalar()) CheckPath(reader, fields, &response);
  for (const YamlNode& field : fields.elements) {
    if (field.IsScalar() && !field.scalar.empty())
      CheckPath(reader, field, &response);
  }
  return rule;
}

// The rows of one RPC: an asker each, or `everybody` for those without a row.
void ReadRows(YamlReader& reader, const YamlNode& rows, const Known& askers,
              const MethodDescriptor& method,
              std::map<std::string, AccessRule>& rules) {
  std::optional<AccessRule> everybody;
  reader.ForEach(rows, [&](const YamlNode& asker, const YamlNode& row) {
    const bool all = asker.scalar == "everybody";
    if (!all && !reader.OneOf(asker, askers)) return;
    reader.Keys(
        row, {"relation", "own_by", "fields", "purpose_required",
              "purpose_unless", "approved_by", "emergency", "before_sign_in"});
    if (!row.IsMap()) return;
    AccessRule rule = ReadRule(reader, row, askers, method);
    if (all) {
      everybody = std::move(rule);
    } else {
      rules[asker.scalar] = std::move(rule);
    }
  });
  if (!everybody) return;
  for (const std::string& asker : askers.codes)
    rules.emplace(asker, *everybody);
}

void ReadPeople(YamlReader& reader, const YamlNode& root, const Known& askers,
                Access& access) {
  for (const std::string& office : reader.Codes(root, "offices", askers))
    access.offices.insert(office);
  for (const std::string& kind : reader.Codes(root, "restored_by", askers))
    access.restored_by.insert(kind);
  for (const std::string& device : reader.Codes(root, "devices", askers)) {
    access.devices.insert(device);
    if (access.offices.contains(device)) {
      reader.Note(root["devices"],
                  Say("`$0` 属于 `offices`，须由本人登录，设备不能担任",
                      "`$0` is among the `offices`: a person holds it and "
                      "signs in, never a device",
                      device),
                  device);
    }
  }
}

}  // namespace

void LoadAccess(Loading& loading) {
  loading.File("access.yaml", [&](YamlReader& reader, const YamlNode& root) {
    Access& access = loading.policy.access;
    reader.Keys(root, {"askers", "offices", "devices", "restored_by", "rules"});
    access.askers = reader.Strings(root, "askers", true);
    for (const std::string& asker : access.askers) {
      if (asker != "everybody") continue;
      reader.Note(root["askers"],
                  Say("`everybody` 表示所有询问方，不能另作名称",
                      "`everybody` means all askers and names none"),
                  asker);
    }
    ReadPeople(reader, root, loading.Askers(), access);
    const auto methods = AllMethods();
    Known rpcs{{"接口", "RPC"}, {}};
    for (const auto& [name, method] : methods) rpcs.codes.push_back(name);
    const YamlNode& rules = reader.Child(root, "rules");
    std::set<std::string> listed;
    reader.ForEach(rules, [&](const YamlNode& name, const YamlNode& rows) {
      if (!reader.OneOf(name, rpcs)) return;
      listed.insert(name.scalar);
      std::map<std::string, AccessRule> read;
      ReadRows(reader, rows, loading.Askers(), *methods.at(name.scalar), read);
      if (!read.empty()) access.rules[name.scalar] = std::move(read);
    });
    if (!rules.IsMap()) return;
    for (const std::string& name : rpcs.codes) {
      if (!listed.contains(name)) {
        reader.Note(rules,
                    Say("接口 `$0` 未列出（无人可用也要写 `$0: {}`）",
                        "the RPC `$0` is not listed; if nobody may call it, "
                        "say `$0: {}`",
                        name),
                    name);
      }
    }
  });
}

}  // namespace talentcard::policy
