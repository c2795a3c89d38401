#include "tests/conformance/case.h"

#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/cel/compile.h"
#include "engine/cel/evaluate.h"

namespace talentcard::cel {
namespace {

using nlohmann::json;

void Declare(const json& declaration, SuiteTypes& types, Setting& setting) {
  SuiteTypes::Parameters parameters;
  if (declaration.contains("type")) {
    setting.environment.AddVariable(
        declaration["name"], types.ReadType(declaration["type"], parameters));
    setting.values.push_back(Value::Error("the variable has no value"));
    return;
  }
  for (const json& overload : declaration["overloads"]) {
    std::vector<Type> of;
    for (const json& parameter : overload["parameters"])
      of.push_back(types.ReadType(parameter, parameters));
    setting.environment.AddFunction(
        {declaration["name"], overload["receiver"], std::move(of),
         types.ReadType(overload["result"], parameters), nullptr,
         /*dynamic=*/false});
  }
}

void Bind(const std::string& name, Value value, Setting& setting) {
  const auto* declaration = setting.environment.Find(name);
  if (declaration == nullptr) {
    setting.environment.AddVariable(name, Type());
    setting.values.push_back(std::move(value));
  } else {
    setting.values[declaration->slot] = std::move(value);
  }
}

}  // namespace

Setting SettingOf(const json& test, SuiteTypes& types) {
  Setting setting;
  setting.environment.libraries = Libraries::All();
  setting.environment.container = test["container"];
  setting.environment.checked = test["checked"];
  setting.environment.strong_enums =
      test["suite"].get<std::string>().starts_with("strong_");
  setting.environment.SetTypes(types.pool(), types.factory());
  for (const json& declaration : test["declarations"])
    Declare(declaration, types, setting);
  for (const json& binding : test["bindings"])
    Bind(binding[0], types.ReadValue(binding[1]), setting);
  return setting;
}

namespace {

std::string CheckType(const Type& found, const json& expected,
                      const SuiteTypes& types) {
  SuiteTypes::Parameters parameters;
  const Type type = types.ReadType(expected, parameters);
  if (found == type) return "";
  return absl::StrCat("type ", found.ToString(), ", not ", type.ToString());
}

}  // namespace

std::string RunCase(const json& test, SuiteTypes& types) {
  const Setting setting = SettingOf(test, types);
  const json& expect = test["expect"];
  const bool error = expect.contains("error");
  std::vector<Issue> issues;
  const auto program = Compile(setting.environment,
                               test["expr"].get<std::string>(), Type(), issues);
  if (!program) return absl::StrCat("mistake: ", issues[0].message);
  if (expect.contains("type")) {
    if (std::string wrong = CheckType(program->type(), expect["type"], types);
        !wrong.empty()) {
      return wrong;
    }
  }
  if (!test["run"]) return "";
  const Value value = Evaluate(*program, {setting.values});
  if (error) return value.is_error() ? "" : value.ToString();
  if (!expect.contains("value")) return "";
  const Value expected = types.ReadValue(expect["value"]);
  if (Same(value, expected)) return "";
  return absl::StrCat(value.ToString(), ", not ", expected.ToString());
}

}  // namespace talentcard::cel
