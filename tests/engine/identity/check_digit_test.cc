#include "engine/identity/check_digit.h"

#include <string>

#include "engine/identity/uscc.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace talentcard::identity {
namespace {

using testing::HasSubstr;

TEST(UsccTest, TheStandardsExampleAndItsTrapsAreRead) {
  for (const char* code :
       {"91350100M000100Y43", "91219900MAT0001300", "91219900MAT00000X1",
        "N1219900MAT000018K", "Y1219900MAT000018B", "91350100m000100y43"}) {
    EXPECT_TRUE(ParseUscc(code).ok())
        << code << ": " << ParseUscc(code).status();
  }
}

struct UsccCase {
  const char* name;
  const char* code;
  const char* says;
};

class BadUsccTest : public testing::TestWithParam<UsccCase> {};

TEST_P(BadUsccTest, IsRefusedWithWhatIsWrong) {
  const auto code = ParseUscc(GetParam().code);
  ASSERT_FALSE(code.ok());
  EXPECT_EQ(code.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(code.status().message()), HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    Mistakes, BadUsccTest,
    testing::ValuesIn<UsccCase>({
        {"LastIsZ", "91350100M000100Y4Z", "last character"},
        {"LastIsOneTooMany", "91350100M000100Y44", "last character"},
        {"TheSumNotTakenFromThirtyOne", "91350100M000100Y4W", "last character"},
        {"SeventeenCharacters", "91350100M000100Y4", "18 characters"},
        {"NineteenCharacters", "91350100M000100Y431", "18 characters"},
        {"Empty", "", "18 characters"},
        {"TheLetterI", "91350100I000100Y43", "no I, O, S, V, Z"},
        {"TheLetterO", "9135O100M000100Y43", "no I, O, S, V, Z"},
        {"TheLetterS", "9135S100M000100Y43", "no I, O, S, V, Z"},
        {"TheLetterV", "9135V100M000100Y43", "no I, O, S, V, Z"},
        {"SpaceAtTheEnd", "91350100M000100Y43 ", "18 characters"},
        {"SpaceInside", "91350100 M000100Y4", "only digits"},
        {"LetterInTheRegion", "9135A100M000100Y43", "positions 3 to 8"},
        {"OrganisationCheck", "91350100M000100X43", "positions 9 to 17"},
        {"RemainderZeroWithTheNextCheck", "91219900MAT0001301",
         "last character"},
    }),
    [](const auto& test) { return test.param.name; });

TEST(UsccTest, AllMistakesAreToldAtOnce) {
  const auto code = ParseUscc("9135A100M000100XXX");
  ASSERT_FALSE(code.ok());
  const std::string message(code.status().message());
  EXPECT_THAT(message, HasSubstr("positions 3 to 8"));
  EXPECT_THAT(message, HasSubstr("positions 9 to 17"));
  EXPECT_THAT(message, HasSubstr("last character"));
}

TEST(UsccTest, IsStoredInHalfWidthUpperCase) {
  EXPECT_EQ(*ParseUscc("９１３５０１００ｍ０００１００Ｙ４３"),
            "91350100M000100Y43");
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
