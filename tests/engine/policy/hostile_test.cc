// Files made to hurt are refused, and quickly.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <random>
#include <string>

#include "tests/engine/policy/bundle.h"

namespace talentcard::policy {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

std::string Repeat(std::string_view text, size_t times) {
  std::string out;
  out.reserve(text.size() * times);
  for (size_t i = 0; i < times; ++i) out += text;
  return out;
}

// `text` as often as a file may hold.
std::string Filled(std::string_view text) {
  return Repeat(text, kLargestFile / text.size());
}

struct HostileCase {
  std::string name;
  std::string content;
};

class HostileTest : public testing::TestWithParam<HostileCase> {};

TEST_P(HostileTest, IsRefusedFast) {
  for (const char* file :
       {"policy.yaml", "reasons.yaml", "parameters/nights.yaml", "access.yaml",
        "card.yaml", "entitlements/green.yaml", "matters/recognition.yaml"}) {
    Files files = GoodBundle();
    files[file] = GetParam().content;
    const auto start = std::chrono::steady_clock::now();
    EXPECT_THAT(MistakesOf(files), Not(IsEmpty()));
    const auto taken = std::chrono::steady_clock::now() - start;
    // Sanitizers and a busy machine are slow; a quadratic reader takes minutes.
    EXPECT_LT(taken, std::chrono::seconds(20)) << file;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, HostileTest,
    testing::ValuesIn<HostileCase>({
        {"OpenBrackets", Filled("[")},
        {"OpenBraces", Filled("{")},
        {"BracesInKeys", Filled("{a: ")},
        {"Dashes", Filled("- ")},
        {"QuestionMarks", Filled("? ")},
        {"Colons", Filled(": ")},
        {"Quotes", Filled("'")},
        {"OpenQuote", "a: \"" + Repeat("x", kLargestFile - 10)},
        {"Commas", "a: [" + Repeat(",", kLargestFile - 10)},
        {"LongScalar", "a: " + Repeat("x", kLargestFile - 10)},
        {"LongKey", Repeat("x", kLargestFile - 10) + ": a"},
        {"ManyKeys", Filled("a: 1\n")},
        {"ManyElements",
         "values: [" + Repeat("1,", kLargestFile / 2 - 20) + "1]"},
        {"ManyAnchors", Filled("- &a 1\n")},
        {"Tags", Filled("- !x 1\n")},
        {"Documents", Filled("---\n")},
        {"Directives", Filled("%TAG ! a\n")},
        {"Comments", Filled("# x\n")},
        {"Blanks", Repeat(" ", kLargestFile)},
        {"Tabs", Repeat("\t", kLargestFile)},
        {"NoBytes", Repeat(std::string(1, '\0'), kLargestFile)},
        {"NotUtf8", Filled("\xFF")},
        {"Utf16", "\xFF\xFE" + Filled(std::string("a\0", 2)).substr(2)},
        {"Empty", ""},
        {"OnlyNull", "~"},
        {"OnlyAList", "[1, 2]"},
        {"OnlyAText", "text"},
        {"BlockIndent", "a: |9\n" + Filled("x\n").substr(20)},
        {"IndentedSteps",
         [] {
           std::string steps;
           for (size_t i = 0; steps.size() + i + 3 < kLargestFile; ++i)
             steps += std::string(i, ' ') + "a:\n";
           return steps;
         }()},
        {"Aliases",
         [] {
           std::string bomb = "a0: &a0 [x, x]\n";
           for (int i = 1; i < 60; ++i) {
             const std::string before = "*a" + std::to_string(i - 1);
             bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) +
                     " [" + before + ", " + before + "]\n";
           }
           return bomb;
         }()},
        {"UnknownReasons",
         "states: [" +
             Repeat("{reason: CARD_EXPIRET},", kLargestFile / 23 - 10) + "]"},
        {"DeepExpression", "states: [{when: \"" + Repeat("(", 200000) + "\"}]"},
    }),
    [](const auto& test) { return test.param.name; });

TEST(BoundsTest, TakesAFileOf256KibAndNoMore) {
  const std::string good = GoodBundle()["policy.yaml"];
  Files files = GoodBundle();
  files["policy.yaml"] =
      good + "#" + std::string(kLargestFile - good.size() - 1, 'x');
  EXPECT_THAT(MistakesOf(files), IsEmpty());
  files["policy.yaml"] += "x";
  EXPECT_THAT(MistakesOf(files),
              ElementsAre("policy.yaml:1:1: the file is longer than 256 KiB"));
}

TEST(BoundsTest, RefusesATextOfTenMegabytes) {
  Files files = GoodBundle();
  files["policy.yaml"] += "#" + std::string(10 << 20, 'x');
  EXPECT_THAT(MistakesOf(files),
              ElementsAre("policy.yaml:1:1: the file is longer than 256 KiB"));
}

TEST(BoundsTest, TakesAThousandFilesAndNoMore) {
  Files files = GoodBundle();
  for (int i = 0; files.size() < kMostFiles; ++i)
    files["cases/" + std::to_string(i) + ".yaml"] = "x";
  EXPECT_THAT(MistakesOf(files), IsEmpty());
  files["cases/more.yaml"] = "x";
  EXPECT_THAT(MistakesOf(files),
              ElementsAre(":1:1: the bundle has more than 1000 files"));
}

TEST(BoundsTest, TakesNestingOf32AndNoMore) {
  const auto nested = [](size_t depth) {
    return Edited({{"policy.yaml", "",
                    "name: {zh: a, en: a}\nissuer: a\nx: " +
                        Repeat("[", depth) + Repeat("]", depth)}});
  };
  // The file itself is the first.
  EXPECT_THAT(MistakesOf(nested(31)),
              ElementsAre("policy.yaml:3:1: there is no key `x` here"));
  EXPECT_THAT(MistakesOf(nested(32)),
              ElementsAre("policy.yaml:3:35: nested more than 32 deep"));
}

TEST(BoundsTest, ListsAThousandMistakesAndSaysThatThereAreMore) {
  std::string reasons = "reasons:\n";
  for (int i = 0; i < 2000; ++i) reasons += "- {cod: A}\n";
  const auto mistakes = MistakesOf(Edited({{"reasons.yaml", "", reasons}}));
  EXPECT_THAT(mistakes, SizeIs(kMostMistakes + 1));
  EXPECT_THAT(mistakes.back(), HasSubstr("there are more mistakes"));
}

TEST(BoundsTest, QuotesLittleOfALongTextAndNoControls) {
  const auto mistakes = MistakesOf(Edited(
      {{"policy.yaml",
        "issuer:", "\"\\e[31m" + std::string(500, 'x') + "\": 1\nissuer:"}}));
  ASSERT_THAT(mistakes, SizeIs(1));
  EXPECT_THAT(mistakes[0],
              StartsWith("policy.yaml:2:1: there is no key `?[31mxxx"));
  EXPECT_LT(mistakes[0].size(), 120u);
}

// Whatever is cut out of or mixed into the files, loading ends and, unless what
// is left is a bundle, says why.
TEST(HostileBundleTest, SurvivesAnyDamage) {
  const auto seed = std::random_device()();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  const std::string marks = "[]{}:,-?&*!|>'\"%@`# \n\t~<";
  const Files good = GoodBundle();
  for (int i = 0; i < 500; ++i) {
    Files files = good;
    auto file = std::next(files.begin(), random() % files.size());
    for (unsigned n = 1 + random() % 3; n > 0; --n) {
      std::string& text = file->second;
      const size_t at = random() % (text.size() + 1);
      if (random() % 2 == 0) {
        text.insert(at, 1, marks[random() % marks.size()]);
      } else {
        text.erase(at, random() % 20);
      }
    }
    MistakesOf(files);
  }
}

// Lines dropped, doubled and re-indented: still YAML, mostly, of another shape.
TEST(HostileBundleTest, SurvivesAnyOtherShape) {
  const auto seed = std::random_device()();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  const std::vector<std::string> values = {
      " 7", " []", " {}",  " [[]]", " {a: b}", " [{a: b}]",
      " ~", "",    " [~]", " \"\"", " '!'",    " {a: [b]}"};
  const Files good = GoodBundle();
  for (int i = 0; i < 500; ++i) {
    Files files = good;
    auto file = std::next(files.begin(), random() % files.size());
    std::string& text = file->second;
    const size_t colon = text.find(':', random() % text.size());
    if (colon == std::string::npos) continue;
    const size_t end = random() % 2 == 0 ? text.find('\n', colon)
                                         : text.find_first_of(",}\n", colon);
    text.replace(colon + 1, end - colon - 1, values[random() % values.size()]);
    MistakesOf(files);
  }
}

}  // namespace
}  // namespace talentcard::policy
