// rulecheck DIRECTORY: says every mistake in a rule bundle, or its digest.
#include <CLI/CLI.hpp>
#include <iostream>
#include <string>

#include "engine/policy/load.h"
#include "tools/rulecheck/bundle_files.h"

namespace {

using talentcard::policy::Language;
using talentcard::policy::LoadResult;

void PrintMistakes(const LoadResult& result, const std::string& directory,
                   Language language) {
  for (const auto& mistake : result.mistakes) {
    std::cout << directory << "/" << ToString(mistake, language) << "\n";
  }
  const bool zh = language == Language::kChinese;
  std::cerr << result.mistakes.size() << (zh ? " 处错误" : " mistakes") << "\n";
}

void PrintCounts(const talentcard::policy::Policy& policy, Language language) {
  const bool zh = language == Language::kChinese;
  std::cout << policy.digest << "  " << policy.files.size()
            << (zh ? " 个文件，" : " files, ") << policy.entitlements.size()
            << (zh ? " 项待遇，" : " entitlements, ")
            << policy.catalogue.criteria.size()
            << (zh ? " 条认定条件，" : " criteria, ")
            << policy.parameters.size() << (zh ? " 个参数，" : " parameters, ")
            << policy.matters.size() << (zh ? " 类办件，" : " matters, ")
            << policy.access.rules.size()
            << (zh ? " 个可用接口" : " RPCs that may be called") << "\n";
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(
      "Checks a rule bundle and says every mistake with file, line and "
      "column.");
  std::string directory;
  std::string lang = "en";
  app.add_option("directory", directory, "The bundle, e.g. rules/haicheng")
      ->required();
  app.add_option("--lang", lang, "Of the messages: zh or en")
      ->check(CLI::IsMember({"zh", "en"}));
  CLI11_PARSE(app, argc, argv);
  const Language language =
      lang == "zh" ? Language::kChinese : Language::kEnglish;
  const auto files = talentcard::ReadBundle(directory);
  if (!files.ok()) {
    std::cerr << files.status().message() << "\n";
    return 2;
  }
  const LoadResult result = talentcard::policy::Load(*files);
  if (!result.policy) {
    PrintMistakes(result, directory, language);
    return 1;
  }
  PrintCounts(*result.policy, language);
  return 0;
}
