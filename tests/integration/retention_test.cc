// A record goes when nothing has needed it for as long as the rules keep it.
#include "engine/date/civil_date.h"
#include "gmock/gmock.h"
#include "tests/integration/world.h"

namespace talentcard {
namespace {

const Asker kClerk{"clerk", "stations/haizhou", "staff/wang", "counter"};
const Asker kOffice{"talent-office", "offices/talent", "staff/li", "retention"};

// RECORD_RETENTION_DAYS from the day of World's clock, when all is imported.
constexpr char kDayBefore[] = "2030-05-10";
constexpr char kDue[] = "2030-05-11";

class RetentionTest : public World {
 protected:
  void SetUp() override {
    Publish();
    ImportFamilies();
    holder_ = population::StoryFamilies().at("d2").name();
    child_ = population::StoryFamilies().at("d2-child").name();
    alone_ = population::StoryFamilies().at("technician").name();
  }

  Json Call(const Asker& asker, const std::string& method, Json request) {
    const auto answer = client_->Call(asker, method, request);
    EXPECT_TRUE(answer.ok()) << method << ": " << answer.status();
    return answer.ok() ? *answer : Json::object();
  }
  std::string IssueCard() {
    return Call(kClerk, "CardService/IssueCard",
                {{"holder", holder_},
                 {"series", "SERIES_PERSON"},
                 {"request_id", "issue-0001"}})
        .value("name", "");
  }
  void On(const std::string& day) {
    clock_.Advance(CivilDate::Parse(day)->StartInBeijing());
  }
  // Who is due, and what needed each last; through all pages.
  std::map<std::string, std::string> Due(int page_size = 0) {
    std::map<std::string, std::string> due;
    Json request = {{"page_size", page_size}};
    do {
      const Json page =
          Call(kOffice, "RegistryService/ListDueErasures", request);
      for (const Json& one : page.value("due_erasures", Json::array()))
        due[one.value("name", "")] = one.value("need", "");
      request["page_token"] = page.value("next_page_token", "");
    } while (request["page_token"] != "");
    return due;
  }

  std::string holder_, child_, alone_;
};

TEST_F(RetentionTest, ARecordIsDueOnItsDayAndNotTheDayBefore) {
  On(kDayBefore);
  EXPECT_THAT(Due(), testing::IsEmpty());
  On(kDue);
  EXPECT_THAT(Due(), testing::Contains(testing::Pair(alone_, "RECORD")));
  EXPECT_EQ(Due().size(), population::StoryFamilies().size());
}

TEST_F(RetentionTest, PagesLeaveNobodyOut) {
  On(kDue);
  EXPECT_EQ(Due(3), Due());
}

TEST_F(RetentionTest, AChangeOfTheRecordKeepsItAsLongAgain) {
  On("2028-01-01");
  Call(kClerk, "RegistryService/UpdatePerson",
       {{"person", {{"name", alone_}, {"phone", "13800000000"}}},
        {"update_mask", "phone"},
        {"request_id", "update-0001"}});
  On(kDue);
  EXPECT_EQ(Due().count(alone_), 0u);
  On("2032-12-29");
  EXPECT_EQ(Due().count(alone_), 0u);
  On("2032-12-30");
  EXPECT_EQ(Due()[alone_], "RECORD");
}

TEST_F(RetentionTest, AnImportKeepsOnlyThoseItChanges) {
  On("2028-01-01");
  ImportFamilies("families-again");
  auto changed = population::StoryFamilies().at("technician");
  changed.set_phone("13800000000");
  Import(*client_, {changed}, "technician-again");
  On(kDue);
  EXPECT_EQ(Due().count(alone_), 0u);
  EXPECT_EQ(Due()[holder_], "RECORD");
  EXPECT_EQ(Due().size(), population::StoryFamilies().size() - 2)
      << "the technician's mother is needed with the technician";
  On("2032-12-30");
  EXPECT_EQ(Due()[alone_], "RECORD");
}

TEST_F(RetentionTest, ACardKeepsItsHolderAndTheirRelatives) {
  const std::string card = IssueCard();
  const Json issued = Call(kClerk, "CardService/GetCard", {{"name", card}});
  const CivilDate last =
      *CivilDate::Parse(client::DateText(issued.at("valid_until")));
  On(last.AddDays(1824).ToString());
  EXPECT_EQ(Due().count(holder_), 0u);
  EXPECT_EQ(Due().count(child_), 0u);
  EXPECT_EQ(Due().count(alone_), last.AddDays(1824) >= *CivilDate::Parse(kDue));
  On(last.AddDays(1825).ToString());
  EXPECT_EQ(Due()[holder_], "CARD");
  EXPECT_EQ(Due()[child_], "HOLDER");
}

TEST_F(RetentionTest, ACardEndedEarlyKeepsItFromThenOn) {
  const std::string card = IssueCard();
  On("2026-01-01");
  Call(kClerk, "CardService/CancelCard",
       {{"name", card},
        {"cause", "LEFT_CITY"},
        {"basis", "moved"},
        {"request_id", "cancel-0001"}});
  On("2030-12-30");
  EXPECT_EQ(Due().count(holder_), 0u);
  On("2030-12-31");
  EXPECT_EQ(Due()[holder_], "CARD");
}

// The card ends on 2028-05-11, and the booking is made the day before.
TEST_F(RetentionTest, ABookingKeepsThemUntilItLapses) {
  IssueCard();
  On("2028-05-10");
  const auto families = population::StoryFamilies();
  const Json visit = Call(
      {"hospital", "hospitals/haicheng-central", "staff/desk", "at the desk"},
      "HospitalService/BookVisit",
      {{"patient",
        {{"hospital", "hospitals/haicheng-central"},
         {"specialty", "cardiology"},
         {"document",
          {{"kind", "RESIDENT_IDENTITY_CARD"},
           {"number", families.at("d2").documents(0).number()}}}}},
       {"request_id", "booking-0001"}});
  const CivilDate last =
      *CivilDate::Parse(client::DateText(visit.at("kept_until")));
  ASSERT_EQ(last.ToString(), "2028-05-17");
  On(last.AddDays(1824).ToString());
  EXPECT_EQ(Due().count(holder_), 0u);
  On(last.AddDays(1825).ToString());
  EXPECT_EQ(Due()[holder_], "USE");
  EXPECT_EQ(Due()[child_], "HOLDER");
  EXPECT_TRUE(Together(*client_, kOffice, "RegistryService/ErasePerson",
                       {{"name", holder_},
                        {"ground", "kept long enough"},
                        {"request_id", "erase-0002"}})
                  .ok())
      << "a booking that has lapsed is nothing to end first";
}

struct RevocationCase {
  const char* cause;
  bool bars;
};
class RevocationTest : public RetentionTest,
                       public testing::WithParamInterface<RevocationCase> {};

TEST_P(RevocationTest, IsRememberedForLifeOnlyIfItBarsForLife) {
  const RevocationCase& c = GetParam();
  const std::string card = IssueCard();
  On("2026-01-01");
  const Json issued = Call(kOffice, "CardService/GetCard", {{"name", card}});
  ASSERT_TRUE(Together(*client_, kOffice, "CardService/RevokeCard",
                       {{"name", card},
                        {"cause", c.cause},
                        {"basis", "found out"},
                        {"etag", issued.value("etag", "")},
                        {"request_id", "revoke-0001"}})
                  .ok());
  On("2030-12-30");
  EXPECT_EQ(Due().count(holder_), 0u);
  On("2030-12-31");
  EXPECT_EQ(Due()[holder_], c.bars ? "" : "CARD");
  On("2090-01-01");
  EXPECT_EQ(Due()[holder_], c.bars ? "" : "CARD");
}

INSTANTIATE_TEST_SUITE_P(Cause, RevocationTest,
                         testing::ValuesIn<RevocationCase>({{"FRAUD", true},
                                                            {"CRIME", false},
                                                            {"DISCIPLINE",
                                                             false}}),
                         [](const auto& test) { return test.param.cause; });

TEST_F(RetentionTest, FraudFoundBeforeThereWasACardIsRememberedToo) {
  On("2026-01-01");
  for (const auto& [person, kind] :
       {std::pair{alone_, "FRAUD"}, {holder_, "CRIME"}}) {
    Call(kClerk, "RegistryService/AddFact",
         {{"parent", person},
          {"fact",
           {{"valid_from", {{"year", 2026}, {"month", 1}, {"day", 1}}},
            {"misconduct", {{"kind", kind}, {"basis", "R_TITLE"}}}}},
          {"request_id", absl::StrCat("misconduct-", kind)}});
  }
  On("2030-12-31");
  EXPECT_EQ(Due().count(alone_), 0u);
  EXPECT_EQ(Due()[holder_], "RECORD");
}

TEST_F(RetentionTest, WhoIsDueIsErasedByTwoAndListedNoMore) {
  On(kDue);
  ASSERT_EQ(Due().count(alone_), 1u);
  ASSERT_TRUE(Together(*client_, kOffice, "RegistryService/ErasePerson",
                       {{"name", alone_},
                        {"ground", "kept long enough"},
                        {"request_id", "erase-0001"}})
                  .ok());
  EXPECT_EQ(Due().count(alone_), 0u);
}

}  // namespace
}  // namespace talentcard
