#include <set>

#include "absl/strings/str_cat.h"
#include "engine/policy/environment.h"
#include "engine/policy/loader.h"

namespace talentcard::policy {
namespace {

ParameterValue ReadValue(YamlReader& reader, const YAML::Node& version, const std::string& type) {
  if (type == "int") return int64_t{reader.Int(version, "value", true).value_or(0)};
  if (type == "bool") {
    reader.Child(version, "value");
    return reader.Bool(version, "value", false);
  }
  if (type == "date") return reader.Date(version, "value");
  if (type == "list") return reader.Strings(version, "value", true);
  return reader.String(version, "value");
}

void ReadParameter(Loading& loading, YamlReader& reader, const YAML::Node& root) {
  reader.Keys(root, {"parameter", "name", "type", "unit", "values"});
  Parameter parameter;
  parameter.code = reader.String(root, "parameter");
  parameter.name = reader.Bilingual(root, "name");
  parameter.unit = reader.String(root, "unit");
  const std::string type = reader.String(root, "type");
  reader.OneOf(root["type"], type, {"int", "bool", "string", "date", "list"}, "type");
  for (const auto& entry : reader.Child(root, "values")) {
    const CivilDate from = reader.DateOf(entry.first);
    reader.Keys(entry.second, {"value", "clause"});
    if (!parameter.versions.empty() && parameter.versions.back().from >= from) {
      reader.Note(entry.first, "dates must ascend", entry.first.Scalar());
    }
    parameter.versions.push_back({from, {ReadValue(reader, entry.second, type), reader.String(entry.second, "clause")}});
  }
  if (parameter.versions.empty()) {
    reader.Note(root, "a parameter needs a value");
  } else if (!loading.policy.parameters.emplace(parameter.code, parameter).second) {
    reader.Note(root["parameter"], absl::StrCat("the parameter `", parameter.code, "` is there already"), parameter.code);
  }
}

// One row of values for every day on which some parameter changes.
void Tabulate(Policy& policy) {
  std::set<CivilDate> days = {CivilDate::FromDays(-719162)};  // 0001-01-01.
  for (const auto& [code, parameter] : policy.parameters) {
    for (const auto& version : parameter.versions) days.insert(version.from);
  }
  for (const CivilDate day : days) {
    std::vector<cel::Value> row;
    for (const auto& [code, parameter] : policy.parameters) {
      const Parameter::Version* version = InForce(parameter.versions, day);
      row.push_back(version ? ToValue(version->value)
                            : cel::Value::Error(absl::StrCat("param.", code, " has no value yet on ", day.ToString())));
    }
    policy.parameter_values.push_back({day, std::move(row)});
  }
}

}  // namespace

void LoadHead(Loading& loading) {
  loading.File("policy.yaml", [&](YamlReader& reader, const YAML::Node& root) {
    reader.Keys(root, {"name", "issuer"});
    loading.policy.name = reader.Bilingual(root, "name");
    loading.policy.issuer = reader.String(root, "issuer");
  });
  loading.File("calendar.yaml", [&](YamlReader& reader, const YAML::Node& root) {
    reader.Keys(root, {"clause", "holidays", "made_up_days"});
    reader.String(root, "clause");
    const auto days = [&](const char* key) {
      std::set<CivilDate> found;
      for (const auto& day : reader.Child(root, key)) found.insert(reader.DateOf(day));
      return found;
    };
    loading.policy.calendar = WorkingCalendar(days("holidays"), days("made_up_days"));
  });
}

void LoadParameters(Loading& loading) {
  loading.Folder("parameters", [&](YamlReader& reader, const YAML::Node& root) {
    ReadParameter(loading, reader, root);
  });
  Tabulate(loading.policy);
  loading.environment = BuildEnvironment(loading.policy.parameters);
}

}  // namespace talentcard::policy
