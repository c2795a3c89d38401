#include "engine/identity/name.h"

#include "engine/identity/masking.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace talentcard::identity {
namespace {

using testing::ElementsAre;

struct NameCase {
  const char* in;
  const char* out;
};

class NameTest : public testing::TestWithParam<NameCase> {};

TEST_P(NameTest, HasOneStoredForm) {
  const auto name = NormaliseName(GetParam().in);
  ASSERT_TRUE(name.ok()) << name.status();
  EXPECT_EQ(*name, GetParam().out);
}

INSTANTIATE_TEST_SUITE_P(
    Table, NameTest,
    testing::ValuesIn<NameCase>({
        {"王芳", "王芳"},
        {" 王芳　", "王芳"},
        {"阿依古丽•买买提", "阿依古丽·买买提"},
        {"阿依古丽・买买提", "阿依古丽·买买提"},
        {"𠮷田太郎", "𠮷田太郎"},
        {"Ｊｏｈｎ　Ｓｍｉｔｈ", "John Smith"},
        {"Maria  del   Carmen", "Maria del Carmen"},
    }));

TEST(NameTest, LengthIsBoundedInCharactersNotBytes) {
  std::string hundred;
  for (int i = 0; i < 100; ++i) hundred += "𠮷";
  EXPECT_TRUE(NormaliseName(hundred).ok());
  EXPECT_FALSE(NormaliseName(hundred + "𠮷").ok());
}

TEST(NameTest, EmptyBrokenAndControlNamesAreRefused) {
  EXPECT_FALSE(NormaliseName("").ok());
  EXPECT_FALSE(NormaliseName("  ").ok());
  EXPECT_FALSE(NormaliseName("\xE7\x8E").ok());
  EXPECT_FALSE(NormaliseName("王\n芳").ok());
}

TEST(NameTest, BeginningsFromTwoCharactersCanBeSearched) {
  EXPECT_THAT(NameSearchKeys("王小芳"), ElementsAre("王小", "王小芳"));
  EXPECT_THAT(NameSearchKeys("王"), ElementsAre("王"));
  EXPECT_EQ(NameSearchKeys("Alexander Hamilton").back(), "alexander hamilton");
  EXPECT_EQ(NameSearchKeys("Alexander Hamilton").size(), 8u);
}

TEST(MaskingTest, NeverShowsMoreThanTheEnds) {
  EXPECT_EQ(MaskDocumentNumber("11010519491231002X"), "11**************2X");
  EXPECT_EQ(MaskDocumentNumber("123456"), "******");
  EXPECT_EQ(MaskDocumentNumber("1234567"), "12***67");
  EXPECT_EQ(MaskPhone("13812345678"), "138******78");
  EXPECT_EQ(MaskPhone("1234567"), "*******");
  EXPECT_EQ(MaskName("王小芳"), "王＊");
  EXPECT_EQ(MaskName("𠮷田"), "𠮷＊");
  EXPECT_EQ(MaskName("王"), "＊");
  EXPECT_EQ(MaskName(""), "＊");
}

}  // namespace
}  // namespace talentcard::identity
