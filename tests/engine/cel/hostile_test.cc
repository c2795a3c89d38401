// What a hostile source costs: each is refused, or stops, within 1 ms of the
// machine's time and 1 MB of memory.
#include <algorithm>
#include <chrono>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/engine/cel/counted_memory.h"
#include "tests/engine/cel/expressions.h"

namespace talentcard::cel {
namespace {

using testing::StartsWith;

constexpr long kMostBytes = 1 << 20;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::chrono::milliseconds kMostTime(200);
#else
constexpr std::chrono::milliseconds kMostTime(1);
#endif

std::string Times(std::string_view text, int n) {
  std::string out;
  for (int i = 0; i < n; ++i) out += text;
  return out;
}

struct Case {
  const char* name;
  std::string source;
};

class HostileTest : public testing::TestWithParam<Case> {
 protected:
  HostileTest() {
    // The libraries are made once in a program's life, not by the source.
    e_.environment.libraries = Libraries::All();
    e_.Run("1 + 1");
  }

  // The least time of some runs: others share the machine.
  std::chrono::nanoseconds Time(const std::string& source) {
    std::chrono::nanoseconds least = std::chrono::hours(1);
    for (int i = 0; i < 7; ++i) {
      const auto begin = std::chrono::steady_clock::now();
      e_.Run(source);
      least = std::min<std::chrono::nanoseconds>(
          least, std::chrono::steady_clock::now() - begin);
    }
    return least;
  }

  Expressions e_;
};

using RefusedTest = HostileTest;

TEST_P(RefusedTest, WithinAMillisecondAndAMegabyte) {
  const std::string& source = GetParam().source;
  BeginToCountMemory();
  const std::string answer = e_.Run(source);
  const long most = MostMemory();
  EXPECT_THAT(answer.substr(0, 200), StartsWith("mistake: "));
  EXPECT_LE(most, kMostBytes) << "bytes";
  EXPECT_LE(Time(source), kMostTime);
}

INSTANTIATE_TEST_SUITE_P(Source125, RefusedTest,
                         testing::ValuesIn<Case>({
                             {"Brackets", Times("[", 125)},
                             {"Parentheses", Times("(", 125)},
                             {"Braces", Times("{", 125)},
                             {"MessagesInMessages", Times("a{a:", 31)},
                             {"Nots", Times("!", 125)},
                             {"Minuses", Times("-", 124) + "b"},
                             {"Questions", Times("b?", 62)},
                             {"Dots", "a" + Times(".a", 62)},
                             {"OptionalDots", "a" + Times(".?a", 41)},
                             {"Backticks", Times("`", 125)},
                             {"Quotes", Times("\"", 125)},
                             {"BracketsAndBraces", Times("[{", 62)},
                         }),
                         [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(Longer, RefusedTest,
                         testing::ValuesIn<Case>({
                             {"Megabyte", Times("x", 1 << 20)},
                             {"MegabyteOfBrackets", Times("[", 1 << 20)},
                             {"MegabyteOfSpace", Times(" ", 1 << 20)},
                             {"AllBrackets", Times("[", 16000)},
                             {"Sums", "1" + Times("+1", 8000)},
                             {"Elements", "[" + Times("1,", 8000) + "1]"},
                             {"Entries", "{" + Times("1:1,", 4000) + "1:1}"},
                             {"Fields", "M{" + Times("a:1,", 4000) + "a:1}"},
                             {"Arguments", "f(" + Times("1,", 8000) + "1)"},
                             {"Ands", "b" + Times("&&b", 5000)},
                             {"Ternaries", Times("b?1:", 4000) + "1"},
                             {"Selections", "anything" + Times(".a", 8000)},
                             {"Indexes", "list" + Times("[0]", 5000)},
                             {"OpenText", "'" + Times("a", 16000)},
                             {"UnknownNames", Times("a+", 990) + "a"},
                             {"Escapes", "'" + Times("\\n", 8000)},
                         }),
                         [](const auto& info) { return info.param.name; });

// Short sources whose types or values would double at every step.
class DoublingTest : public HostileTest {};

TEST_P(DoublingTest, StopsWithinBounds) {
  BeginToCountMemory();
  const std::string answer = e_.Run(GetParam().source);
  EXPECT_THAT(answer.substr(0, 200),
              testing::AnyOf(StartsWith("mistake: "), StartsWith("error: ")));
  // An evaluation may use its whole budget of memory, and one value more.
  EXPECT_LE(MostMemory(), 4 * e_.environment.limits.memory);
  EXPECT_LE(Time(GetParam().source), 50 * kMostTime);
}

std::string Binds(int n, const std::string& of) {
  std::string source = "1";
  for (int i = n; i > 0; --i) {
    source =
        absl::StrCat("cel.bind(v", i, ", ",
                     i == 1 ? of : absl::StrCat("{v", i - 1, ": v", i - 1, "}"),
                     ", ", source, ")");
  }
  return source;
}

INSTANTIATE_TEST_SUITE_P(
    Table, DoublingTest,
    testing::ValuesIn<Case>({
        {"TypesOfMaps", "[[1]]" + Times(".map(a,{[a]:[a]})", 12) + " == 1"},
        {"TypesOfBinds", Binds(40, "[]") + " == ''"},
        {"Lists", "[[1]]" + Times(".map(a,[a,a])", 40) + " == [[]]"},
        {"ListsShown", "dyn([[1]]" + Times(".map(a,[a,a])", 40) + ").x"},
        {"Texts", "['aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa']" +
                      Times(".map(a,a+a)", 40) + " == ['']"},
        {"Concatenations", "[[1]]" + Times(".map(a,a+a)", 40) + " == [[]]"},
        {"Loops",
         Times("[1,2,3,4,5,6,7,8,9].all(x,", 12) + "true" + Times(")", 12)},
        {"Replace",
         "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'" +
             Times(".replace('','aaaaaaaaaaaaaaaa')", 12)},
        {"Formats", "'%s%s'" + Times(".format(['%s%s%s','%s%s%s'])", 20)},
        {"Pattern",
         "s.matches('" + Times("(a{1,30}", 8) + Times("){1,30}", 8) + "')"},
    }),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace talentcard::cel
