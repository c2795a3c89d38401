#include <chrono>
#include <random>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/engine/cel/expressions.h"

namespace talentcard::cel {
namespace {

using testing::StartsWith;

std::string Times(std::string_view text, int n) {
  std::string out;
  for (int i = 0; i < n; ++i) out += text;
  return out;
}

struct Case {
  const char* name;
  std::string source;
};

class HostileTest : public testing::TestWithParam<Case> {};

TEST_P(HostileTest, IsRefusedAtOnce) {
  Expressions e;
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_THAT(e.Run(GetParam().source), StartsWith("mistake: "));
  // The goal is 1 ms; the bound leaves room for a busy machine and sanitizers.
  EXPECT_LT(std::chrono::steady_clock::now() - begin,
            std::chrono::milliseconds(100));
}

INSTANTIATE_TEST_SUITE_P(Table, HostileTest,
                         testing::ValuesIn<Case>({
                             {"Brackets125", Times("[", 125)},
                             {"Parentheses", Times("(", 8000)},
                             {"Nots", Times("!", 8000) + "b"},
                             {"Minuses", Times("-", 8000) + "n"},
                             {"Ternaries", Times("b?1:", 4000) + "1"},
                             {"Sums", "1" + Times("+1", 8000)},
                             {"Selections", "anything" + Times(".a", 8000)},
                             {"Indexes", "list" + Times("[0]", 5000)},
                             {"Calls",
                              Times("size(", 3000) + "s" + Times(")", 3000)},
                             {"Maps", Times("{1:", 5000)},
                             {"Megabyte", Times("x", 1 << 20)},
                             {"MegabyteOfBrackets", Times("[", 1 << 20)},
                             {"Methods", "s" + Times(".size()", 2000)},
                             {"Nul", std::string("b\0", 2)},
                         }),
                         [](const auto& info) { return info.param.name; });

TEST(BudgetTest, ALongEvaluationStops) {
  Expressions e;
  const std::string ten = "[1,2,3,4,5,6,7,8,9,10]";
  std::string source = "true";
  for (int i = 0; i < 8; ++i)
    source = absl::StrCat(ten, ".all(x", i, ", ", source, ")");
  EXPECT_EQ(e.Run(source), "error: the evaluation takes too many steps");
}

TEST(BudgetTest, RandomSourcesNeverBreakAnything) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  constexpr const char* kPieces[] = {
      "b",  "n",    "s", "list", "holder", ".",   "titles", "(",    ")",
      "[",  "]",    "{", "}",    ",",      ":",   "?",      "&&",   "||",
      "==", "<",    "+", "-",    "!",      "1",   "'x'",    "size", "exists",
      "x",  "date", " ", "in",   "has",    "\xFF"};
  Expressions e;
  for (int i = 0; i < 30000; ++i) {
    std::string source;
    for (unsigned k = random() % 14; k > 0; --k)
      source += kPieces[random() % std::size(kPieces)];
    e.Run(source);
  }
}

}  // namespace
}  // namespace talentcard::cel
