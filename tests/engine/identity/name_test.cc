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
  EXPECT_EQ(*name, FullName(GetParam().out));
}

INSTANTIATE_TEST_SUITE_P(Table, NameTest,
                         testing::ValuesIn<NameCase>({
                             {"王芳", "王芳"},
                             {" 王芳　", "王芳"},
                             {"阿依古丽•买买提", "阿依古丽·买买提"},
                             {"阿依古丽・买买提", "阿依古丽·买买提"},
                             {"𠮷田太郎", "𠮷田太郎"},
                             {"Ｊｏｈｎ　Ｓｍｉｔｈ", "John Smith"},
                             {"阿依古丽·买买提", "阿依古丽·买买提"},
                             {"阿依古丽‧买买提", "阿依古丽·买买提"},
                             {"阿依古丽･买买提", "阿依古丽·买买提"},
                             {"阿依古丽⋅买买提", "阿依古丽·买买提"},
                             {"阿依古丽∙买买提", "阿依古丽·买买提"},
                             {"王芳２", "王芳2"},
                             {"㐂龘𪚥", "㐂龘𪚥"},
                             {"Nguyễn Văn A", "Nguyễn Văn A"},
                             {"J. Smith", "J. Smith"},
                             {"Maria  del   Carmen", "Maria del Carmen"},
                         }));

TEST(NameTest, LetterAndMarkAreNotComposed) {
  EXPECT_EQ(*NormaliseName("e\u0301"), FullName("e\u0301"));
  EXPECT_EQ(*NormaliseName("\u00e9"), FullName("\u00e9"));
}

TEST(NameTest, FiftyCharactersOfAMinorityNameAreKept) {
  std::string name;
  for (int i = 0; i < 25; ++i) name += "阿·";
  EXPECT_EQ(*NormaliseName(name), FullName(name));
}

TEST(NameTest, NoFormOfBrokenUtf8IsRead) {
  for (const char* bytes : {"\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                            "\xFF", "王\xE8", "\x80"}) {
    EXPECT_FALSE(NormaliseName(bytes).ok());
    EXPECT_TRUE(NameSearchKeys(FullName(bytes)).empty());
  }
}

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
  EXPECT_THAT(NameSearchKeys(FullName("王小芳")),
              ElementsAre(NameKey("王小"), NameKey("王小芳")));
  EXPECT_THAT(NameSearchKeys(FullName("王")), ElementsAre(NameKey("王")));
  const FullName hamilton("Alexander Hamilton");
  EXPECT_EQ(NameSearchKeys(hamilton).back(), NameKey("alexander hamilton"));
  EXPECT_EQ(NameSearchKeys(hamilton).back(), NameSearchKey(hamilton));
  EXPECT_EQ(NameSearchKeys(hamilton).size(), 8u);
}

TEST(MaskingTest, NeverShowsMoreThanTheEnds) {
  EXPECT_EQ(MaskDocumentNumber("11010519491231002X"), "11**************2X");
  EXPECT_EQ(MaskDocumentNumber("123456"), "******");
  EXPECT_EQ(MaskDocumentNumber("1234567"), "12***67");
  EXPECT_EQ(MaskPhone("13812345678"), "138******78");
  EXPECT_EQ(MaskPhone("1234567"), "*******");
  EXPECT_EQ(MaskPhone("12345678"), "123***78");
  EXPECT_EQ(MaskPhone("１３８１２３４５６７８"), "１３８******７８");
  EXPECT_EQ(MaskDocumentNumber("𠮷𠮷一二三𠮷𠮷"), "𠮷𠮷***𠮷𠮷");
  EXPECT_EQ(MaskDocumentNumber("11010519491231\xFF"), "***************");
  EXPECT_EQ(MaskDocumentNumber(""), "");
  EXPECT_EQ(MaskName("王小芳"), "王＊");
  EXPECT_EQ(MaskName("𠮷田"), "𠮷＊");
  EXPECT_EQ(MaskName("欧阳修"), "欧＊");
  EXPECT_EQ(MaskName("John Smith"), "J＊");
  EXPECT_EQ(MaskName("Émile Zola"), "É＊");
  EXPECT_EQ(MaskName("阿依古丽·买买提"), "阿＊");
  EXPECT_EQ(MaskName("王\xE8"), "＊");
  EXPECT_EQ(MaskName("王"), "＊");
  EXPECT_EQ(MaskName(""), "＊");
}

}  // namespace
}  // namespace talentcard::identity
