#include "tools/chengzhou/usage.h"

#include <iostream>
#include <map>
#include <memory>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tools/chengzhou/setting.h"

namespace talentcard::client {
namespace {

constexpr int kAboutColumn = 30;

class FittingFormatter : public CLI::Formatter {
 public:
  std::string make_option(const CLI::Option* option,
                          bool is_positional) const override {
    return Entry(
        make_option_name(option, is_positional) + make_option_opts(option),
        make_option_desc(option));
  }
  std::string make_subcommand(const CLI::App* command) const override {
    return Entry(command->get_display_name(true), command->get_description());
  }
  std::string make_description(const CLI::App* app) const override {
    return Wrapped(CLI::Formatter::make_description(app), 0);
  }

 private:
  // A name with what is said about it, beside it or below.
  static std::string Entry(const std::string& name, const std::string& about) {
    std::string out = Padded("  " + name, kAboutColumn);
    if (Width("  " + name) >= kAboutColumn)
      absl::StrAppend(&out, "\n", Padded("", kAboutColumn));
    return absl::StrCat(out, Wrapped(about, kAboutColumn), "\n");
  }
};

std::string KindInChinese(const CLI::ParseError& error) {
  static const std::map<std::string, const char*> kKinds = {
      {"ArgumentMismatch", "参数的个数不对"},
      {"ConversionError", "参数的值无法识别"},
      {"ExcludesError", "有的选项不能同时使用"},
      {"RequiredError", "缺少必需的命令或参数"},
      {"RequiresError", "缺少同时必需的选项"},
      {"ValidationError", "参数的值不在允许范围内"}};
  const auto kind = kKinds.find(error.get_name());
  return kind == kKinds.end() ? "命令行有误" : kind->second;
}

// The command that was typed, as far as there is one.
std::string CommandTyped(const CLI::App& app) {
  std::string command = "chengzhou";
  for (const CLI::App* at = &app; !at->get_subcommands().empty();) {
    at = at->get_subcommands().front();
    absl::StrAppend(&command, " ", at->get_name());
  }
  return command;
}

}  // namespace

void FitHelp(CLI::App& app) {
  app.formatter(std::make_shared<FittingFormatter>());
}

Language LanguageAsked(int argc, const char* const* argv, Language otherwise) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    const std::string_view next = i + 1 < argc ? argv[i + 1] : "";
    if (word == "--lang=zh" || (word == "--lang" && next == "zh"))
      return Language::kChinese;
    if (word == "--lang=en" || (word == "--lang" && next == "en"))
      return Language::kEnglish;
  }
  return otherwise;
}

std::string MistakeIn(const CLI::App& app, const CLI::ParseError& error,
                      Language language) {
  // CLI11 misses a command before it wonders what stands in its place.
  const std::string unknown =
      absl::StrJoin(app.remaining(/*recurse=*/true), " ");
  const std::string help = CommandTyped(app) + " --help";
  const std::string english =
      unknown.empty() ? error.what() : absl::StrCat("unknown here: ", unknown);
  if (language == Language::kEnglish)
    return absl::StrCat(english, "\n", help, " says what can be typed\n");
  return absl::StrCat(unknown.empty()
                          ? KindInChinese(error)
                          : absl::StrCat("此处没有这样的命令或选项：", unknown),
                      "\n  ", english, "\n用法见 ", help, "\n");
}

int AnswerParseError(const CLI::App& app, const CLI::ParseError& error,
                     Language language) {
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success))
    return app.exit(error);
  std::cerr << MistakeIn(app, error, language);
  return kBadInput;
}

}  // namespace talentcard::client
