// Places that are given by order: which queue, as of when, and a page of them.
#include "tests/integration/asking.h"

namespace talentcard {
namespace {

using testing::HasSubstr;
using testing::Not;

const Asker kOffice{"talent-office", "offices/talent", "staff/li", "test"};

class PlacesTest : public AskingTest {
 protected:
  void SetUp() override {
    Publish();
    ImportFamilies();
    for (const char* role : {"d1", "d2"}) {
      cards_[role] = Call(
          kClerk, "CardService/IssueCard",
          {{"holder", families_.at(role).name()}, {"series", "SERIES_PERSON"}});
      ASSERT_TRUE(cards_[role].contains("name")) << failure_.message;
    }
    for (const char* school : {"schools/1", "schools/2"}) {
      Call(kBureau, "SchoolService/PutSchool",
           {{"school",
             {{"name", school},
              {"display_name", school},
              {"stages", {"PRI", "TRANS"}},
              {"quotas",
               {{{"season", 2025},
                 {"grade", 1},
                 {"stage", "PRI"},
                 {"places", 1}},
                {{"season", 2025},
                 {"grade", 1},
                 {"stage", "TRANS"},
                 {"places", 1}}}}}}});
      ASSERT_EQ(failure_.message, "");
    }
  }
  void TearDown() override { ExpectReplays(); }

  Json Reserve(const char* role, const Json& more = Json::object()) {
    const auto& child = families_.at(std::string(role) + "-child");
    return Call(kBureau, "SchoolService/ReservePlace",
                Question(child.documents(0).number(), more));
  }
  // The child of this role went to school in another city.
  void MoveHere(const char* role) {
    for (const Json& fact :
         {Json{{"school_record", {{"stage", "PRE"}, {"elsewhere", "沈阳市"}}}},
          Json{{"declaration", {{"code", "FAMILY_MOVED"}}}}}) {
      Json dated = fact;
      dated["valid_from"] = *client::DateJson("2025-05-01");
      Call(kClerk, "RegistryService/AddFact",
           {{"parent", families_.at(std::string(role) + "-child").name()},
            {"fact", dated}});
      ASSERT_EQ(failure_.message, "");
    }
  }
  static std::string ReasonOf(const Json& place) {
    return place.contains("answer") ? place["answer"].value("reason", "") : "";
  }

  const std::map<std::string, chengzhou::talentcard::v1::Person> families_ =
      population::StoryFamilies();
  std::map<std::string, Json> cards_;
};

TEST_F(PlacesTest, StagesOfOneGradeDoNotWaitForEachOther) {
  ASSERT_EQ(ReasonOf(Reserve("d1")), "OK") << failure_.message;
  MoveHere("d2");
  const Json transfer = Reserve("d2", {{"stage", "TRANS"}});
  ASSERT_EQ(ReasonOf(transfer), "OK") << transfer.dump() << failure_.message;
  EXPECT_EQ(transfer.value("position", 0), 1);
  EXPECT_TRUE(transfer.value("placed", false));
}

TEST_F(PlacesTest, AWaitingFamilyIsOfferedWhatOtherStagesLeaveFree) {
  MoveHere("d1");
  ASSERT_EQ(
      ReasonOf(Reserve("d1", {{"stage", "TRANS"}, {"school", "schools/2"}})),
      "OK");
  ASSERT_EQ(ReasonOf(Reserve("d1")), "OK");
  const Json waits = Reserve("d2");
  ASSERT_EQ(waits.value("position", 0), 2) << waits.dump();
  ASSERT_EQ(waits.value("offers", Json::array()).size(), 1u);
  EXPECT_EQ(waits["offers"][0]["school"], "schools/2");
}

TEST_F(PlacesTest, AGradeThatTheSchoolDoesNotOfferIsSaidToBeAMistake) {
  for (const Json& more : {Json{{"grade", 2}}, Json{{"grade", 0}},
                           Json{{"season", 2026}}, Json{{"stage", "JUN"}}}) {
    EXPECT_EQ(Reserve("d2", more), Json::object()) << more;
    EXPECT_EQ(failure_.reason, "INVALID_REQUEST") << more;
    EXPECT_THAT(failure_.message, HasSubstr("grade")) << more;
  }
  EXPECT_EQ(ReasonOf(Reserve("d2")), "OK") << "and nothing was used up";
}

TEST_F(PlacesTest, WhatWasUsedSinceTheAcceptanceCountsAgainstIt) {
  AdvanceTo("2025-05-14T08:00:00+08:00");
  ASSERT_EQ(ReasonOf(Reserve("d2")), "OK") << failure_.message;
  AdvanceTo("2025-05-16T08:00:00+08:00");
  const Json again =
      Reserve("d2", {{"school", "schools/2"},
                     {"acceptance_time", "2025-05-13T09:00:00+08:00"}});
  EXPECT_EQ(ReasonOf(again), "STAGE_ALREADY_USED") << again.dump();
}

TEST_F(PlacesTest, ACardRevokedSinceTheAcceptanceGivesNoPlace) {
  AdvanceTo("2025-05-14T08:00:00+08:00");
  const auto revoked = Together(*client_, kOffice, "CardService/RevokeCard",
                                {{"name", cards_["d2"]["name"]},
                                 {"cause", "FRAUD"},
                                 {"etag", cards_["d2"]["etag"]},
                                 {"request_id", "revoke-0001"}});
  ASSERT_TRUE(revoked.ok()) << revoked.status();
  AdvanceTo("2025-05-16T08:00:00+08:00");
  EXPECT_EQ(ReasonOf(Reserve(
                "d2", {{"acceptance_time", "2025-05-13T09:00:00+08:00"}})),
            "NOT_ON_LIST");
}

TEST_F(PlacesTest, ACardThatEndedWithoutFaultSinceTheAcceptanceStillGivesOne) {
  AdvanceTo("2025-05-14T08:00:00+08:00");
  Call(kClerk, "CardService/CancelCard",
       {{"name", cards_["d2"]["name"]}, {"cause", "OWN_REQUEST"}});
  ASSERT_EQ(failure_.message, "");
  AdvanceTo("2025-05-16T08:00:00+08:00");
  EXPECT_EQ(ReasonOf(Reserve("d2")), "NOT_ON_LIST");
  EXPECT_EQ(ReasonOf(Reserve(
                "d2", {{"acceptance_time", "2025-05-13T09:00:00+08:00"}})),
            "OK");
}

TEST_F(PlacesTest, AnAcceptanceToComeIsRefusedAndOneNowIsTaken) {
  Reserve("d2", {{"acceptance_time", "2025-05-12T08:00:01+08:00"}});
  EXPECT_EQ(failure_.reason, "INVALID_REQUEST");
  EXPECT_THAT(failure_.message, HasSubstr("acceptance_time"));
  EXPECT_EQ(ReasonOf(Reserve(
                "d2", {{"acceptance_time", "2025-05-12T08:00:00+08:00"}})),
            "OK");
}

// 海委发〔2022〕17号 is in force from 16 November 2022.
TEST_F(PlacesTest, AnAcceptanceBeforeTheRulesIsRefused) {
  for (const char* time :
       {"2022-11-15T23:59:59+08:00", "2005-05-13T09:00:00+08:00"}) {
    Reserve("d2", {{"acceptance_time", time}});
    EXPECT_EQ(failure_.reason, "INVALID_REQUEST") << time;
    EXPECT_THAT(failure_.message, HasSubstr("acceptance_time")) << time;
  }
}

struct Token {
  const Asker& asker;
  const char* method;
  Json request;
  const char* token;
};

TEST_F(PlacesTest, APageThatWasNeverOfferedIsRefusedAndTellsNothing) {
  const Json list = {{"school", "schools/1"}, {"season", 2025}, {"grade", 1}};
  for (const Token& page : std::initializer_list<Token>{
           {kBureau, "SchoolService/ListPlaces", list, "-1"},
           {kBureau, "SchoolService/ListPlaces", list, "4294967296"},
           {kBureau, "SchoolService/ListPlaces", list, "next"},
           {kClerk, "PolicyService/ListPolicies", Json::object(), "64ff"},
           {kClerk, "PolicyService/ListPolicies", Json::object(), "ff"},
           {kClerk, "PolicyService/ListPolicies", Json::object(), "00"},
           {kClerk, "PolicyService/ListPolicies", Json::object(), "zz"}}) {
    Json request = page.request;
    request["page_token"] = page.token;
    EXPECT_EQ(Call(page.asker, page.method, request), Json::object());
    EXPECT_EQ(failure_.reason, "INVALID_REQUEST") << page.method << page.token;
    EXPECT_THAT(failure_.message, HasSubstr("page_token"));
    EXPECT_THAT(failure_.message, Not(HasSubstr("policies/")));
  }
  Json behind = list;
  behind["page_token"] = "4294967295";
  EXPECT_EQ(Call(kBureau, "SchoolService/ListPlaces", behind), Json::object());
  EXPECT_EQ(failure_.message, "");
}

TEST_F(PlacesTest, PagesGoOnWhereTheLastOneEnded) {
  ASSERT_EQ(ReasonOf(Reserve("d1")), "OK");
  ASSERT_EQ(ReasonOf(Reserve("d2")), "OK");
  Json list = {{"school", "schools/1"},
               {"season", 2025},
               {"grade", 1},
               {"page_size", 1}};
  std::vector<int> positions;
  for (std::string token = "0"; !token.empty();) {
    list["page_token"] = token;
    const Json page = Call(kBureau, "SchoolService/ListPlaces", list);
    for (const Json& place : page.value("places", Json::array()))
      positions.push_back(place.value("position", 0));
    token = page.value("next_page_token", "");
  }
  EXPECT_THAT(positions, testing::ElementsAre(1, 2));
}

}  // namespace
}  // namespace talentcard
