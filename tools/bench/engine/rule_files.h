#ifndef TALENTCARD_TOOLS_BENCH_ENGINE_RULE_FILES_H_
#define TALENTCARD_TOOLS_BENCH_ENGINE_RULE_FILES_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/cel/environment.h"
#include "engine/cel/program.h"

namespace talentcard::bench {

// The rules of tools/bench/engine/rules, compiled.
struct RuleFiles {
  cel::Environment environment;
  std::vector<std::pair<std::string, cel::Type>> facts;  // By slot.
  std::shared_ptr<const cel::Program> tier;
  struct Entitlement {
    std::string name;
    std::vector<std::string> sources;  // Of the conditions.
    std::vector<std::shared_ptr<const cel::Program>> conditions;
  };
  std::vector<Entitlement> entitlements;
};

// `more_facts` are strings that other rules also see.
absl::StatusOr<RuleFiles> ReadRuleFiles(
    const std::string& directory, const std::vector<std::string>& more_facts);

// One condition more.
absl::StatusOr<std::shared_ptr<const cel::Program>> CompileCondition(
    const cel::Environment& environment, const std::string& source,
    cel::Type::Kind kind = cel::Type::Kind::kBool);

}  // namespace talentcard::bench

#endif  // TALENTCARD_TOOLS_BENCH_ENGINE_RULE_FILES_H_
