#include "tools/bench/engine/rule_files.h"

#include <yaml-cpp/yaml.h>

#include <map>

#include "absl/strings/str_cat.h"
#include "engine/cel/compile.h"
#include "engine/status_macros.h"

namespace talentcard::bench {
namespace {

absl::Status AddFacts(const YAML::Node& file, RuleFiles& rules) {
  using enum cel::Type::Kind;
  const std::map<std::string, cel::Type> types = {
      {"bool", kBool},
      {"int", kInt},
      {"date", kDate},
      {"string", kString},
      {"strings", cel::Type::List(kString)}};
  for (const auto& fact : file["facts"]) {
    const auto type = types.find(fact.second.as<std::string>());
    if (type == types.end()) {
      return absl::InvalidArgumentError(
          absl::StrCat("no type `", fact.second.as<std::string>(), "`"));
    }
    rules.facts.emplace_back(fact.first.as<std::string>(), type->second);
    rules.environment.AddVariable(fact.first.as<std::string>(), type->second);
  }
  for (const auto& list : file["lists"]) {
    std::vector<cel::Value> elements;
    for (const auto& element : list.second)
      elements.push_back(cel::Value::String(element.as<std::string>()));
    rules.environment.AddConstant(list.first.as<std::string>(),
                                  cel::Type::List(kString),
                                  cel::Value::List(std::move(elements)));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::shared_ptr<const cel::Program>> CompileCondition(
    const cel::Environment& environment, const std::string& source,
    cel::Type::Kind kind) {
  std::vector<cel::Issue> issues;
  auto program = cel::Compile(environment, source, kind, issues);
  if (program == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat(issues.front().message, ": ", source));
  }
  return program;
}

absl::StatusOr<RuleFiles> ReadRuleFiles(
    const std::string& directory, const std::vector<std::string>& more_facts) {
  RuleFiles rules;
  const YAML::Node facts = YAML::LoadFile(directory + "/facts.yaml");
  const YAML::Node tier = YAML::LoadFile(directory + "/tier.yaml");
  const YAML::Node file = YAML::LoadFile(directory + "/entitlements.yaml");
  RETURN_IF_ERROR(AddFacts(facts, rules));
  for (const std::string& name : more_facts) {
    rules.facts.emplace_back(name, cel::Type::Kind::kString);
    rules.environment.AddVariable(name, cel::Type::Kind::kString);
  }
  ASSIGN_OR_RETURN(rules.tier, CompileCondition(rules.environment,
                                                tier["tier"].as<std::string>(),
                                                cel::Type::Kind::kString));
  for (const auto& written : file["entitlements"]) {
    RuleFiles::Entitlement& entitlement = rules.entitlements.emplace_back();
    entitlement.name = written.first.as<std::string>();
    for (const auto& list : {file["always"], written.second}) {
      for (const auto& condition : list)
        entitlement.sources.push_back(condition.as<std::string>());
    }
    for (const std::string& source : entitlement.sources) {
      ASSIGN_OR_RETURN(entitlement.conditions.emplace_back(),
                       CompileCondition(rules.environment, source));
    }
  }
  return rules;
}

}  // namespace talentcard::bench
