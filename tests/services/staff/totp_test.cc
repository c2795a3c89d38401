#include "services/staff/totp.h"

#include "gtest/gtest.h"

namespace talentcard::staff {
namespace {

constexpr char kSecret[] = "12345678901234567890";

struct Vector {
  int64_t seconds;
  const char* code;
};

class Rfc6238Test : public testing::TestWithParam<Vector> {};

TEST_P(Rfc6238Test, GivesTheCodeOfAppendixB) {
  EXPECT_EQ(
      TotpCode(kSecret, TotpStep(absl::FromUnixSeconds(GetParam().seconds)), 8),
      GetParam().code);
}

INSTANTIATE_TEST_SUITE_P(AppendixB, Rfc6238Test,
                         testing::ValuesIn<Vector>({{59, "94287082"},
                                                    {1111111109, "07081804"},
                                                    {1111111111, "14050471"},
                                                    {1234567890, "89005924"},
                                                    {2000000000, "69279037"},
                                                    {20000000000, "65353130"}}),
                         [](const auto& test) {
                           return std::to_string(test.param.seconds);
                         });

TEST(TotpTest, ACodeIsGoodOneStepEarlyAndLateAndNoFurther) {
  const absl::Time now = absl::FromUnixSeconds(1111111111);
  const uint64_t step = TotpStep(now);
  for (const int off : {-2, -1, 0, 1, 2}) {
    const auto matched =
        MatchTotp(kSecret, TotpCode(kSecret, step + off), now, 0);
    EXPECT_EQ(matched.has_value(), off >= -1 && off <= 1) << off;
    EXPECT_EQ(matched.value_or(step + off), step + off);
  }
}

TEST(TotpTest, ACodeIsTakenOnce) {
  const absl::Time now = absl::FromUnixSeconds(1111111111);
  const uint64_t step = TotpStep(now);
  const std::string code = TotpCode(kSecret, step);
  EXPECT_TRUE(MatchTotp(kSecret, code, now, step - 1).has_value());
  EXPECT_FALSE(MatchTotp(kSecret, code, now, step).has_value());
  EXPECT_FALSE(
      MatchTotp(kSecret, TotpCode(kSecret, step - 1), now, step).has_value());
}

TEST(TotpTest, WhatIsNoCodeMatchesNothing) {
  const absl::Time now = absl::FromUnixSeconds(1111111111);
  for (const char* code : {"", "1", "00000", "1234567", "abcdef", "０００"})
    EXPECT_FALSE(MatchTotp(kSecret, code, now, 0).has_value()) << code;
}

TEST(TotpTest, WithoutASecretNoCodeIsRight) {
  const absl::Time now = absl::FromUnixSeconds(1111111111);
  EXPECT_FALSE(MatchTotp("", TotpCode("", TotpStep(now)), now, 0).has_value());
}

TEST(TotpTest, ASecretIsShownAsRfc4648Says) {
  EXPECT_EQ(Base32(""), "");
  EXPECT_EQ(Base32("f"), "MY");
  EXPECT_EQ(Base32("fo"), "MZXQ");
  EXPECT_EQ(Base32("foo"), "MZXW6");
  EXPECT_EQ(Base32("foob"), "MZXW6YQ");
  EXPECT_EQ(Base32("fooba"), "MZXW6YTB");
  EXPECT_EQ(Base32("foobar"), "MZXW6YTBOI");
  EXPECT_EQ(Base32(kSecret), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
}

}  // namespace
}  // namespace talentcard::staff
