#include "engine/code/base45.h"

#include <random>

#include "gtest/gtest.h"

namespace talentcard::code {
namespace {

constexpr size_t kPlenty = 1000;

TEST(Base45Test, GivesTheExamplesOfTheStandard) {
  for (const auto& [bytes, text] : {std::pair{"AB", "BB8"},
                                    {"Hello!!", "%69 VD92EX0"},
                                    {"base-45", "UJCLQE7W581"},
                                    {"ietf!", "QED8WEX0"},
                                    {"", ""}}) {
    EXPECT_EQ(EncodeBase45(bytes), text);
    EXPECT_EQ(*DecodeBase45(text, kPlenty), bytes);
  }
}

struct Text {
  const char* name;
  std::string text;
  bool good;
};

class Base45TextTest : public testing::TestWithParam<Text> {};

TEST_P(Base45TextTest, IsReadOrRefusedAsAWhole) {
  const auto bytes = DecodeBase45(GetParam().text, kPlenty);
  EXPECT_EQ(bytes.ok(), GetParam().good) << bytes.status();
  if (bytes.ok()) {
    EXPECT_EQ(EncodeBase45(*bytes), GetParam().text);
  } else {
    EXPECT_TRUE(absl::IsInvalidArgument(bytes.status()));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Boundaries, Base45TextTest,
    testing::ValuesIn<Text>({
        {"TheLargestOfThreeCharactersIs65535", "FGW", true},
        {"OneMoreIsRefused", "GGW", false},
        {"TheLargestGroupIsRefused", ":::", false},
        {"TheLargestOfTwoCharactersIs255", "U5", true},
        {"OneMoreThan255IsRefused", "V5", false},
        {"TwoOfTheLargestAreRefused", "::", false},
        {"OneCharacterIsLeftOver", "A", false},
        {"FourCharactersAreRefused", "BB8A", false},
        {"LowerCaseIsRefused", "bb8", false},
        {"ALineFeedIsRefused", "BB8\n", false},
        {"AnUnderscoreIsRefused", "B_8", false},
        {"ANulIsRefused", std::string("B\0B", 3), false},
        {"AByteAbove127IsRefused", "B\xC3\xA4", false},
        {"GoodTextWithABadEndIsRefused", "BB8BB8-_-", false},
        {"ASpaceIsACharacter", "%69 VD92EX0", true},
    }),
    [](const auto& test) { return std::string(test.param.name); });

TEST(Base45Test, ALengthBeyondTheLimitIsToldFromNonsense) {
  const std::string text = EncodeBase45(std::string(10, 'x'));
  EXPECT_TRUE(DecodeBase45(text, 10).ok());
  EXPECT_TRUE(absl::IsOutOfRange(DecodeBase45(text, 9).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(DecodeBase45(text + "__", 9).status()));
}

TEST(Base45Test, AnyBytesComeBack) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  for (int i = 0; i < 2000; ++i) {
    std::string bytes(random() % 300, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    EXPECT_EQ(*DecodeBase45(EncodeBase45(bytes), bytes.size()), bytes);
  }
}

}  // namespace
}  // namespace talentcard::code
