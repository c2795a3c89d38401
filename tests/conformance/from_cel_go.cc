// The suites taken from cel-go's tests.
#include <algorithm>
#include <initializer_list>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "engine/cel/compile.h"
#include "engine/cel/evaluate.h"
#include "engine/cel/parser.h"
#include "tests/conformance/case.h"

namespace talentcard::cel {
namespace {

using nlohmann::json;

bool Mentions(const std::string& text,
              std::initializer_list<std::string_view> parts) {
  return std::any_of(parts.begin(), parts.end(), [&](std::string_view part) {
    return text.find(part) != std::string::npos;
  });
}

// Refused for a limit it was given, syntax it was told not to take, a name it
// makes up itself, or a message type that is not in the data.
bool AboutCelGo(const json& test) {
  return Mentions(test.value("mistake", ""),
                  {"recursion", "lookahead limit", "unsupported syntax",
                   "overwrites accumulator", "failed resolution"});
}

std::string Refusal(const std::vector<Issue>& issues) {
  return issues.empty() ? "" : absl::StrCat("mistake: ", issues[0].message);
}

// The messages of the tests by the names the data has for them.
json Renamed(const json& test) {
  std::string text = test.dump();
  for (const char* syntax : {"2", "3"}) {
    text = absl::StrReplaceAll(
        text, {{absl::StrCat("google.expr.proto", syntax, ".test"),
                absl::StrCat("cel.expr.conformance.proto", syntax)},
               {"google.expr.proto3\"", "cel.expr.conformance\""},
               {"\"test.TestAllTypes", "\"proto3.TestAllTypes"}});
  }
  return json::parse(text);
}

// The names that cel-go's checker tests have without declaring them.
void AddDefaults(Environment& environment) {
  using enum Type::Kind;
  const std::pair<const char*, Type::Kind> kVariables[] = {
      {"is", kString}, {"ii", kInt},    {"iu", kUint}, {"iz", kBool},
      {"ib", kBytes},  {"id", kDouble}, {"ix", kNull}};
  for (const auto& [name, kind] : kVariables)
    environment.AddVariable(name, kind);
  environment.AddFunction({"fg_s", false, {}, kString, nullptr, false});
  environment.AddFunction({"fi_s_s", true, {kString}, kString, nullptr, false});
}

// Whether a source is refused and its type as cel-go has them; ignores where it
// prints the same type in another way.
std::string CheckAsGiven(const Environment& environment, const json& test) {
  std::vector<Issue> issues;
  const auto program =
      Compile(environment, test["expr"].get<std::string>(), Type(), issues);
  const std::string type = test.value("type", "");
  if (type.empty()) return program ? "is not refused" : "";
  if (!program) return Refusal(issues);
  const std::string found = program->type().ToString();
  return found == type ? "" : absl::StrCat("type ", found, ", not ", type);
}

}  // namespace

Verdict RunParserCase(const json& test, SuiteTypes& types) {
  if (AboutCelGo(test)) return std::nullopt;
  std::vector<Issue> issues;
  const AstPtr tree = Parse(test["expr"].get<std::string>(), Limits(),
                            kPolicyLibraries, issues);
  if (tree == nullptr) return test.contains("ast") ? Refusal(issues) : "";
  if (!test.contains("ast")) return "is not refused";
  Setting setting = SettingOf(test, types);
  setting.environment.libraries = kPolicyLibraries;
  return CheckAsGiven(setting.environment, test);
}

Verdict RunCheckerCase(const json& original, SuiteTypes& types) {
  // Numbers of different kinds compare by default here, as they do in cel-go
  // with an option.
  // And a field of its test messages is gone from those of the data.
  if (AboutCelGo(original) ||
      Mentions(original.value("mistake", ""), {"'(int, double)'"}) ||
      Mentions(original["expr"], {"nested_id"})) {
    return std::nullopt;
  }
  const json test = Renamed(original);
  Setting setting = SettingOf(test, types);
  AddDefaults(setting.environment);
  setting.environment.libraries = {Library::kStandard, Library::kOptionals};
  return CheckAsGiven(setting.environment, test);
}

Verdict RunComprehensionCase(const json& test, SuiteTypes& types) {
  const std::string mistake = test.value("mistake", "");
  const std::string source = test["expr"];
  // Variables that the data does not declare, and a library that is not CEL's.
  const bool incomplete =
      Mentions(mistake, {"reference to 'm'", "reference to 'x'",
                         "reference to 'y'", "reference to 'sort'"}) ||
      Mentions(source, {"y[?", "x[?", ".sort()"});
  if (incomplete) return std::nullopt;
  const bool wrong = Mentions(
      source, {"i.j", "i.k", "(i, i,", "1.all(", "''.exists", "'bad filter'",
               "(k, v, [])", "[v] : v", "i / 2.0", "[1, 1]", "[0, 0u]"});
  const bool own_name = Mentions(source, {"__result__"});
  if (own_name) return std::nullopt;
  const Setting setting = SettingOf(test, types);
  std::vector<Issue> issues;
  const auto program = Compile(setting.environment, source, Type(), issues);
  if (!program) return wrong ? "" : Refusal(issues);
  const Value value = Evaluate(*program, {setting.values});
  if (wrong) return value.is_error() ? "" : value.ToString();
  return value.is_true() || value.kind() != Value::Kind::kBool
             ? (value.is_error() ? value.ToString() : "")
             : value.ToString();
}

}  // namespace talentcard::cel
