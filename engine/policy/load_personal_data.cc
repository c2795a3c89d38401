#include <google/protobuf/descriptor.h>

#include <map>
#include <set>
#include <utility>
#include <vector>

#include "chengzhou/talentcard/v1/person.pb.h"
#include "engine/policy/loader.h"

namespace talentcard::policy {
namespace {

// Parameters that hold a whole number.
Known Numbers(const Loading& loading) {
  Known numbers{{"整数参数", "parameter of type int"}, {}};
  for (const auto& [code, parameter] : loading.policy.parameters) {
    if (std::holds_alternative<int64_t>(parameter.versions[0].value.value))
      numbers.codes.push_back(code);
  }
  return numbers;
}

Known FieldsOfPerson() {
  const auto& person = *chengzhou::talentcard::v1::Person::descriptor();
  Known fields{{"人员字段", "field of Person"}, {}};
  for (int i = 0; i < person.field_count(); ++i)
    fields.codes.push_back(person.field(i)->name());
  return fields;
}

void ReadRetention(Loading& loading, YamlReader& reader, const YamlNode& row) {
  RetentionRule retention;
  reader.Keys(row, {"days", "revoked", "clause"});
  retention.days = reader.Code(row, "days", Numbers(loading));
  retention.revoked = reader.Code(row, "revoked", Numbers(loading));
  reader.String(row, "clause");
  loading.policy.personal_data.retention = std::move(retention);
}

void ReadMinors(Loading& loading, YamlReader& reader, const YamlNode& row) {
  constexpr int64_t kMostMinutes = 24 * 60;
  MinorsRule minors;
  reader.Keys(row, {"adult_from", "clause", "shown", "ticket"});
  minors.adult_from = reader.Code(row, "adult_from", Numbers(loading));
  reader.String(row, "clause");
  const Known fields = FieldsOfPerson();
  const YamlNode& shown = reader.Child(row, "shown");
  reader.ForEach(shown, [&](const YamlNode& asker, const YamlNode&) {
    if (!reader.OneOf(asker, loading.Askers())) return;
    const auto paths = reader.Codes(shown, asker.scalar, fields, true);
    minors.shown[asker.scalar] = {paths.begin(), paths.end()};
  });
  const YamlNode& ticket = reader.Child(row, "ticket");
  if (ticket.IsMap()) {
    reader.Keys(ticket, {"for", "approved_by", "minutes"});
    minors.ticket_for = reader.Codes(ticket, "for", loading.Askers(), true);
    minors.approved_by =
        reader.Codes(ticket, "approved_by", loading.Askers(), true);
    minors.ticket_minutes =
        reader.Int(ticket, "minutes", true, 1, kMostMinutes).value_or(1);
  }
  loading.policy.personal_data.minors = std::move(minors);
}

template <typename Row>
Known KeysOf(Text what, const std::map<std::string, Row>& rows) {
  Known known{std::move(what), {}};
  for (const auto& [code, row] : rows) known.codes.push_back(code);
  return known;
}

Known FieldsOf(const MatterKind& kind) {
  Known fields{{"字段", "field"}, {}};
  for (const MatterField& field : kind.fields) fields.codes.push_back(field.id);
  return fields;
}

Known ActionsOf(const MatterKind& kind) {
  Known actions{{"动作", "action"}, {}};
  for (const MatterState& state : kind.states) {
    for (const MatterActionRule& action : state.actions)
      actions.codes.push_back(action.id);
  }
  return actions;
}

std::set<std::string> SetOf(std::vector<std::string> codes) {
  return {codes.begin(), codes.end()};
}

void ReadConsentMatters(Loading& loading, YamlReader& reader,
                        const YamlNode& row, ConsentPurpose& purpose) {
  const auto& kinds = loading.policy.matters;
  const Known known = KeysOf({"办件", "matter"}, kinds);
  const YamlNode& matters = reader.Child(row, "matters", false);
  reader.ForEach(matters, [&](const YamlNode& kind, const YamlNode& map) {
    reader.Keys(map, {"of", "to", "without", "stopped_for", "shown_to"});
    const auto found = kinds.find(kind.scalar);
    if (found == kinds.end()) {
      // Never passed over: what it says would be told without a consent.
      if (reader.OneOf(kind, known))
        reader.Note(kind, Say("没有办件", "there is no matter"), kind.scalar);
      return;
    }
    const Known fields = FieldsOf(found->second);
    ConsentMatter& matter = purpose.matters[kind.scalar];
    matter.of = reader.Code(map, "of", fields);
    matter.to = reader.Code(map, "to", fields);
    matter.without =
        SetOf(reader.Codes(map, "without", ActionsOf(found->second)));
    matter.stopped_for =
        SetOf(reader.Codes(map, "stopped_for", loading.Askers()));
    matter.shown_to = SetOf(reader.Codes(map, "shown_to", loading.Askers()));
  });
}

ConsentPurpose ReadPurpose(Loading& loading, YamlReader& reader,
                           const YamlNode& row) {
  ConsentPurpose purpose;
  purpose.name = reader.Bilingual(row, "name");
  purpose.recipients = reader.Codes(row, "recipients", loading.Askers(), true);
  purpose.rights = SetOf(reader.Codes(
      row, "rights",
      KeysOf({"待遇", "entitlement"}, loading.policy.entitlements)));
  ReadConsentMatters(loading, reader, row, purpose);
  purpose.own_from = reader.Code(row, "own_from", Numbers(loading));
  purpose.version = reader.String(row, "version");
  purpose.text = reader.Bilingual(row, "text");
  purpose.clause = reader.String(row, "clause");
  return purpose;
}

}  // namespace

void LoadPersonalData(Loading& loading) {
  if (!loading.files.contains("personal_data.yaml")) return;
  loading.File("personal_data.yaml", [&](YamlReader& reader,
                                         const YamlNode& root) {
    reader.Keys(root, {"retention", "minors", "purposes"});
    const YamlNode& retention = root["retention"];
    if (retention.IsMap()) ReadRetention(loading, reader, retention);
    const YamlNode& minors = reader.Child(root, "minors");
    if (minors.IsMap()) ReadMinors(loading, reader, minors);
    Declared codes;
    for (const YamlNode* row : reader.Maps(root, "purposes")) {
      reader.Keys(*row, {"purpose", "name", "recipients", "rights", "matters",
                         "own_from", "version", "text", "clause"});
      const std::string code = reader.Id(*row, "purpose", codes);
      loading.policy.personal_data.purposes.emplace(
          code, ReadPurpose(loading, reader, *row));
    }
  });
}

}  // namespace talentcard::policy
