// The public conformance cases of CEL. Prints each section and, last,
// `CEL conformance: N/2344`. Fails if a case fails that expected_failures.txt
// does not list, or passes that it does: the list may only shrink.
//
//   conformance_test DATA_DIRECTORY EXPECTED_FAILURES [NAME_PART]
#include <cstdio>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "tests/conformance/case.h"

namespace talentcard::cel {
namespace {

using nlohmann::json;

constexpr int kCases = 2344;

struct Count {
  int passed = 0;
  int failed = 0;
};

std::set<std::string> ReadLines(const std::string& path) {
  std::set<std::string> lines;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && line[0] != '#') lines.insert(line);
  }
  return lines;
}

// One of the suites taken from cel-go's tests; whether all of it holds.
bool RunSuite(const json& cases, const char* title, SuiteTypes& types,
              Verdict (*run)(const json&, SuiteTypes&)) {
  Count count;
  int aside = 0;
  for (const json& test : cases) {
    const Verdict verdict = run(test, types);
    if (!verdict) {
      ++aside;
      continue;
    }
    ++(verdict->empty() ? count.passed : count.failed);
    if (verdict->empty()) continue;
    std::printf("FAILS %s: %s\n    %s\n", title,
                test["expr"].get<std::string>().c_str(), verdict->c_str());
  }
  std::printf("CEL %s cases: %d/%d (%d more are about cel-go alone)\n", title,
              count.passed, count.passed + count.failed, aside);
  return count.failed == 0;
}

int Run(const std::string& directory, const std::string& list,
        const std::string& part) {
  std::ifstream in(directory + "/cases.json");
  if (!in) {
    std::printf("no conformance data in %s: run tools/conformance-data\n",
                directory.c_str());
    return 1;
  }
  const json data = json::parse(in);
  SuiteTypes types(directory + "/registry.binpb");
  const std::set<std::string> expected = ReadLines(list);
  std::map<std::string, Count> sections;
  Count all;
  bool surprised = false;
  for (const json& test : data["conformance"]) {
    const std::string name = test["name"];
    if (name.find(part) == std::string::npos) continue;
    const std::string wrong = RunCase(test, types);
    Count& section = sections[test["section"]];
    ++(wrong.empty() ? section.passed : section.failed);
    ++(wrong.empty() ? all.passed : all.failed);
    if (wrong.empty() != expected.contains(name)) continue;
    surprised = true;
    std::printf("%s %s\n    %s\n    %s\n",
                wrong.empty() ? "PASSES, BUT IS LISTED" : "FAILS", name.c_str(),
                test["expr"].get<std::string>().c_str(), wrong.c_str());
  }
  for (const auto& [section, count] : sections) {
    std::printf("%-18s %4d passed %4d failed %4d skipped\n", section.c_str(),
                count.passed, count.failed, 0);
  }
  if (part.empty() && all.passed + all.failed != kCases) {
    std::printf("%d cases, not %d\n", all.passed + all.failed, kCases);
    surprised = true;
  }
  const bool others =
      RunSuite(data["parsing"], "parser", types, RunParserCase) &
      RunSuite(data["checking"], "checker", types, RunCheckerCase) &
      RunSuite(data["comprehension"], "comprehension", types,
               RunComprehensionCase);
  surprised = surprised || !others;
  std::printf("CEL conformance: %d/%d\n", all.passed, kCases);
  return surprised ? 1 : 0;
}

}  // namespace
}  // namespace talentcard::cel

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr,
                 "usage: conformance_test DATA_DIRECTORY EXPECTED_FAILURES "
                 "[NAME_PART]\n");
    return 2;
  }
  return talentcard::cel::Run(argv[1], argv[2], argc > 3 ? argv[3] : "");
}
