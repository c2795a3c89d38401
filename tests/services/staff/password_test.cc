#include "services/staff/password.h"

#include <vector>

#include "absl/strings/match.h"
#include "gtest/gtest.h"

namespace talentcard::staff {
namespace {

TEST(PasswordTest, OnlyTheSamePasswordIsIt) {
  store::SeededRandom random(1);
  const std::string encoded = HashPassword("four words of mine", random);
  EXPECT_TRUE(absl::StartsWith(encoded, "$argon2id$v=19$m=19456,t=2,p=1$"))
      << encoded;
  EXPECT_TRUE(IsPassword("four words of mine", encoded));
  EXPECT_FALSE(IsPassword("four words of min", encoded));
  EXPECT_FALSE(IsPassword("four words of mine ", encoded));
  EXPECT_FALSE(IsPassword("", encoded));
}

TEST(PasswordTest, EqualPasswordsLookDifferent) {
  store::SeededRandom random(1);
  EXPECT_NE(HashPassword("four words of mine", random),
            HashPassword("four words of mine", random));
}

TEST(PasswordTest, WhatIsNoHashIsNobodysPassword) {
  for (const char* encoded : {"", "x", "$argon2id$", "$argon2i$v=19$m=8,t=1"})
    EXPECT_FALSE(IsPassword("four words of mine", encoded)) << encoded;
}

struct Choice {
  const char* name;
  std::string password;
  bool good;
};

class ChoiceTest : public testing::TestWithParam<Choice> {};

TEST_P(ChoiceTest, IsJudged) {
  EXPECT_EQ(PasswordMistake(GetParam().password, "staff/wang").empty(),
            GetParam().good);
}

std::string Repeated(const char* text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

INSTANTIATE_TEST_SUITE_P(
    Table, ChoiceTest,
    testing::ValuesIn<Choice>({
        {"ElevenCharacters", Repeated("x", 11), false},
        {"TwelveCharacters", Repeated("x", 12), true},
        {"AHundredAndTwentyEight", Repeated("x", 128), true},
        {"OneMore", Repeated("x", 129), false},
        {"ElevenChineseCharacters", Repeated("海", 11), false},
        {"TwelveChineseCharacters", Repeated("海", 12), true},
        {"AHundredAndTwentyEightChinese", Repeated("海", 128), true},
        {"TheirOwnName", "my name is Wang", false},
    }),
    [](const auto& test) { return test.param.name; });

TEST(HashingPlacesTest, AreFewAndNobodyHasTwo) {
  HashingPlaces places;
  auto first = places.Take("0");
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(places.Take("0"), nullptr);
  std::vector<std::unique_ptr<const HashingPlaces::Place>> others;
  for (size_t i = 1; i < HashingPlaces::kMost; ++i) {
    others.push_back(places.Take(std::to_string(i)));
    EXPECT_NE(others.back(), nullptr);
  }
  EXPECT_EQ(places.Take("one more"), nullptr);
  first.reset();
  EXPECT_NE(places.Take("one more"), nullptr);
}

}  // namespace
}  // namespace talentcard::staff
