// What the program says of its own command line.
#include "tools/chengzhou/usage.h"

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "tools/chengzhou/commands.h"

namespace talentcard::client {
namespace {

using testing::HasSubstr;

// The program, but for the options of all commands.
class Program {
 public:
  Program() {
    FitHelp(app_);
    app_.require_subcommand(1);
    app_.fallthrough();
    AddCommands(app_, setting_, exit_code_);
    AddCodeCommands(app_, setting_, exit_code_);
    AddLogCommands(app_, setting_, exit_code_);
    AddApprovalCommands(app_, setting_, exit_code_);
    AddReceiptCommands(app_, setting_, exit_code_);
    AddStaffCommands(app_, setting_, exit_code_);
    AddCodeRootCommands(app_, setting_, exit_code_);
    AddRestoreCommands(app_, setting_, exit_code_);
    AddImportCommand(app_, setting_, exit_code_);
    AddPkiCommands(app_, setting_, exit_code_);
    AddPopulationCommand(app_, setting_, exit_code_);
  }
  CLI::App& app() { return app_; }

 private:
  CLI::App app_{"The talent card (英才卡) from a terminal."};
  Setting setting_;
  int exit_code_ = 0;
};

struct MistakeCase {
  const char* name;
  std::vector<std::string> typed;
  const char* english;
  const char* chinese;
  const char* help;
};

class MistakeTest : public testing::TestWithParam<MistakeCase> {};

TEST_P(MistakeTest, IsBadInputAndSaysWhatToDoInBothLanguages) {
  const MistakeCase& c = GetParam();
  Program program;
  std::vector<std::string> typed = c.typed;
  std::reverse(typed.begin(), typed.end());  // As CLI11 wants them.
  try {
    program.app().parse(typed);
    FAIL() << "it parses";
  } catch (const CLI::ParseError& error) {
    const std::string english =
        MistakeIn(program.app(), error, Language::kEnglish);
    const std::string chinese =
        MistakeIn(program.app(), error, Language::kChinese);
    EXPECT_THAT(english, HasSubstr(c.english));
    EXPECT_THAT(english, HasSubstr(c.help));
    EXPECT_THAT(chinese, HasSubstr(c.chinese));
    EXPECT_THAT(chinese, HasSubstr(c.help));
    EXPECT_EQ(AnswerParseError(program.app(), error, Language::kEnglish),
              kBadInput);
  }
}

INSTANTIATE_TEST_SUITE_P(Mistakes, MistakeTest,
                         testing::ValuesIn<MistakeCase>({
                             {"NoCommandIsMissing",
                              {},
                              "A subcommand is required",
                              "缺少必需的命令或参数",
                              "chengzhou --help"},
                             {"ACommandNobodyKnowsIsNamed",
                              {"dance"},
                              "unknown here: dance",
                              "此处没有这样的命令或选项：dance",
                              "chengzhou --help"},
                             {"AnOptionNobodyKnowsIsNamed",
                              {"person", "find", "219900198001010018",
                               "--bogus"},
                              "unknown here: --bogus",
                              "此处没有这样的命令或选项：--bogus",
                              "chengzhou person find --help"},
                             {"AnArgumentLeftOutIsNamed",
                              {"person", "find"},
                              "document is required",
                              "缺少必需的命令或参数",
                              "chengzhou person find --help"},
                             {"AnOptionWithoutItsValueIsNamed",
                              {"scan", "--desk"},
                              "--desk",
                              "参数的个数不对",
                              "chengzhou scan --help"},
                             {"AValueOutOfRangeIsNamed",
                              {"pki", "edge", "ca", "--under-days", "91"},
                              "--under-days",
                              "参数的值不在允许范围内",
                              "chengzhou pki edge --help"},
                         }),
                         [](const auto& test) { return test.param.name; });

TEST(UsageTest, HelpThatWasAskedForIsNoMistake) {
  Program program;
  std::vector<std::string> typed = {"--help", "person"};
  try {
    program.app().parse(typed);
    FAIL() << "it parses";
  } catch (const CLI::ParseError& error) {
    testing::internal::CaptureStdout();
    EXPECT_EQ(AnswerParseError(program.app(), error, Language::kChinese),
              kDone);
    EXPECT_THAT(testing::internal::GetCapturedStdout(),
                HasSubstr("link-document"));
  }
}

void ExpectFits(const CLI::App& command) {
  std::istringstream help(command.help());
  for (std::string line; std::getline(help, line);)
    EXPECT_LE(Width(line), kColumns) << line;
  for (const CLI::App* inner : command.get_subcommands({})) ExpectFits(*inner);
}

TEST(UsageTest, EveryHelpFitsATerminal) {
  Program program;
  ExpectFits(program.app());
}

TEST(UsageTest, TheLanguageIsReadWhateverElseIsWrong) {
  const char* const chinese[] = {"chengzhou", "--bogus", "--lang", "zh"};
  EXPECT_EQ(LanguageAsked(4, chinese, Language::kEnglish), Language::kChinese);
  const char* const english[] = {"chengzhou", "--lang=en", "dance"};
  EXPECT_EQ(LanguageAsked(3, english, Language::kChinese), Language::kEnglish);
  const char* const neither[] = {"chengzhou", "--lang"};
  EXPECT_EQ(LanguageAsked(2, neither, Language::kChinese), Language::kChinese);
}

}  // namespace
}  // namespace talentcard::client
