#include "engine/identity/check_digit.h"

#include <random>
#include <string>

#include "engine/identity/uscc.h"
#include "gtest/gtest.h"

namespace talentcard::identity {
namespace {

TEST(UsccTest, TheStandardsExampleAndItsTrapsAreRead) {
  for (const char* code :
       {"91350100M000100Y43", "91219900MAT0001300", "91219900MAT00000X1",
        "N1219900MAT000018K", "Y1219900MAT000018B", "91350100m000100y43"}) {
    EXPECT_TRUE(ParseUscc(code).ok()) << code << ": " << ParseUscc(code).status();
  }
}

TEST(UsccTest, WrongCodesAreRefused) {
  for (const char* code :
       {"91350100M000100Y4Z", "91350100M000100Y44", "91350100M000100Y4",
        "91350100M000100Y431", "91350100I000100Y43", "", "９1350100M000100Y4"}) {
    EXPECT_FALSE(ParseUscc(code).ok()) << code;
  }
}

TEST(UsccTest, EverySingleSlipIsFound) {
  const std::string good = "91350100M000100Y43";
  for (size_t i = 0; i < good.size(); ++i) {
    for (char c : std::string_view("0123456789ABCDEFGHJKLMNPQRTUWXY")) {
      if (c == good[i]) continue;
      std::string bad = good;
      bad[i] = c;
      EXPECT_FALSE(ParseUscc(bad).ok()) << bad;
    }
  }
}

TEST(UsccTest, RandomBytesAreRefusedWithoutHarm) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  for (int i = 0; i < 20000; ++i) {
    std::string text(random() % 24, '\0');
    for (char& c : text) c = static_cast<char>(random());
    EXPECT_FALSE(ParseUscc(text).ok());
  }
}

TEST(MrzTest, TheExampleOf9303HasItsCheckDigits) {
  EXPECT_EQ(MrzCheck("L898902C3"), '6');
  EXPECT_EQ(MrzCheck("740812"), '2');
  EXPECT_EQ(MrzCheck("120415"), '9');
  EXPECT_EQ(MrzCheck("ZE184226B<<<<<"), '1');
  EXPECT_EQ(MrzCheck("a"), '\0');
}

}  // namespace
}  // namespace talentcard::identity
