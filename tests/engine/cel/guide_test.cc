// The examples of the authors' guides, run as they stand.
#include <google/protobuf/text_format.h>

#include <fstream>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "gtest/gtest.h"
#include "tests/engine/cel/expressions.h"

namespace talentcard::cel {
namespace {

std::string Read(const std::string& language) {
  std::ifstream in(TALENTCARD_SOURCE_DIR "/engine/cel/guide." + language +
                   ".md");
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

// The lines of the fenced blocks of a kind.
std::vector<std::string> Lines(const std::string& guide,
                               const std::string& kind) {
  std::vector<std::string> lines;
  bool inside = false;
  for (const absl::string_view line : absl::StrSplit(guide, '\n')) {
    if (absl::StartsWith(line, "```")) {
      inside = line == "```" + kind;
    } else if (inside) {
      lines.emplace_back(line);
    }
  }
  return lines;
}

class GuideTest : public testing::TestWithParam<const char*> {};

TEST_P(GuideTest, EveryExampleGivesWhatItSays) {
  const std::string guide = Read(GetParam());
  Expressions e;
  std::string facts;
  for (const std::string& line : Lines(guide, "textproto"))
    facts += line + "\n";
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(facts, &e.holder));
  e.Add("relation", Type::Kind::kString, Value::String("SPOUSE"));
  e.Add("param.HOSTEL_NIGHTS", Type::Kind::kInt, Value::Int(7));
  for (const char* code : {"SPOUSE", "CHILD"}) {
    e.environment.AddConstant(code, Type::Kind::kString, Value::String(code));
  }
  const std::vector<std::string> examples = Lines(guide, "cel");
  EXPECT_GE(examples.size(), 50u);
  for (const std::string& example : examples) {
    const std::vector<std::string> parts = absl::StrSplit(example, " // ");
    ASSERT_EQ(parts.size(), 2u) << example;
    EXPECT_EQ(e.Run(parts[0]), parts[1]) << example;
  }
}

INSTANTIATE_TEST_SUITE_P(Languages, GuideTest, testing::Values("zh", "en"),
                         [](const auto& info) { return info.param; });

TEST(GuidesTest, BothShowTheSameExamples) {
  for (const char* kind : {"cel", "textproto"})
    EXPECT_EQ(Lines(Read("zh"), kind), Lines(Read("en"), kind));
}

}  // namespace
}  // namespace talentcard::cel
