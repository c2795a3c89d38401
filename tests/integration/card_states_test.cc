// What becomes of a card, and what no one person can undo.
#include "services/records/people.h"
#include "services/records/sealed.h"
#include "services/records/uses.h"
#include "tests/integration/asking.h"

namespace talentcard {
namespace {

using testing::HasSubstr;

const Asker kOffice{"talent-office", "offices/talent", "staff/li", "test"};
const Asker kHospital{"hospital", "hospitals/haicheng-central", "staff/desk",
                      "at the desk"};

class CardStatesTest : public AskingTest {
 protected:
  void SetUp() override {
    Publish();
    ImportFamilies();
    card_ = Issue().value("name", "");
    ASSERT_NE(card_, "") << failure_.message;
  }
  void TearDown() override { ExpectReplays(); }

  Json Issue(const char* series = "SERIES_PERSON") {
    return Call(kClerk, "CardService/IssueCard",
                {{"holder", talent_.name()}, {"series", series}});
  }
  Json Change(const Asker& asker, const std::string& verb, const char* cause,
              const Json& more = Json::object()) {
    Json request = {{"name", card_}, {"cause", cause}};
    request.update(more);
    return Call(asker, "CardService/" + verb, request);
  }
  void Revoke() {
    const auto revoked = Together(
        *client_, kOffice, "CardService/RevokeCard",
        {{"name", card_},
         {"cause", "FRAUD"},
         {"etag", Call(kClerk, "CardService/GetCard", {{"name", card_}})
                      .value("etag", "")},
         {"request_id", "revoke-0001"}});
    ASSERT_TRUE(revoked.ok()) << revoked.status();
  }
  // What a matter of recognition leaves at its end, in a minute.
  void RecogniseAnew() {
    clock_.Advance(clock_.Now() + absl::Minutes(1));
    const std::string id = talent_.name().substr(talent_.name().find('/') + 1);
    const auto body = [&](store::Transaction& transaction) -> absl::Status {
      ASSIGN_OR_RETURN(ledger::Change change,
                       ledger::Change::Begin(transaction, vault_));
      ASSIGN_OR_RETURN(const auto before,
                       records::ReadPerson(transaction, vault_, id));
      auto person = *before;
      for (int i = 0; i < before->facts_size(); ++i) {
        if (!before->facts(i).has_recognition()) continue;
        auto& fact = *person.add_facts() = before->facts(i);
        fact.mutable_record_time()->set_seconds(
            absl::ToUnixSeconds(clock_.Now()));
      }
      RETURN_IF_ERROR(
          records::WritePerson(transaction, vault_, change, before, person));
      return change.Finish({});
    };
    const auto written = writer_.Run(body);
    ASSERT_TRUE(written.ok()) << written.status();
  }
  std::string AtTheHospital() {
    return Call(kHospital, "HospitalService/VerifyGreenChannel",
                {{"hospital", kHospital.institution},
                 {"document", Resident(talent_.documents(0).number())}})
        .value("reason", failure_.message);
  }
  void ExpectNeedsANewRecognition() {
    EXPECT_EQ(Issue(), Json::object());
    EXPECT_EQ(failure_.reason, "RULES_REFUSE");
    EXPECT_THAT(failure_.message, HasSubstr("open a recognition matter first"));
    RecogniseAnew();
    EXPECT_EQ(Issue().value("state", ""), "ACTIVE") << failure_.message;
  }

  const chengzhou::talentcard::v1::Person talent_ =
      population::StoryFamilies().at("d2");
  std::string card_;
};

TEST_F(CardStatesTest, AStoppedCardIsNotReportedLostAndReissuedByOnePerson) {
  Change(kOffice, "SuspendCard", "INVESTIGATION");
  Change(kClerk, "ReportCardLost", "LOST");
  EXPECT_EQ(failure_.reason, "STATE_FORBIDS");
  Change(kClerk, "ReissueCard", "LOST_CARD");
  EXPECT_EQ(failure_.reason, "STATE_FORBIDS");
  EXPECT_EQ(AtTheHospital(), "NOT_ON_LIST");
}

TEST_F(CardStatesTest, AStoppedCardIsNotCancelledAndIssuedAnewByOnePerson) {
  Change(kOffice, "SuspendCard", "INVESTIGATION");
  EXPECT_EQ(Change(kClerk, "CancelCard", "OWN_REQUEST").value("state", ""),
            "CANCELLED");
  ExpectNeedsANewRecognition();
}

TEST_F(CardStatesTest, AfterARevocationOnlyANewRecognitionCarriesACard) {
  Revoke();
  ExpectNeedsANewRecognition();
  EXPECT_EQ(AtTheHospital(), "OK");
}

TEST_F(CardStatesTest, AfterACancellationWithoutFaultACardIsIssuedAgain) {
  Change(kClerk, "CancelCard", "OWN_REQUEST");
  EXPECT_EQ(AtTheHospital(), "NOT_ON_LIST");
  EXPECT_EQ(Issue().value("state", ""), "ACTIVE") << failure_.message;
}

TEST_F(CardStatesTest, ACardIsOfTheSeriesThatWasRecognised) {
  Change(kClerk, "CancelCard", "OWN_REQUEST");
  EXPECT_EQ(Issue("SERIES_FLEX"), Json::object());
  EXPECT_EQ(failure_.reason, "INVALID_REQUEST");
  EXPECT_THAT(failure_.message, HasSubstr("as recognised: SERIES_PERSON"));
}

// An employer that reports late: the card was issued and renewed since.
TEST_F(CardStatesTest, AnEndBeforeTheCardsLastChangeCountsAtTheDesk) {
  AdvanceTo("2025-06-15T09:00:00+08:00");
  EXPECT_EQ(AtTheHospital(), "OK");
  const Json ended = Change(kClerk, "CancelCard", "LEFT_CITY",
                            {{"effective_time", "2025-05-01T00:00:00+08:00"}});
  EXPECT_EQ(ended.value("state", ""), "CANCELLED") << failure_.message;
  EXPECT_EQ(AtTheHospital(), "NOT_ON_LIST");
}

// The employment ended on 13 May, which the clerk learns on the 20th.
TEST_F(CardStatesTest, WhatWasUsedSinceAFactEndedIsMarkedForSomebodyToLookAt) {
  PutSchool(9);
  const auto child = population::StoryFamilies().at("d2-child");
  const auto reserve = [&](const Json& more) {
    Call(kBureau, "SchoolService/ReservePlace",
         Question(child.documents(0).number(), more));
    EXPECT_EQ(failure_.message, "");
  };
  const auto marked = [&] {
    const auto uses =
        records::UsesOf(database_.Latest(), vault_,
                        child.name().substr(child.name().find('/') + 1));
    EXPECT_TRUE(uses.ok()) << uses.status();
    std::vector<bool> affected;
    for (const auto& use : uses.value()) affected.push_back(use.affected());
    return affected;
  };
  reserve({{"stage", "PRI"}});
  AdvanceTo("2025-05-20T09:00:00+08:00");
  std::string employment;
  const Json person =
      Call(kClerk, "RegistryService/GetPerson", {{"name", talent_.name()}});
  for (const Json& fact : person.at("facts")) {
    if (fact.contains("employment")) employment = fact.value("name", "");
  }
  const auto end = [&](const char* last) {
    Call(kClerk, "RegistryService/EndFact",
         {{"name", employment},
          {"valid_to", *client::DateJson(last)},
          {"end_reason", "EARLY"}});
    ASSERT_EQ(failure_.message, "");
  };
  end("2025-05-12");
  EXPECT_THAT(marked(), testing::ElementsAre(false)) << "used on its last day";
  end("2025-05-11");
  EXPECT_THAT(marked(), testing::ElementsAre(true));
}

TEST_F(CardStatesTest, ARelativeFiledLaterChangesNoEarlierAnswer) {
  const std::string number = population::IdNumber("19840909", 804);
  Json wife = {{"name", "people/00000000000000000000000000000804"},
               {"full_name", "张婷"},
               {"birth_date", *client::DateJson("1984-09-09")},
               {"documents", {Resident(number)}}};
  wife = Call(kClerk, "RegistryService/CreatePerson", {{"person", wife}});
  ASSERT_TRUE(wife.contains("name")) << failure_.message;
  const auto reason = [&] {
    return Call(kHospital, "HospitalService/VerifyGreenChannel",
                {{"hospital", kHospital.institution},
                 {"document", Resident(number)}})
        .value("reason", failure_.message);
  };
  EXPECT_EQ(reason(), "NOT_ON_LIST");
  clock_.Advance(clock_.Now() + absl::Hours(24));
  Call(kClerk, "RegistryService/PutRelation",
       {{"parent", talent_.name()},
        {"relation",
         {{"person", wife["name"]},
          {"code", "12"},
          {"valid_from", *client::DateJson("2010-05-01")},
          {"filed", true}}}});
  EXPECT_EQ(reason(), "OK") << failure_.message;
}

}  // namespace
}  // namespace talentcard
