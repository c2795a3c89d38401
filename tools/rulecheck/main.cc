// rulecheck DIRECTORY: says every mistake in a rule bundle, or its digest.
#include <CLI/CLI.hpp>
#include <iostream>

#include "engine/policy/load.h"
#include "tools/rulecheck/bundle_files.h"

int main(int argc, char** argv) {
  CLI::App app("Checks a rule bundle and says every mistake with file, line and column.");
  std::string directory;
  app.add_option("directory", directory, "The bundle, e.g. rules/haicheng")->required();
  CLI11_PARSE(app, argc, argv);
  const auto files = talentcard::ReadBundle(directory);
  if (!files.ok()) {
    std::cerr << files.status().message() << "\n";
    return 2;
  }
  const talentcard::policy::LoadResult result = talentcard::policy::Load(*files);
  for (const auto& mistake : result.mistakes) {
    std::cout << directory << "/" << talentcard::policy::ToString(mistake) << "\n";
  }
  if (!result.policy) {
    std::cerr << result.mistakes.size() << " mistakes\n";
    return 1;
  }
  std::cout << result.policy->digest << "  " << files->size() << " files, " << result.policy->entitlements.size()
            << " entitlements, " << result.policy->catalogue.criteria.size() << " criteria, "
            << result.policy->parameters.size() << " parameters\n";
  return 0;
}
