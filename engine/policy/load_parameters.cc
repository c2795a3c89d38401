#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "engine/policy/environment.h"
#include "engine/policy/loader.h"

namespace talentcard::policy {
namespace {

constexpr int64_t kLargest = 1'000'000'000'000'000;

const std::vector<std::string>& Types() {
  static const auto* const kTypes =
      new std::vector<std::string>{"int", "bool", "string", "date", "list"};
  return *kTypes;
}

// What stands in for a value that could not be read.
ParameterValue SomeValue(const std::string& type) {
  if (type == "int") return int64_t{0};
  if (type == "bool") return false;
  if (type == "date") return CivilDate();
  if (type == "list") return std::vector<std::string>();
  return std::string();
}

ParameterValue ReadValue(YamlReader& reader, const YamlNode& version,
                         const std::string& type) {
  const YamlNode& value = reader.Child(version, "value");
  if (value.IsAbsent()) return SomeValue(type);
  if (type == "int")
    return reader.Int(version, "value", true, -kLargest, kLargest).value_or(0);
  if (type == "bool") return reader.Bool(version, "value", false);
  if (type == "date") return reader.Date(version, "value");
  if (type == "list") {
    if (value.IsList() && value.elements.empty()) return SomeValue(type);
    return reader.Strings(version, "value");
  }
  return type.empty() ? SomeValue(type) : reader.String(version, "value");
}

void ReadVersions(YamlReader& reader, const YamlNode& root,
                  const std::string& type, Parameter& parameter) {
  const YamlNode& values = reader.Child(root, "values");
  reader.ForEach(values, [&](const YamlNode& day, const YamlNode& row) {
    const size_t before = parameter.versions.size();
    const CivilDate from = reader.DateOf(day);
    if (before > 0 && from != CivilDate() &&
        parameter.versions.back().from >= from) {
      reader.Note(day, Say("日期必须由早到晚", "dates must ascend"),
                  day.scalar);
    }
    reader.Keys(row, {"value", "clause"});
    if (!row.IsMap()) return;
    parameter.versions.push_back(
        {from, {ReadValue(reader, row, type), reader.String(row, "clause")}});
  });
  if (values.IsMap() && values.keys.empty()) {
    reader.Note(values, Say("至少要有一个值", "at least one value is needed"));
  }
}

void ReadParameter(Loading& loading, YamlReader& reader, const YamlNode& root,
                   Declared& codes) {
  reader.Keys(root, {"parameter", "name", "type", "unit", "values"});
  Parameter parameter;
  parameter.code = reader.Id(root, "parameter", codes);
  if (parameter.code.find('-') != std::string::npos) {
    reader.Note(root["parameter"],
                Say("参数代码不能有 `-`（表达式会当作减号）",
                    "the code of a parameter has no `-`, which expressions "
                    "read as minus"),
                parameter.code);
  }
  parameter.name = reader.Bilingual(root, "name");
  parameter.unit = reader.String(root, "unit");
  const std::string type =
      reader.Code(root, "type", {{"类型", "type"}, Types()});
  ReadVersions(reader, root, type, parameter);
  if (type.empty() || parameter.code.empty()) return;
  // So that expressions that name it are still checked.
  if (parameter.versions.empty())
    parameter.versions.push_back({CivilDate(), {SomeValue(type), ""}});
  loading.policy.parameters.emplace(parameter.code, std::move(parameter));
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
                            : cel::Value::Error(absl::StrCat(
                                  "param.", code, " has no value yet on ",
                                  day.ToString())));
    }
    policy.parameter_values.push_back({day, std::move(row)});
  }
}

std::set<CivilDate> ReadDays(YamlReader& reader, const YamlNode& root,
                             std::string_view key) {
  std::set<CivilDate> days;
  const YamlNode& list = reader.Child(root, key);
  if (!list.IsAbsent() && !list.IsList()) {
    reader.Note(list,
                Say("`$0` 应为日期列表", "`$0` must be a list of dates", key),
                list.scalar);
  }
  for (const YamlNode& day : list.elements) {
    const CivilDate date = reader.DateOf(day);
    if (date != CivilDate() && !days.insert(date).second) {
      reader.Note(day, Say("`$0` 重复", "`$0` is there twice", day.scalar),
                  day.scalar);
    }
  }
  return days;
}

void ReadCalendar(Loading& loading, YamlReader& reader, const YamlNode& root) {
  reader.Keys(root, {"clause", "holidays", "made_up_days"});
  reader.String(root, "clause");
  std::set<CivilDate> holidays = ReadDays(reader, root, "holidays");
  std::set<CivilDate> made_up = ReadDays(reader, root, "made_up_days");
  for (const YamlNode& day : root["made_up_days"].elements) {
    const auto date = CivilDate::Parse(day.scalar);
    if (!date.ok()) continue;
    if (holidays.contains(*date)) {
      reader.Note(day,
                  Say("`$0` 同时列为放假", "`$0` is a holiday too", day.scalar),
                  day.scalar);
    } else if (date->weekday() <= 5) {
      reader.Note(day,
                  Say("`$0` 不是周末，本来就上班",
                      "`$0` is no weekend day and worked anyway", day.scalar),
                  day.scalar);
    }
  }
  loading.policy.calendar =
      WorkingCalendar(std::move(holidays), std::move(made_up));
}

}  // namespace

void LoadHead(Loading& loading) {
  loading.File("policy.yaml", [&](YamlReader& reader, const YamlNode& root) {
    reader.Keys(root, {"name", "issuer"});
    loading.policy.name = reader.Bilingual(root, "name");
    loading.policy.issuer = reader.String(root, "issuer");
  });
  loading.File("calendar.yaml", [&](YamlReader& reader, const YamlNode& root) {
    ReadCalendar(loading, reader, root);
  });
}

void LoadParameters(Loading& loading) {
  Declared codes;
  loading.Folder("parameters", [&](YamlReader& reader, const YamlNode& root) {
    ReadParameter(loading, reader, root, codes);
  });
  Tabulate(loading.policy);
  loading.environment = BuildEnvironment(loading.policy.parameters);
  // What a file with a mistake may have meant to declare fits everywhere: its
  // mistake is told once.
  for (const Mistake& mistake : loading.mistakes) {
    const std::string& path = mistake.path;
    if (!path.starts_with("parameters/")) continue;
    const size_t name = path.rfind('/') + 1;
    codes.insert(
        absl::AsciiStrToUpper(path.substr(name, path.rfind('.') - name)));
  }
  for (const std::string& code : codes) {
    if (loading.policy.parameters.contains(code)) continue;
    loading.environment.AddVariable(absl::StrCat("param.", code),
                                    cel::Type::Kind::kDyn);
  }
}

}  // namespace talentcard::policy
