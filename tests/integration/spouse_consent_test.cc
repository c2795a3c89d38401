// The departments that place spouses see and do only what the spouse agrees to,
// at whatever desk they ask.
#include "gmock/gmock.h"
#include "tests/integration/consenting.h"

namespace talentcard {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const Asker kOrganisation{"department", "departments/organisation-department",
                          "staff/qian", "placements"};
const Asker kOtherDepartment{"department", "departments/hr-bureau", "staff/xu",
                             "placements"};

class SpouseConsentTest : public ConsentTest {
 protected:
  void SetUp() override {
    ConsentTest::SetUp();
    wife_ = NewPerson("张婷", "FEMALE", "1984-09-09",
                      {{"facts",
                        {{{"valid_from", Date("2010-07-01")},
                          {"employment",
                           {{"employer", "employers/11210000000000000X"},
                            {"sector", "CIVIL_SERVANT"},
                            {"in_haicheng", false}}}}}}})
                .value("name", "");
    Relate(father_, wife_, "12", "2010-10-01", {{"filed", true}});
  }

  void Consent(const Json& more = Json::object()) {
    Json consent = {{"purpose", "SPOUSE_PLACEMENT"},
                    {"recipient", "department"},
                    {"given_by", wife_},
                    {"text_version", "2025-01"}};
    consent.update(more);
    Call(kClerk, "RegistryService/GiveConsent",
         {{"parent", wife_}, {"consent", consent}});
    EXPECT_EQ(failure_.message, "");
  }
  void TakeBack() {
    Call(kClerk, "RegistryService/WithdrawConsent",
         {{"parent", wife_}, {"withdrawn_by", wife_}});
    EXPECT_EQ(failure_.message, "");
  }
  void Apply() {
    Call(kClerk, "RegistryService/AddFact",
         {{"parent", wife_},
          {"fact",
           {{"valid_from", Date("2025-05-12")},
            {"declaration", {{"code", "WANTS_PLACEMENT"}}}}}});
    EXPECT_EQ(failure_.message, "");
  }
  std::string Open() {
    return Call(kClerk, "SpousePlacementService/OpenPlacement",
                {{"holder", father_}, {"spouse", wife_}})
        .value("name", "");
  }
  Json Get(const Asker& asker) {
    return Call(asker, "SpousePlacementService/GetPlacement",
                {{"name", placement_}});
  }
  size_t Listed() {
    return Call(kOrganisation, "SpousePlacementService/ListPlacements",
                {{"owner", "organisation-department"}})
        .value("placements", Json::array())
        .size();
  }
  Json Acknowledge() {
    return Call(kOrganisation, "SpousePlacementService/AcknowledgePlacement",
                {{"name", placement_}});
  }
  Json Offer() {
    return Call(kOrganisation, "SpousePlacementService/OfferPost",
                {{"name", placement_},
                 {"employer", "employers/11210381000000000X"},
                 {"post", "四级主任科员"}});
  }

  // Its matter, by the service that knows no kind of matter.
  std::string Matter() const {
    return "matters/" + placement_.substr(placement_.find('/') + 1);
  }
  Json GetMatter(const Asker& asker) {
    return Call(asker, "MatterService/GetMatter", {{"name", Matter()}});
  }
  Json Act(const Asker& asker, const char* action,
           const Json& fields = Json::object()) {
    return Call(asker, "MatterService/ActOnMatter",
                {{"name", Matter()}, {"action", action}, {"fields", fields}});
  }
  Json OfferAsMatter() {
    return Act(kOrganisation, "offer",
               {{"employer", "employers/11210381000000000X"},
                {"post", "四级主任科员"}});
  }
  Json Check(const Asker& asker, const Json& more = Json::object()) {
    Json request = {{"entitlement", "SPO_PLACE"},
                    {"beneficiary", wife_},
                    {"holder", father_}};
    request.update(more);
    return Call(asker, "EntitlementService/CheckEntitlement", request);
  }
  // What a list of matters has of this one; null if nothing.
  Json InList(const Asker& asker, const Json& of) {
    const Json matters = Call(asker, "MatterService/ListMatters", of)
                             .value("matters", Json::array());
    for (const Json& matter : matters) {
      if (matter.value("name", "") == Matter()) return matter;
    }
    return nullptr;
  }

  std::string wife_, placement_;
};

TEST_F(SpouseConsentTest, WithoutItNoPlacementBegins) {
  EXPECT_EQ(Open(), "");
  EXPECT_EQ(failure_.reason, "RULES_REFUSE");
  EXPECT_THAT(failure_.message, HasSubstr("the consent is signed"));
  Consent();
  EXPECT_NE(Open(), "") << failure_.message;
  ExpectReplays();
}

TEST_F(SpouseConsentTest, AnApplicationIsAsGoodUntilConsentIsTakenBack) {
  Apply();
  placement_ = Open();
  EXPECT_NE(placement_, "") << failure_.message;
  EXPECT_EQ(Get(kOrganisation)["name"], placement_);
  Consent();
  TakeBack();
  Get(kOrganisation);
  EXPECT_EQ(failure_.code, grpc::StatusCode::NOT_FOUND);
}

TEST_F(SpouseConsentTest, AnOlderApplicationBeginsNothingOnceItIsTakenBack) {
  Apply();
  Consent();
  TakeBack();
  EXPECT_EQ(Open(), "");
  EXPECT_EQ(failure_.reason, "RULES_REFUSE");
  Consent();
  EXPECT_NE(Open(), "") << failure_.message;
}

TEST_F(SpouseConsentTest, TakenBackItEndsWhatTheDepartmentSeesAndDoes) {
  Consent();
  placement_ = Open();
  EXPECT_EQ(Acknowledge()["name"], placement_) << failure_.message;
  EXPECT_EQ(Get(kOrganisation)["spouse"], wife_);
  EXPECT_EQ(Listed(), 1u);
  TakeBack();
  Get(kOrganisation);
  EXPECT_EQ(failure_.code, grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(Listed(), 0u);
  Offer();
  EXPECT_EQ(failure_.code, grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(Get(kClerk)["name"], placement_) << "the station sees it still";
  Consent();
  EXPECT_EQ(Offer()["name"], placement_) << failure_.message;
}

TEST_F(SpouseConsentTest, NobodyIsPlacedWhoTookItBack) {
  Consent();
  placement_ = Open();
  Acknowledge();
  Offer();
  TakeBack();
  const auto answer = [&](bool accept) {
    return Call(kClerk, "SpousePlacementService/AnswerOffer",
                {{"name", placement_}, {"accept", accept}});
  };
  answer(true);
  EXPECT_EQ(failure_.reason, "RULES_REFUSE");
  answer(false);
  EXPECT_EQ(failure_.message, "");
}

TEST_F(SpouseConsentTest, AnotherDepartmentsPlacementIsNotThere) {
  Consent();
  placement_ = Open();
  Get(kOtherDepartment);
  EXPECT_EQ(failure_.code, grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(Get(kOrganisation)["name"], placement_) << failure_.message;
}

const Asker kOffice{"talent-office", "offices/talent", "staff/li", "review"};
const Asker kReviewer{"reviewer", "towns/haizhou", "staff/ma", "review"};
const Asker kAuditor{"auditor", "offices/audit", "staff/a", "audit"};

struct StandingCase {
  const char* name;
  const char* valid_to;  // Of the consent, if any.
  bool withdrawn;
  bool again;
  bool agrees;  // On 14 May 2025.
};

class StandingConsentTest : public SpouseConsentTest,
                            public testing::WithParamInterface<StandingCase> {
 protected:
  // A placement that the department took up on 12 May, two days later.
  void SetUp() override {
    SpouseConsentTest::SetUp();
    const StandingCase& c = GetParam();
    Consent(c.valid_to == nullptr ? Json::object()
                                  : Json{{"valid_to", Date(c.valid_to)}});
    placement_ = Open();
    Acknowledge();
    ASSERT_EQ(failure_.message, "");
    AdvanceTo("2025-05-14T08:00:00+08:00");
    if (c.withdrawn) TakeBack();
    if (c.again) Consent();
  }
  bool agrees() const { return GetParam().agrees; }
  std::string NotThere() const { return agrees() ? "" : "RESOURCE_NOT_FOUND"; }
};

TEST_P(StandingConsentTest, TheDepartmentSeesTheMatterByItAlone) {
  const Json seen = GetMatter(kOrganisation);
  EXPECT_EQ(failure_.reason, NotThere());
  EXPECT_EQ(seen.contains("fields"), agrees());
  EXPECT_EQ(InList(kOrganisation, {{"owner", "department"}}).is_object(),
            agrees());
  Get(kOrganisation);
  EXPECT_EQ(failure_.reason, NotThere());
  EXPECT_EQ(Listed(), agrees() ? 1u : 0u);
}

TEST_P(StandingConsentTest, TheDepartmentMovesTheMatterByItAlone) {
  const Json moved = OfferAsMatter();
  EXPECT_EQ(failure_.reason, NotThere());
  EXPECT_EQ(moved.value("state", ""), agrees() ? "OFFERED" : "");
  Act(kOrganisation, "close", {{"ground", "x"}});
  EXPECT_NE(failure_.message, "") << "it has gone on, or is not there";
  EXPECT_EQ(GetMatter(kAuditor).value("state", ""),
            agrees() ? "OFFERED" : "ACKNOWLEDGED");
}

TEST_P(StandingConsentTest, TheDepartmentIsToldOfTheRightByItAlone) {
  for (const Json& more :
       {Json::object(), Json{{"valid_time", "2025-05-12T09:00:00+08:00"}}}) {
    Json told = Check(kOrganisation, more);
    EXPECT_EQ(failure_.message, "");
    EXPECT_EQ(told["reasons"][0],
              agrees() ? "LIMIT_REACHED" : "CARD_NOT_FOUND");
  }
}

TEST_P(StandingConsentTest, TheStationSeesItAndWhetherItIsStopped) {
  for (const Asker& asker : {kClerk, kOffice}) {
    for (Json seen :
         {GetMatter(asker), InList(asker, {{"subject", father_}}),
          InList(asker, {{"owner", "department"}}), Get(asker)["matter"]}) {
      EXPECT_EQ(seen["state"], "ACKNOWLEDGED") << failure_.message;
      EXPECT_EQ(seen["fields"]["spouse"], wife_) << "whom to ask";
      EXPECT_EQ(seen.contains("stopped"), !agrees());
      EXPECT_EQ(seen["fields"].contains("track"), agrees());
      EXPECT_EQ(seen.contains("history"), agrees());
    }
    EXPECT_EQ(Get(asker).contains("track"), agrees());
    EXPECT_EQ(Get(asker).contains("owner"), agrees());
  }
  EXPECT_EQ(Call(kOffice, "SpousePlacementService/ListPlacements",
                 {{"owner", "organisation-department"}})
                .contains("placements"),
            agrees());
  EXPECT_EQ(GetMatter(kAuditor)["fields"]["track"], "CIVIL_SERVANT");
}

// Only a decision reserves what a placement uses up.
TEST_P(StandingConsentTest, AnotherIsNotOpenedAsAMatterWithoutADecision) {
  EXPECT_EQ(Call(kClerk, "MatterService/OpenMatter",
                 {{"matter",
                   {{"kind", "spouse-placement"},
                    {"subject", father_},
                    {"fields",
                     {{"spouse", wife_},
                      {"track", "CIVIL_SERVANT"},
                      {"department", "organisation-department"}}}}}})
                .value("state", ""),
            "");
  EXPECT_EQ(failure_.reason, "INVALID_REQUEST");
}

INSTANTIATE_TEST_SUITE_P(
    Consents, StandingConsentTest,
    testing::ValuesIn<StandingCase>({
        {"Given", nullptr, false, false, true},
        {"OnItsLastDay", "2025-05-14", false, false, true},
        {"TheDayAfterItsLast", "2025-05-13", false, false, false},
        {"RunOutAndGivenAgain", "2025-05-13", false, true, true},
        {"Withdrawn", nullptr, true, false, false},
        {"WithdrawnAndGivenAgain", nullptr, true, true, true},
    }),
    [](const auto& test) { return test.param.name; });

TEST_F(SpouseConsentTest, TheDepartmentIsToldTheTrackByItAlone) {
  const auto track = [&] {
    Json told = Check(kOrganisation);
    return told.contains("grant") ? told["grant"].value("track", "") : "";
  };
  EXPECT_EQ(track(), "");
  Consent();
  EXPECT_EQ(track(), "CIVIL_SERVANT") << failure_.message;
  TakeBack();
  EXPECT_EQ(track(), "");
}

TEST_F(SpouseConsentTest, TheDepartmentAsksAboutNoRightButItsOwn) {
  for (const char* right : {"MED_GREEN", "EDU_PRI"}) {
    EXPECT_EQ(Check(kOrganisation, {{"entitlement", right}}), Json::object());
    EXPECT_EQ(failure_.reason, "ACCESS_DENIED") << right;
    Check(kClerk, {{"entitlement", right}});
    EXPECT_EQ(failure_.message, "") << right;
  }
}

TEST_F(SpouseConsentTest, WithAnApplicationAloneTheDepartmentIsToldToo) {
  Apply();
  placement_ = Open();
  EXPECT_EQ(GetMatter(kOrganisation)["name"], Matter()) << failure_.message;
  EXPECT_EQ(Check(kOrganisation)["reasons"][0], "LIMIT_REACHED")
      << failure_.message;
  Consent();
  TakeBack();
  GetMatter(kOrganisation);
  EXPECT_EQ(failure_.code, grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(Check(kOrganisation)["reasons"][0], "CARD_NOT_FOUND");
}

TEST_F(SpouseConsentTest, AConsentToOneDepartmentTellsThatOneAlone) {
  Consent({{"recipient", "departments/hr-bureau"}});
  EXPECT_EQ(Check(kOrganisation)["reasons"][0], "CARD_NOT_FOUND");
  EXPECT_NE(Check(kOtherDepartment)["reasons"][0], "CARD_NOT_FOUND")
      << failure_.message;
}

TEST_F(SpouseConsentTest, WhoIsNoRecipientIsToldAndTheRecordIsTrue) {
  Json told = Check(kOrganisation);
  EXPECT_EQ(told["reasons"][0], "CARD_NOT_FOUND") << failure_.message;
  EXPECT_THAT(Check(kClerk)["reasons"], ElementsAre("CONSENT_MISSING"));
  Json full = Call(kClerk, "EntitlementService/ExplainDecision",
                   {{"name", told.value("name", "")}});
  EXPECT_EQ(full["decision"]["outcome"], "ALLOW_WITH_CONDITIONS");
  ExpectReplays();
}

// A cancelled card: the rules still look for a consent, and it still counts.
TEST_F(SpouseConsentTest, ItCountsWhateverElseTheRulesSay) {
  Consent();
  placement_ = Open();
  Json card =
      Call(kClerk, "CardService/ListCards", {{"holder", father_}})["cards"][0];
  Call(kClerk, "CardService/CancelCard",
       {{"name", card.value("name", "")}, {"cause", "OWN_REQUEST"}});
  ASSERT_EQ(failure_.message, "");
  EXPECT_EQ(GetMatter(kOrganisation)["name"], Matter()) << failure_.message;
  TakeBack();
  GetMatter(kOrganisation);
  EXPECT_EQ(failure_.code, grpc::StatusCode::NOT_FOUND);
}

TEST_F(SpouseConsentTest, WithItTooItIsThereForNobodyElse) {
  Consent();
  placement_ = Open();
  for (const Asker& asker : {kOtherDepartment, kReviewer}) {
    GetMatter(asker);
    EXPECT_EQ(failure_.reason, "RESOURCE_NOT_FOUND") << asker.institution;
    Act(asker, "acknowledge");
    EXPECT_EQ(failure_.reason, "RESOURCE_NOT_FOUND") << asker.institution;
  }
  EXPECT_TRUE(InList(kReviewer, {{"subject", father_}}).is_null());
  EXPECT_TRUE(InList(kOtherDepartment, {{"owner", "department"}}).is_null());
}

TEST_F(SpouseConsentTest, WhatIsStoppedIsTakenBackOrEndedAndNotGoneOnWith) {
  Consent();
  placement_ = Open();
  Acknowledge();
  OfferAsMatter();
  TakeBack();
  Json stopped = GetMatter(kClerk);
  for (const Json& action : stopped["actions"]) {
    const bool goes_on = action.value("action", "") == "accept";
    EXPECT_EQ(action.value("blocked", Json()) == stopped["stopped"], goes_on)
        << action;
  }
  EXPECT_THAT(stopped["stopped"].dump(), HasSubstr("签署同意书"));
  Act(kClerk, "accept");
  EXPECT_EQ(failure_.reason, "RULES_REFUSE");
  EXPECT_THAT(failure_.message, HasSubstr("the consent is signed"));
  Json refused = Act(kClerk, "refuse");
  EXPECT_EQ(refused["state"], "ACKNOWLEDGED") << failure_.message;
  EXPECT_FALSE(refused["fields"].contains("employer"));
  const Json closed = Act(kOffice, "close", {{"ground", "撤回同意"}});
  EXPECT_EQ(closed["state"], "CLOSED") << failure_.message;
  EXPECT_TRUE(closed.contains("stopped"));
  ExpectReplays();
}

TEST_F(SpouseConsentTest, ALookAtTheMatterIsALookAtTheSpouseToo) {
  Consent();
  placement_ = Open();
  GetMatter(kOrganisation);
  const Json seen = Call(kAuditor, "AuditService/ListEntries",
                         {{"subject", wife_}, {"page_size", 1}});
  EXPECT_THAT(seen.dump(), HasSubstr("MatterService.GetMatter"));
}

}  // namespace
}  // namespace talentcard
