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
  void Revoke(const Json& more = Json::object()) {
    Json request = {
        {"name", card_},
        {"cause", "FRAUD"},
        {"etag", Call(kClerk, "CardService/GetCard", {{"name", card_}})
                     .value("etag", "")},
        {"request_id", "revoke-0001"}};
    request.update(more);
    const auto revoked =
        Together(*client_, kOffice, "CardService/RevokeCard", request);
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
        *fact.mutable_valid_from() =
            CivilDate::InBeijing(clock_.Now()).ToProto();
        fact.clear_valid_to();
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

TEST_F(CardStatesTest, AStoppedCardThatRanOutIsNotIssuedAnewByOnePerson) {
  const Json card = Call(kClerk, "CardService/GetCard", {{"name", card_}});
  Change(kOffice, "SuspendCard", "INVESTIGATION");
  const auto last = client::DateText(card.at("valid_until"));
  AdvanceTo((last + "T23:59:59+08:00").c_str());
  clock_.Advance(clock_.Now() + absl::Hours(9));
  EXPECT_EQ(Issue(), Json::object());
  EXPECT_EQ(failure_.reason, "RESOURCE_EXISTS");
}

// A lower criterion met later does not bring back what the fault was about.
TEST_F(CardStatesTest, ARevocationEndsWhatTheHolderWasRecognisedFor) {
  Revoke();
  const Json tier =
      Call(kClerk, "CardService/AssessTier", {{"person", talent_.name()}});
  EXPECT_EQ(failure_.message, "");
  EXPECT_EQ(tier.value("tier", ""), "") << tier.dump();
  const Json before = Call(kClerk, "CardService/AssessTier",
                           {{"person", talent_.name()},
                            {"valid_time", "2025-05-11T12:00:00+08:00"}});
  EXPECT_EQ(before.value("tier", ""), "CZ_D_SENIOR") << before.dump();
}

class FraudTest : public CardStatesTest {
 protected:
  std::string Open(const char* criterion, const char* route) {
    const Json opened = Call(kClerk, "MatterService/OpenMatter",
                             {{"matter",
                               {{"kind", "recognition"},
                                {"subject", talent_.name()},
                                {"station", kClerk.institution},
                                {"fields",
                                 {{"criterion", criterion},
                                  {"route", route},
                                  {"series", "SERIES_PERSON"}}}}}});
    EXPECT_EQ(failure_.message, "");
    return opened.value("name", "");
  }
  // The state it comes to; empty if it is refused.
  std::string Act(const Asker& asker, const std::string& matter,
                  const char* action) {
    return Call(asker, "MatterService/ActOnMatter",
                {{"name", matter}, {"action", action}})
        .value("state", "");
  }
  std::string Accepted(const char* criterion, const char* route) {
    return Act(kClerk, Open(criterion, route), "accept");
  }
  // The one fact of a kind that the holder has.
  Json Fact(const char* kind) {
    const Json person =
        Call(kClerk, "RegistryService/GetPerson", {{"name", talent_.name()}});
    for (const Json& fact : person["facts"]) {
      if (fact.contains(kind)) return fact;
    }
    ADD_FAILURE() << "there is no " << kind;
    return Json::object();
  }
};

TEST_F(FraudTest, ARevocationBarsItsRouteForEverAndOthersForFiveYears) {
  EXPECT_EQ(Accepted("deputy-senior-title", "R_TITLE"), "TOWN_REVIEW");
  Revoke({{"effective_time", "2025-05-01T00:00:00+08:00"}});
  EXPECT_EQ(Accepted("deputy-senior-title", "R_TITLE"), "");
  EXPECT_THAT(failure_.message, HasSubstr("fraud"));
  EXPECT_EQ(Accepted("doctor", "R_DEGREE"), "");
  AdvanceTo("2030-05-11T23:59:00+08:00");
  EXPECT_EQ(Accepted("doctor", "R_DEGREE"), "")
      << "1,825 days after the ruling";
  AdvanceTo("2030-05-12T00:00:00+08:00");
  EXPECT_EQ(Accepted("doctor", "R_DEGREE"), "TOWN_REVIEW");
  EXPECT_EQ(Accepted("deputy-senior-title", "R_TITLE"), "");
}

TEST_F(FraudTest, ItStopsARecognitionThatRunsAlready) {
  const std::string matter = Open("deputy-senior-title", "R_TITLE");
  Act(kClerk, matter, "accept");
  Act({"reviewer", "stations/ganwang", "staff/zhao", "review"}, matter, "pass");
  EXPECT_EQ(Act({"department", "departments/hr-bureau", "staff/xu", "review"},
                matter, "publish"),
            "PUBLICITY");
  Revoke();
  AdvanceTo("2025-05-30T09:00:00+08:00");
  EXPECT_EQ(Act(kOffice, matter, "approve"), "");
  EXPECT_THAT(failure_.message, HasSubstr("fraud"));
}

TEST_F(FraudTest, ItBarsAlsoWhoseCardWasCancelledWhileStopped) {
  Change(kOffice, "SuspendCard", "INVESTIGATION");
  Change(kClerk, "CancelCard", "OWN_REQUEST");
  Revoke();
  EXPECT_EQ(Accepted("deputy-senior-title", "R_TITLE"), "");
  EXPECT_THAT(failure_.message, HasSubstr("fraud"));
}

TEST_F(FraudTest, NoOnePersonUndoesIt) {
  Revoke();
  const Json far = *client::DateJson("2099-01-01");
  Call(kClerk, "RegistryService/EndFact",
       {{"name", Fact("recognition")["name"]}, {"valid_to", far}});
  EXPECT_THAT(failure_.message, HasSubstr("ends with its card"));
  const Json barred = Fact("misconduct");
  const Json today = *client::DateJson("2025-05-12");
  Call(kClerk, "RegistryService/EndFact",
       {{"name", barred["name"]}, {"valid_to", today}});
  EXPECT_THAT(failure_.message, HasSubstr("by two"));
  const auto ended = Together(
      *client_, kOffice, "RegistryService/EndFact",
      {{"name", barred["name"]},
       {"valid_to", today},
       {"etag",
        Call(kClerk, "RegistryService/GetPerson", {{"name", talent_.name()}})
            .value("etag", "")},
       {"request_id", "end-misconduct-1"}});
  ASSERT_TRUE(ended.ok()) << ended.status();
  AdvanceTo("2025-05-13T09:00:00+08:00");
  EXPECT_EQ(Accepted("deputy-senior-title", "R_TITLE"), "TOWN_REVIEW");
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

// The papers were taken before the matter of recognition was closed.
TEST_F(CardStatesTest, WhoWasRecognisedAfterTheAcceptanceHasTheRankOfToday) {
  Revoke({{"effective_time", "2025-05-01T00:00:00+08:00"}});
  RecogniseAnew();
  ASSERT_EQ(Issue().value("state", ""), "ACTIVE") << failure_.message;
  PutSchool(1);
  const auto families = population::StoryFamilies();
  Call(kClerk, "CardService/IssueCard",
       {{"holder", families.at("d3").name()}, {"series", "SERIES_PERSON"}});
  const auto position = [&](const char* child, const char* accepted) {
    return Call(kBureau, "SchoolService/ReservePlace",
                Question(families.at(child).documents(0).number(),
                         {{"acceptance_time", accepted}}))
        .value("position", 0);
  };
  EXPECT_EQ(position("d3-child", "2025-05-12T08:00:00+08:00"), 1);
  EXPECT_EQ(position("d2-child", "2025-05-10T08:00:00+08:00"), 1)
      << "of one rank, accepted earlier";
}

class AffectedTest : public CardStatesTest {
 protected:
  void SetUp() override {
    CardStatesTest::SetUp();
    PutSchool(9);
    place_ = Call(kBureau, "SchoolService/ReservePlace",
                  Question(child_.documents(0).number()))
                 .value("name", "");
    ASSERT_NE(place_, "") << failure_.message;
    AdvanceTo("2025-05-20T09:00:00+08:00");
  }
  void MovePlace(const char* verb) {
    Call(kBureau, absl::StrCat("SchoolService/", verb), {{"name", place_}});
    ASSERT_EQ(failure_.message, "");
  }
  bool IsMarked() {
    const auto uses =
        records::UsesOf(database_.Latest(), vault_,
                        child_.name().substr(child_.name().find('/') + 1));
    return uses.ok() && uses->size() == 1 && uses->front().affected();
  }
  // A fact of somebody's that ended on `last`, as the clerk learns now.
  void End(const std::string& person, const char* kind, const char* last) {
    const Json found =
        Call(kClerk, "RegistryService/GetPerson",
             {{"name", person},
              {"ticket_id", "5f9c7c6e-4c8b-4c7e-9f0e-2f6c1d3a8b11"}});
    std::string name = fact_;
    for (const Json& fact : found.value("facts", Json::array())) {
      if (fact.contains(kind)) name = fact.value("name", "");
    }
    Call(kClerk, "RegistryService/EndFact",
         {{"name", name},
          {"valid_to", *client::DateJson(last)},
          {"end_reason", "EARLY"}});
    ASSERT_EQ(failure_.message, "");
  }

  const chengzhou::talentcard::v1::Person child_ =
      population::StoryFamilies().at("d2-child");
  std::string place_, fact_;
};

TEST_F(AffectedTest, WhatWasUsedSinceAFactOfTheHolderEnded) {
  End(talent_.name(), "employment", "2025-05-12");
  EXPECT_FALSE(IsMarked()) << "reserved on its last day";
  End(talent_.name(), "employment", "2025-05-11");
  EXPECT_TRUE(IsMarked());
}

TEST_F(AffectedTest, WhatWasReservedBeforeAndConfirmedSince) {
  MovePlace("ConfirmPlace");
  End(talent_.name(), "employment", "2025-05-19");
  EXPECT_TRUE(IsMarked());
}

TEST_F(AffectedTest, NotWhatWasGivenBack) {
  MovePlace("ReleasePlace");
  End(talent_.name(), "employment", "2025-05-11");
  EXPECT_FALSE(IsMarked());
}

TEST_F(AffectedTest, WhatAChildUsedOnAParentsCardSinceAFactOfTheirOwnEnded) {
  const Json added = Call(kClerk, "RegistryService/AddFact",
                          {{"parent", child_.name()},
                           {"fact",
                            {{"valid_from", *client::DateJson("2025-01-01")},
                             {"school_record", {{"stage", "PRE"}}}}}});
  ASSERT_EQ(failure_.message, "");
  const auto child =
      records::ReadPerson(database_.Latest(), vault_,
                          child_.name().substr(child_.name().find('/') + 1));
  ASSERT_TRUE(child.ok() && *child);
  fact_ = (*child)->facts((*child)->facts_size() - 1).name();
  End(child_.name(), "none", "2025-05-11");
  EXPECT_TRUE(IsMarked());
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
