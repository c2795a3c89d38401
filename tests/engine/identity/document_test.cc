#include "engine/identity/document.h"

#include <string>
#include <utility>

#include "engine/identity/check_digit.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace talentcard::identity {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const DocumentRules kRules = {.today = *CivilDate::Parse("2025-06-01"),
                              .allow_unallocated_region = true};

struct GoodCase {
  const char* name;
  DocumentKind kind;
  const char* text;
  const char* canonical;
  const char* birth = "";
};

class GoodDocumentTest : public testing::TestWithParam<GoodCase> {};

TEST_P(GoodDocumentTest, IsReadInItsOneForm) {
  const auto document = ParseDocument(GetParam().kind, GetParam().text, kRules);
  ASSERT_TRUE(document.ok()) << document.status();
  EXPECT_EQ(document->canonical, DocumentNumber(GetParam().canonical));
  if (*GetParam().birth != '\0') {
    ASSERT_TRUE(document->birth_date.has_value());
    EXPECT_EQ(document->birth_date->ToString(), GetParam().birth);
  }
}

using enum DocumentKind;
INSTANTIATE_TEST_SUITE_P(
    Standards, GoodDocumentTest,
    testing::ValuesIn<GoodCase>({
        {"PrintedInTheStandard", kResidentIdentityCard, "11010519491231002X",
         "11010519491231002X", "1949-12-31"},
        {"LowerCaseX", kResidentIdentityCard, "11010519491231002x",
         "11010519491231002X"},
        {"FullWidthDigits", kResidentIdentityCard,
         "１１０１０５１９４９１２３１００２Ｘ", "11010519491231002X"},
        {"Born1880", kResidentIdentityCard, "440524188001010014",
         "440524188001010014", "1880-01-01"},
        {"Remainder0", kResidentIdentityCard, "219900199001010081",
         "219900199001010081"},
        {"Remainder1", kResidentIdentityCard, "219900199001010030",
         "219900199001010030"},
        {"Remainder2", kResidentIdentityCard, "21990019900101009X",
         "21990019900101009X"},
        {"Remainder3", kResidentIdentityCard, "219900199001010049",
         "219900199001010049"},
        {"Remainder4", kResidentIdentityCard, "219900199001010188",
         "219900199001010188"},
        {"Remainder5", kResidentIdentityCard, "219900199001010057",
         "219900199001010057"},
        {"Remainder6", kResidentIdentityCard, "219900199001010196",
         "219900199001010196"},
        {"Remainder7", kResidentIdentityCard, "219900199001010065",
         "219900199001010065"},
        {"Remainder8", kResidentIdentityCard, "219900199001010014",
         "219900199001010014"},
        {"Remainder9", kResidentIdentityCard, "219900199001010073",
         "219900199001010073"},
        {"Remainder10", kResidentIdentityCard, "219900199001010022",
         "219900199001010022"},
        {"BornOnTheCutOff", kResidentIdentityCard, "219900201908310015",
         "219900201908310015", "2019-08-31"},
        {"BornAfterTheCutOff", kResidentIdentityCard, "219900201909010014",
         "219900201909010014", "2019-09-01"},
        {"LeapDay", kResidentIdentityCard, "219900202002290016",
         "219900202002290016", "2020-02-29"},
        {"HongKongPermit", kHmtResidencePermit, "810000199001010019",
         "810000199001010019"},
        {"MacauPermit", kHmtResidencePermit, "820000198506150022",
         "820000198506150022"},
        {"TaiwanPermitWithX", kHmtResidencePermit, "83000019781212003X",
         "83000019781212003X"},
        {"TaiwanChild", kHmtResidencePermit, "830000201903100017",
         "830000201903100017", "2019-03-10"},
        {"ForeignSpecimen", kForeignPermanentResident, "932682198501010017",
         "932682198501010017"},
        {"ForeignWithX", kForeignPermanentResident, "92184019800101004X",
         "92184019800101004X", "1980-01-01"},
        {"ForeignJapan", kForeignPermanentResident, "921392197512310022",
         "921392197512310022"},
        {"Foreign2017", kForeignPermanentResident2017, "kaz110090123105",
         "KAZ110090123105"},
        {"OldNumber", kOldResidentNumber, "110105491231002", "110105491231002",
         "1949-12-31"},
        {"HkPermit", kHkMacauTravelPermit, "h12345678", "H12345678"},
        {"HkPermitWithCounter", kHkMacauTravelPermit, "H1234567801",
         "H12345678"},
        {"TaiwanTravelPermit", kTaiwanTravelPermit, "12345678", "12345678"},
        {"TaiwanTravelPermitWithCounter", kTaiwanTravelPermit, "1234567802",
         "12345678"},
        {"ChinesePassport", kPassport, "E12345678", "E12345678"},
        {"NewerChinesePassport", kPassport, "EA1234567", "EA1234567"},
        {"ForeignPassport", kPassport, "c01x00t47", "C01X00T47"},
        {"BirthCertificate", kBirthCertificate, "U210123456", "U210123456"},
    }),
    [](const auto& test) { return test.param.name; });

struct BadCase {
  const char* name;
  DocumentKind kind;
  const char* text;
  const char* says;
};

class BadDocumentTest : public testing::TestWithParam<BadCase> {};

TEST_P(BadDocumentTest, IsRefusedWithWhatIsWrong) {
  const auto document = ParseDocument(GetParam().kind, GetParam().text, kRules);
  ASSERT_FALSE(document.ok());
  EXPECT_EQ(document.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(document.status().message()),
              HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    Mistakes, BadDocumentTest,
    testing::ValuesIn<BadCase>({
        {"BadCheck", kResidentIdentityCard, "110105194912310021",
         "last character"},
        {"TooShort", kResidentIdentityCard, "11010519491231002",
         "17 characters"},
        {"TooLong", kResidentIdentityCard, "11010519491231002X1",
         "19 characters"},
        {"NoSuchLeapDay", kResidentIdentityCard, "219900201902290010",
         "20190229"},
        {"XInside", kResidentIdentityCard, "1101051949123100X2",
         "only the last"},
        {"NoSuchProvince", kResidentIdentityCard, "990105194912310021",
         "begins with 9"},
        {"ProvinceSixteen", kResidentIdentityCard, "160105194912310021",
         "no province"},
        {"PermitAsIdentityCard", kResidentIdentityCard, "810000199001010019",
         "choose that kind"},
        {"ForeignAsIdentityCard", kResidentIdentityCard, "92184019800101004X",
         "choose that kind"},
        {"IdentityCardAsPermit", kHmtResidencePermit, "11010519491231002X",
         "810000"},
        {"IdentityCardAsForeign", kForeignPermanentResident,
         "11010519491231002X", "begin with 9"},
        {"SpacesInside", kResidentIdentityCard, "110105 19491231 002X",
         "without spaces"},
        {"SpaceBefore", kResidentIdentityCard, " 11010519491231002X",
         "without spaces"},
        {"FullWidthSpaceAfter", kResidentIdentityCard, "11010519491231002X　",
         "without spaces"},
        {"TabAfter", kResidentIdentityCard, "11010519491231002X\t",
         "neither a digit"},
        {"Hyphens", kResidentIdentityCard, "110105-19491231-002X",
         "20 characters"},
        {"FullWidthHyphen", kResidentIdentityCard, "110105194912310－2X",
         "only the last"},
        {"OtherDigitsOfUnicode", kResidentIdentityCard, "١١٠١٠٥١٩٤٩١٢٣١٠٠٢X",
         "neither a digit"},
        {"Chinese", kResidentIdentityCard, "一一〇一〇五", "neither a digit"},
        {"Empty", kResidentIdentityCard, "", "0 characters"},
        {"BrokenUtf8", kResidentIdentityCard, "\xC0\xAF", "not readable"},
        {"OldNumberOf14", kOldResidentNumber, "11010549123100", "15 digits"},
        {"HkPermitWrongLetter", kHkMacauTravelPermit, "X12345678", "H or M"},
        {"HkPermitNineDigits", kHkMacauTravelPermit, "H123456789", "counter"},
        {"TaiwanNineDigits", kTaiwanTravelPermit, "123456789", "8 digits"},
        {"PassportTooLong", kPassport, "E123456789", "5 to 9"},
        {"PassportOnlyLetters", kPassport, "ABCDEFG", "5 to 9"},
        {"BirthCertificateShort", kBirthCertificate, "U21012345", "9 digits"},
        {"Foreign2017Digits", kForeignPermanentResident2017, "123110090123105",
         "three letters"},
    }),
    [](const auto& test) { return test.param.name; });

// The number of somebody born on that day, with its right check character.
std::string BornOn(std::string_view date) {
  std::string number = "219900";
  for (char c : date) {
    if (c != '-') number += c;
  }
  number += "001";
  return number + Mod11_2(number);
}

struct WarningCase {
  const char* name;
  const char* birth;
  const char* today;
  const char* warns;  // Empty: no warning.
};

class WarningTest : public testing::TestWithParam<WarningCase> {};

TEST_P(WarningTest, AnOddBirthDateIsReadAndWarnedOf) {
  const WarningCase& c = GetParam();
  const DocumentRules rules = {.today = *CivilDate::Parse(c.today),
                               .allow_unallocated_region = true};
  const auto document =
      ParseDocument(kResidentIdentityCard, BornOn(c.birth), rules);
  ASSERT_TRUE(document.ok()) << document.status();
  EXPECT_EQ(document->birth_date->ToString(), c.birth);
  if (*c.warns == '\0') {
    EXPECT_THAT(document->warnings, IsEmpty());
  } else {
    EXPECT_THAT(document->warnings, ElementsAre(HasSubstr(c.warns)));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Boundary, WarningTest,
    testing::ValuesIn<WarningCase>({
        {"TheStandardsExampleOf1880", "1880-01-01", "2025-06-01", "older"},
        {"OneHundredAndFortyToday", "1885-06-01", "2025-06-01", "older"},
        {"OneHundredAndFortyTomorrow", "1885-06-02", "2025-06-01", ""},
        {"BornToday", "2025-06-01", "2025-06-01", ""},
        {"BornTomorrow", "2025-06-02", "2025-06-01", "future"},
        {"TheFirstDayOfTheCalendar", "0001-01-01", "2025-06-01", "older"},
        {"TheLastDayOfTheCalendar", "9999-12-31", "2025-06-01", "future"},
        {"TheLastDayOnTheLastDay", "9999-12-31", "9999-12-31", ""},
    }),
    [](const auto& test) { return test.param.name; });

TEST(DocumentTest, TheUnallocatedRegionIsRefusedUnlessAllowed) {
  DocumentRules strict = kRules;
  strict.allow_unallocated_region = false;
  for (const auto& [kind, number] :
       {std::pair(kResidentIdentityCard, "219900199001010081"),
        std::pair(kOldResidentNumber, "219900900101008")}) {
    EXPECT_TRUE(ParseDocument(kind, number, kRules).ok()) << number;
    const auto refused = ParseDocument(kind, number, strict);
    ASSERT_FALSE(refused.ok()) << number;
    EXPECT_THAT(std::string(refused.status().message()), HasSubstr("`219900`"));
  }
}

TEST(DocumentTest, AllMistakesAreToldAtOnce) {
  const auto document =
      ParseDocument(kResidentIdentityCard, "160105194913310021", kRules);
  ASSERT_FALSE(document.ok());
  const std::string message(document.status().message());
  EXPECT_THAT(message, HasSubstr("no province"));
  EXPECT_THAT(message, HasSubstr("19491331"));
  EXPECT_THAT(message, HasSubstr("last character"));
}

TEST(DocumentTest, ARenewalCounterIsKeptApart) {
  const auto renewed =
      ParseDocument(kHkMacauTravelPermit, "H1234567801", kRules);
  EXPECT_EQ(renewed->canonical, DocumentNumber("H12345678"));
  EXPECT_EQ(renewed->renewal_counter, "01");
  EXPECT_EQ(
      ParseDocument(kHkMacauTravelPermit, "M12345678", kRules)->renewal_counter,
      "");
  EXPECT_EQ(
      ParseDocument(kTaiwanTravelPermit, "1234567802", kRules)->renewal_counter,
      "02");
}

TEST(DocumentTest, ANumberWithoutABirthDateSaysNone) {
  for (const auto& [kind, number] :
       {std::pair(kHkMacauTravelPermit, "H12345678"),
        std::pair(kTaiwanTravelPermit, "12345678"),
        std::pair(kPassport, "E12345678"),
        std::pair(kBirthCertificate, "U210123456")}) {
    const auto document = ParseDocument(kind, number, kRules);
    ASSERT_TRUE(document.ok()) << document.status();
    EXPECT_FALSE(document->birth_date.has_value());
    EXPECT_FALSE(document->female.has_value());
  }
}

TEST(DocumentTest, EightDigitsAreATaiwanPermitOrAPassportAsTheCallerSays) {
  EXPECT_EQ(ParseDocument(kTaiwanTravelPermit, "12345678", kRules)->kind,
            kTaiwanTravelPermit);
  EXPECT_EQ(ParseDocument(kPassport, "12345678", kRules)->kind, kPassport);
}

TEST(DocumentTest, AnyCheckCharacterAfterADayThatIsNotIsRefused) {
  for (char check : std::string_view("0123456789X")) {
    const auto document =
        ParseDocument(kResidentIdentityCard,
                      std::string("21990020190229001") + check, kRules);
    ASSERT_FALSE(document.ok());
    EXPECT_THAT(std::string(document.status().message()),
                HasSubstr("`20190229`"));
  }
}

TEST(DocumentTest, SexIsTheParityOfTheSequence) {
  EXPECT_TRUE(
      *ParseDocument(kResidentIdentityCard, "11010519491231002X", kRules)
           ->female);
  EXPECT_FALSE(
      *ParseDocument(kResidentIdentityCard, "219900201908310015", kRules)
           ->female);
}

}  // namespace
}  // namespace talentcard::identity
