#ifndef TALENTCARD_TESTS_CONFORMANCE_CASE_H_
#define TALENTCARD_TESTS_CONFORMANCE_CASE_H_

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "engine/cel/environment.h"
#include "tests/conformance/types.h"

namespace talentcard::cel {

// The environment of a case and the values of its variables.
struct Setting {
  Environment environment;
  std::vector<Value> values;
};
Setting SettingOf(const nlohmann::json& test, SuiteTypes& types);

// Runs one case of cases.json as it says: compiled with its declarations in its
// container, checked or not, and evaluated with its bindings. Empty if it gives
// what is expected, else what it gave instead.
std::string RunCase(const nlohmann::json& test, SuiteTypes& types);

// The same for the suites taken from cel-go's own tests, which say only what
// its parser and checker made of a source. Nullopt if a case is about that
// program alone: its limits, its options, the names it makes up.
using Verdict = std::optional<std::string>;
Verdict RunParserCase(const nlohmann::json& test, SuiteTypes& types);
Verdict RunCheckerCase(const nlohmann::json& test, SuiteTypes& types);
Verdict RunComprehensionCase(const nlohmann::json& test, SuiteTypes& types);

}  // namespace talentcard::cel

#endif  // TALENTCARD_TESTS_CONFORMANCE_CASE_H_
