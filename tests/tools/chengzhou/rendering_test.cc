// Answers as a clerk reads them.
#include <set>
#include <sstream>

#include "chengzhou/talentcard/v1/card_service.pb.h"
#include "engine/policy/services.h"
#include "gmock/gmock.h"
#include "services/ledger/leaf.h"
#include "tools/chengzhou/render.h"
#include "tools/chengzhou/words.h"

namespace talentcard::client {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

void CollectWords(const google::protobuf::Descriptor* message,
                  std::set<std::string>& seen, std::set<std::string>& words) {
  if (!seen.insert(message->full_name()).second ||
      message->full_name().rfind("google.", 0) == 0)
    return;
  for (int i = 0; i < message->field_count(); ++i) {
    const google::protobuf::FieldDescriptor* field = message->field(i);
    if (message->map_key() == nullptr) words.insert(field->name());
    if (field->message_type() != nullptr)
      CollectWords(field->message_type(), seen, words);
    if (field->enum_type() == nullptr) continue;
    for (int j = 1; j < field->enum_type()->value_count(); ++j)
      words.insert(field->enum_type()->value(j)->name());
  }
}

TEST(RenderTest, EverythingTheApiAnswersHasAChineseWord) {
  std::set<std::string> seen, words, missing;
  for (const auto& [name, method] : policy::AllMethods())
    CollectWords(method->output_type(), seen, words);
  for (const std::string& word : words) {
    if (ChineseWord(word).empty()) missing.insert(word);
  }
  EXPECT_THAT(missing, ElementsAre()) << "add them to words.cc";
}

TEST(RenderTest, ConstantsThatTheApiKeepsAsTextHaveAChineseWord) {
  for (const char* word :
       {"OPEN", "ACCEPTED", "REFUSED", "FEMALE", "DOCTOR", "DEPUTY_SENIOR",
        "SENIOR_TECHNICIAN", "PROVINCIAL", "FULL_TIME", "LEFT_CITY", "PRI",
        "FRAUD", "WANTS_PLACEMENT", "SKILLED", "GRANDPARENT", "HOLDER_DIED"})
    EXPECT_NE(ChineseWord(word), "") << word;
  for (int kind = 1; kind <= static_cast<int>(ledger::LeafKind::kBatchAnswer);
       ++kind)
    EXPECT_NE(ChineseWord(ledger::KindName(ledger::LeafKind(kind))), "")
        << kind;
}

struct WordCase {
  const char* name;
  const char* word;
  const char* chinese;
};

class WordTest : public testing::TestWithParam<WordCase> {};

TEST_P(WordTest, IsTheOneUsedElsewhere) {
  EXPECT_EQ(ChineseWord(GetParam().word), GetParam().chinese);
}

INSTANTIATE_TEST_SUITE_P(
    Words, WordTest,
    testing::ValuesIn<WordCase>({
        {"AMatterIsCalledAsInItsPages", "MATTER", "办件"},
        {"AnAccountIsWrittenAsTheDictionaryHasIt", "account", "账号"},
        {"MisconductIsCalledAsTheLawDoes", "misconduct", "违法违纪"},
        {"AnOfferWithoutAnAnswerWaits", "OPEN", "待答复"},
        {"WhatIsNoWordHasNone", "no_such_field", ""},
    }),
    [](const auto& test) { return test.param.name; });

TEST(RenderTest, RightsFitATerminal) {
  std::string zh, en;
  for (int i = 0; i < 40; ++i) {
    zh += "持卡人的子女，";
    en += "a child of the holder, ";
  }
  const Json decision = {{"entitlement", "EDU_TRANS"},
                         {"relation", "CHILD"},
                         {"outcome", "ALLOW_WITH_CONDITIONS"},
                         {"explanation", {{"zh", zh}, {"en", en}}}};
  Json answer = {{"card_state", "ACTIVE"}};
  answer["decisions"].push_back(decision);
  for (const Language language : {Language::kChinese, Language::kEnglish}) {
    std::istringstream table(RenderRights(answer, language));
    for (std::string line; std::getline(table, line);)
      EXPECT_LE(Width(line), kColumns) << line;
  }
}

struct WrapCase {
  const char* name;
  const char* text;
  const char* wrapped;
};

class WrapTest : public testing::TestWithParam<WrapCase> {};

TEST_P(WrapTest, BreaksBetweenTheColumns) {
  EXPECT_EQ(Wrapped(GetParam().text, 2, 10), GetParam().wrapped);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, WrapTest,
    testing::ValuesIn<WrapCase>({
        {"WhatFitsStaysOnOneLine", "abcd efg", "abcd efg"},
        {"OneColumnMoreBreaksAtTheSpace", "abcd efgh", "abcd\n  efgh"},
        {"AWordThatIsLongerStaysWhole", "a bcdefghijkl m",
         "a\n  bcdefghijkl\n  m"},
        {"WideCharactersCountTwice", "持卡人的", "持卡人的"},
        {"OneWideCharacterMoreBreaks", "持卡人的卡", "持卡人的\n  卡"},
        {"PunctuationBeginsNoLine", "持卡人的，卡", "持卡人\n  的，卡"},
        {"LinesOfTheTextStay", "ab\ncd", "ab\n  cd"},
        {"NothingIsNothing", "", ""},
    }),
    [](const auto& test) { return test.param.name; });

TEST(RenderTest, TimesAreThoseOfTheClockOnTheWall) {
  const Json card = {{"create_time", "2025-05-19T17:30:00Z"}};
  EXPECT_EQ(Render(card, Language::kChinese),
            "建立时间  2025-05-20 01:30:00 +08:00\n");
  EXPECT_EQ(Render(card, Language::kEnglish),
            "create time  2025-05-20 01:30:00 +08:00\n");
}

TEST(RenderTest, ConstantsAreTranslatedAndDataIsNot) {
  const Json answer = {{"outcome", "ALLOW"},
                       {"note", "card_state"},
                       {"institution", "hospitals/a_b"},
                       {"from", "2025-05-19T17:30:00Zulu"}};
  EXPECT_THAT(Render(answer, Language::kChinese),
              testing::AllOf(HasSubstr("可以享受"), HasSubstr("card_state"),
                             HasSubstr("hospitals/a_b"), HasSubstr("Zulu")));
  EXPECT_THAT(Render(answer, Language::kEnglish),
              testing::AllOf(HasSubstr("ALLOW"), HasSubstr("hospitals/a_b")));
}

TEST(RenderTest, LabelsStandInOneColumnWhateverTheirWidth) {
  const Json answer = {{"holder", "x"}, {"code_id", "y"}};
  EXPECT_EQ(Render(answer, Language::kChinese), "持卡人  x\n码编号  y\n");
  EXPECT_EQ(Render(answer, Language::kEnglish), "holder   x\ncode id  y\n");
}

TEST(RenderTest, OfLongBytesTheBeginningIsShownAndKeysAreShownWhole) {
  const std::string key = "sm2-sm3:" + std::string(128, 'a');
  const Json answer = {{"key_list", std::string(200, 'A')}, {"root", key}};
  EXPECT_THAT(
      Render(answer, Language::kEnglish),
      testing::AllOf(HasSubstr(std::string(24, 'A') + "… (200 characters)\n"),
                     HasSubstr(key)));
  EXPECT_THAT(
      Render({{"note", std::string(200, 'A') + " b"}}, Language::kChinese),
      HasSubstr(std::string(200, 'A')));
}

}  // namespace
}  // namespace talentcard::client
