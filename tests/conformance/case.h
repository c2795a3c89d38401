#ifndef TALENTCARD_TESTS_CONFORMANCE_CASE_H_
#define TALENTCARD_TESTS_CONFORMANCE_CASE_H_

#include <nlohmann/json.hpp>
#include <string>

#include "tests/conformance/types.h"

namespace talentcard::cel {

// Runs one case of cases.json as it says: compiled with its declarations in its
// container, checked or not, and evaluated with its bindings. Empty if it gives
// what is expected, else what it gave instead.
std::string RunCase(const nlohmann::json& test, SuiteTypes& types);

}  // namespace talentcard::cel

#endif  // TALENTCARD_TESTS_CONFORMANCE_CASE_H_
