#include "engine/cel/checker.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/engine/cel/expressions.h"

namespace talentcard::cel {
namespace {

struct Case {
  const char* source;
  int line;
  int column;
  const char* message;
  const char* suggestion = "";
};

class MistakeTest : public testing::TestWithParam<Case> {};

TEST_P(MistakeTest, SaysWhereAndWhat) {
  Expressions e;
  std::vector<Issue> issues;
  EXPECT_FALSE(
      Compile(e.environment, GetParam().source, Type::Kind::kBool, issues));
  ASSERT_FALSE(issues.empty());
  EXPECT_EQ(issues[0].message, GetParam().message);
  EXPECT_EQ(issues[0].position.line, GetParam().line);
  EXPECT_EQ(issues[0].position.column, GetParam().column);
  EXPECT_EQ(issues[0].suggestion, GetParam().suggestion);
}

INSTANTIATE_TEST_SUITE_P(
    Syntax, MistakeTest,
    testing::ValuesIn<Case>({
        {"", 1, 1, "the expression is not finished"},
        {"b &&", 1, 5, "the expression is not finished"},
        {"b b", 1, 3, "nothing may follow here"},
        {"(b", 1, 3, "the expression is not finished"},
        {"b &\n& b", 1, 3, "this character has no meaning here"},
        {"'海' + #", 1, 7, "this character has no meaning here"},
        {"b\n  && )", 2, 6, "expected a value"},
        {"'open", 1, 1, "the text is not closed"},
        {"'\\q' == ''", 1, 1, "no such escape"},
        {"'\\ud800' == ''", 1, 1, "no such character"},
        {"9223372036854775808 > 1", 1, 1, "the number is out of range"},
        {"99999999999999999999 > 1", 1, 1, "the number is out of range"},
        {"holder.(b)", 1, 8, "expected a name after `.`"},
        {"has(b)", 1, 7, "the expression is not finished"},
        {"for == 1", 1, 1, "this word is reserved"},
        {"list.all(1, b)", 1, 15, "the expression is not finished"},
        {"[1 2]", 1, 4, "expected `,` or `]`"},
    }));

INSTANTIATE_TEST_SUITE_P(
    Meaning, MistakeTest,
    testing::ValuesIn<Case>({
        {"holdr.titles == []", 1, 1, "no name `holdr` is known here", "holder"},
        {"holder.title == []", 1, 7, "`PersonView` has no field `title`",
         "titles"},
        {"b &&\n  holder.tittles == []", 2, 9,
         "`PersonView` has no field `tittles`", "titles"},
        {"param.NIGHT > 1", 1, 1, "no name `param.NIGHT` is known here",
         "param.NIGHTS"},
        {"n + 's' == 1", 1, 3, "`+` cannot take (int, string)"},
        {"-s == 1", 1, 1, "`-` cannot take (string)"},
        {"n == s", 1, 3, "`==` cannot take (int, string)"},
        {"s.startWith('x')", 1, 2, "there is no function `startWith`",
         "startsWith"},
        {"n && b", 1, 1, "this is a int, but a bool is needed"},
        {"n", 1, 1, "this is a int, but a bool is needed"},
        {"n.exists(x, true)", 1, 2, "a int cannot be looped over"},
        {"s.length == 1", 1, 2, "a string has no fields"},
        {"list.exists(x, y == 1)", 1, 16, "no name `y` is known here", "b"},
        {"at < 5", 1, 4, "`<` cannot take (date, int)"},
    }));

TEST(MistakesTest, AllAreToldAtOnce) {
  Expressions e;
  std::vector<Issue> issues;
  EXPECT_FALSE(Compile(e.environment,
                       "holdr == 1 && holder.x == 2 && n + s == 3",
                       Type::Kind::kBool, issues));
  EXPECT_EQ(issues.size(), 3u);
}

}  // namespace
}  // namespace talentcard::cel
