#include "engine/cel/evaluate.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/engine/cel/expressions.h"

namespace talentcard::cel {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

struct Case {
  const char* source;
  const char* value;
};

class EvaluateTest : public testing::TestWithParam<Case> {};

TEST_P(EvaluateTest, GivesTheValueOfTheLanguage) {
  Expressions e;
  EXPECT_EQ(e.Run(GetParam().source), GetParam().value) << GetParam().source;
}

INSTANTIATE_TEST_SUITE_P(Literals, EvaluateTest,
                         testing::ValuesIn<Case>({
                             {"1", "1"},
                             {"-1", "-1"},
                             {"0x1F", "31"},
                             {"-0x10", "-16"},
                             {"42u", "42u"},
                             {"0xFu", "15u"},
                             {"9223372036854775807", "9223372036854775807"},
                             {"-9223372036854775808", "-9223372036854775808"},
                             {"1.5", "1.5"},
                             {"-2.5e3", "-2500"},
                             {".5", "0.5"},
                             {"1e3", "1000"},
                             {"true", "true"},
                             {"null", "null"},
                             {"'a'", "\"a\""},
                             {"\"a\"", "\"a\""},
                             {"'''a'b'''", "\"a\\'b\""},
                             {"r'\\d'", "\"\\\\d\""},
                             {"'\\u6d77'", "\"海\""},
                             {"'\\x41\\101\\n' == 'AA\\n'", "true"},
                             {"b'\\xff'", "b\"\\377\""},
                             {"[1, 2,]", "[1, 2]"},
                             {"{'a': 1}", "{\"a\": 1}"},
                             {"1 // comment", "1"},
                         }));

INSTANTIATE_TEST_SUITE_P(
    Arithmetic, EvaluateTest,
    testing::ValuesIn<Case>({
        {"1 + 2 * 3", "7"},
        {"(1 + 2) * 3", "9"},
        {"7 / 2", "3"},
        {"-7 / 2", "-3"},
        {"-7 % 2", "-1"},
        {"10 - 3 - 2", "5"},
        {"1.5 + 1.5", "3"},
        {"3u - 2u", "1u"},
        {"-n", "-7"},
        {"- -n", "7"},
        {"'a' + 'b'", "\"ab\""},
        {"[1] + [2]", "[1, 2]"},
        {"b'a' + b'b'", "b\"ab\""},
        {"9223372036854775807 + n", "error: the number is out of range"},
        {"-9223372036854775808 - n", "error: the number is out of range"},
        {"-9223372036854775807 * n", "error: the number is out of range"},
        {"n / 0", "error: division by zero"},
        {"n % 0", "error: modulus by zero"},
        {"1u - 2u", "error: the number is out of range"},
        {"duration('1h') + duration('30m') == duration('90m')", "true"},
        {"timestamp('2025-01-01T00:00:00Z') + duration('24h') == "
         "timestamp('2025-01-02T00:00:00Z')",
         "true"},
        {"timestamp('2025-03-04T05:06:07Z').getMonth()", "2"},
    }));

INSTANTIATE_TEST_SUITE_P(Comparison, EvaluateTest,
                         testing::ValuesIn<Case>({
                             {"1 < 2", "true"},
                             {"2 <= 2", "true"},
                             {"'a' < 'b'", "true"},
                             {"1 < 1.5", "true"},
                             {"1u < 2", "true"},
                             {"-1 < 0u", "true"},
                             {"dyn(1) == 1.0", "true"},
                             {"dyn(1) == 1u", "true"},
                             {"1 != 2", "true"},
                             {"dyn(1) == '1'", "false"},
                             {"[1, 2] == [1, 2]", "true"},
                             {"[1] == [2]", "false"},
                             {"{'a': 1} == {'a': 1}", "true"},
                             {"dyn(9007199254740993) == 9007199254740992.0",
                              "false"},
                             {"false < true", "true"},
                             {"2 in [1, 2]", "true"},
                             {"'x' in {'x': 1}", "true"},
                             {"n in []", "false"},
                         }));

INSTANTIATE_TEST_SUITE_P(
    Functions, EvaluateTest,
    testing::ValuesIn<Case>({
        {"size(s)", "5"},
        {"s.size()", "5"},
        {"size([1, 2])", "2"},
        {"size(b'ab')", "2"},
        {"s.startsWith('海')", "true"},
        {"s.endsWith('c')", "true"},
        {"s.contains('城a')", "true"},
        {"'abc'.matches('^a.c$')", "true"},
        {"matches('abc', 'b')", "true"},
        {"'a'.matches('(')", "error: bad pattern: missing ): ("},
        {"int('42')", "42"},
        {"int('x')", "error: \"x\" is not an int"},
        {"int(1.9)", "1"},
        {"int(1e20)", "error: the number is out of range"},
        {"uint(3)", "3u"},
        {"uint(-n)", "error: the number is out of range"},
        {"double('1.5')", "1.5"},
        {"string(42)", "\"42\""},
        {"string(true)", "\"true\""},
        {"type(1) == type(2)", "true"},
        {"list[0]", "1"},
        {"list[3]", "error: the list has no element 3"},
        {"list[-1]", "error: the list has no element -1"},
        {"{'a': 1}['b']", "error: the map has no key \"b\""},
        {"{'a': 1}.a", "1"},
        {"{'a': 1}['a']", "1"},
        {"SELF == 'SELF'", "true"},
        {"param.NIGHTS + 1", "8"},
    }));

INSTANTIATE_TEST_SUITE_P(Logic, EvaluateTest,
                         testing::ValuesIn<Case>({
                             {"true && false", "false"},
                             {"true || false", "true"},
                             {"!b", "false"},
                             {"b ? 1 : 2", "1"},
                             {"!b ? 1 : 2", "2"},
                             {"false ? 1 : true ? 2 : 3", "2"},
                             {"b && n == 7 && s != ''", "true"},
                             {"false && n / 0 == 1", "false"},
                             {"n / 0 == 1 && false", "false"},
                             {"n / 0 == 1 || true", "true"},
                             {"true || n / 0 == 1", "true"},
                             {"n / 0 == 1 && true", "error: division by zero"},
                             {"b ? 1 : n / 0", "1"},
                         }));

INSTANTIATE_TEST_SUITE_P(
    Loops, EvaluateTest,
    testing::ValuesIn<Case>({
        {"list.all(x, x > 0)", "true"},
        {"list.all(x, x > 1)", "false"},
        {"[].all(x, x > 1)", "true"},
        {"list.exists(x, x == 2)", "true"},
        {"list.exists(x, x == 9)", "false"},
        {"list.exists_one(x, x > 2)", "true"},
        {"list.exists_one(x, x > 1)", "false"},
        {"list.map(x, x * 2)", "[2, 4, 6]"},
        {"list.map(x, x > 1, x * 2)", "[4, 6]"},
        {"list.filter(x, x != 2)", "[1, 3]"},
        {"{'a': 1, 'b': 2}.exists(k, k == 'b')", "true"},
        {"list.exists(x, 1 / (x - 1) == 1)", "true"},
        {"list.all(x, 1 / (x - 1) < 1)", "false"},
        {"list.exists(x, list.exists(y, x + y == 6))", "true"},
        {"list.map(n, n)", "[1, 2, 3]"},
        {"list.filter(x, 1 / (x - 1) == 1)", "error: division by zero"},
    }));

INSTANTIATE_TEST_SUITE_P(
    Dates, EvaluateTest,
    testing::ValuesIn<Case>({
        {"date('2025-08-31')", "2025-08-31"},
        {"date(2025, 8, 31) == at", "true"},
        {"at <= date('2025-08-31')", "true"},
        {"at < date('2025-08-31')", "false"},
        {"at.addDays(1)", "2025-09-01"},
        {"at.addMonths(-6)", "2025-02-28"},
        {"at.addYears(1)", "2026-08-31"},
        {"at.daysUntil(date('2025-09-02'))", "2"},
        {"at.year() + at.month() + at.day()", "2064"},
        {"string(at)", "\"2025-08-31\""},
        {"date(2025, n - 5, 29)",
         "error: `2025-2-29` is not a day of the calendar"},
        {"at.addDays(99999999)",
         "error: the date is moved out of the calendar"},
        {"at in [date('2025-08-31')]", "true"},
        {"date('2025-02-29')",
         "mistake: `2025-2-29` is not a day of the calendar"},
    }));

TEST(MessageTest, FieldsReadAsTheirTypes) {
  Expressions e;
  auto* title = e.holder.add_titles();
  title->set_level("SENIOR");
  e.holder.mutable_birth_date()->CopyFrom(
      CivilDate::Parse("1980-02-29")->ToProto());
  auto* employment = e.holder.add_employments();
  employment->mutable_contract_end()->CopyFrom(
      CivilDate::Parse("2026-12-31")->ToProto());
  e.holder.set_employment_gap_days(3);
  EXPECT_EQ(
      e.Run("holder.titles.exists(t, t.level in ['SENIOR', 'DEPUTY_SENIOR'])"),
      "true");
  EXPECT_EQ(e.Run("holder.titles[0].level"), "\"SENIOR\"");
  EXPECT_EQ(e.Run("holder.birth_date < date('1980-03-01')"), "true");
  EXPECT_EQ(e.Run("holder.employments.map(j, j.contract_end)"), "[2026-12-31]");
  EXPECT_EQ(e.Run("holder.employment_gap_days + 1"), "4");
  EXPECT_EQ(e.Run("has(holder.birth_date) && !has(holder.last_employment) && "
                  "has(holder.titles)"),
            "true");
  EXPECT_EQ(e.Run("holder.last_employment.post"), "\"\"");
  EXPECT_EQ(e.Run("holder.degrees"), "[]");
}

TEST(MessageTest, AnUnsetDateIsNullUnlessItIsDeclaredUnknown) {
  Expressions e;
  e.holder.add_employments();
  EXPECT_EQ(e.Run("holder.employments[0].contract_end"), "null");
  EXPECT_THAT(e.Run("holder.employments[0].contract_end < at"),
              StartsWith("error: "));
  EXPECT_EQ(e.Run("holder.birth_date < at"), "unknown: holder.birth_date");
  EXPECT_EQ(e.Run("has(holder.birth_date)"), "false");
}

TEST(MessageTest, InputsAreTheLongestPathsOnce) {
  Expressions e;
  std::vector<Issue> issues;
  const auto program =
      Compile(e.environment,
              "holder.birth_date < at && param.NIGHTS > 1 && "
              "holder.titles.exists(t, t.level == s) && at != at",
              Type(), issues);
  ASSERT_TRUE(program) << issues[0].message;
  std::vector<std::string> paths;
  for (int input : program->Inputs())
    paths.push_back(program->nodes()[input].attribute);
  EXPECT_THAT(paths,
              testing::ElementsAre("holder.birth_date", "at", "param.NIGHTS",
                                   "holder.titles", "s"));
}

}  // namespace
}  // namespace talentcard::cel
