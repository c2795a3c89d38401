// A person's copy of what is kept about them: all of it, and nothing of others.
#include "gmock/gmock.h"
#include "services/signing/signer.h"
#include "tests/integration/consenting.h"
#include "tools/chengzhou/code_root.h"

namespace talentcard {
namespace {

using testing::HasSubstr;
using testing::Not;

const Asker kOffice{"talent-office", "offices/talent", "staff/li", "review"};
const Asker kHospital{"hospital", "hospitals/haicheng-central", "staff/desk",
                      "at the desk"};
const Asker kKeeper{"security-admin", "offices/security", "staff/keeper", "x"};
const Asker kKeeper2{"security-admin", "offices/security", "staff/other", "x"};
const Asker kOrganisation{"department", "departments/organisation-department",
                          "staff/qian", "placements"};

class ExportTest : public ConsentTest {
 protected:
  void SetUp() override {
    ConsentTest::SetUp();
    const Json married =
        NewPerson("张婷", "FEMALE", "1984-09-09",
                  {{"phone", "13912345678"},
                   {"facts",
                    {{{"valid_from", Date("2010-07-01")},
                      {"employment",
                       {{"employer", "employers/11210000000000000X"},
                        {"sector", "CIVIL_SERVANT"},
                        {"in_haicheng", false}}}}}}});
    wife_ = married.value("name", "");
    wife_number_ = population::IdNumber("19840909", 100 + 2 * people_);
    Relate(father_, wife_, "12", "2010-10-01", {{"filed", true}});
  }
  Json CopyOf(const std::string& person, const Json& more = Json::object()) {
    Json request = {{"name", person}};
    request.update(more);
    failure_ = {};
    return client_
        ->Call(kClerk, "RegistryService/ExportPerson", request, &failure_)
        .value_or(Json::object());
  }
  // Answers of a hospital about whoever has this number; the last one's name.
  std::string Verify(const std::string& number, int times = 1) {
    Json told;
    for (int i = 0; i < times; ++i)
      told = Call(kHospital, "HospitalService/VerifyGreenChannel",
                  {{"hospital", kHospital.institution},
                   {"document", Resident(number)}});
    EXPECT_EQ(failure_.message, "");
    return told.value("decision", "");
  }
  static Json Decision(const Json& copy, const std::string& name) {
    for (const Json& one : copy.value("decisions", Json::array())) {
      if (one["decision"].value("name", "") == name) return one;
    }
    return Json::object();
  }
  // A post was offered to the wife.
  void Place() {
    Call(kClerk, "RegistryService/GiveConsent",
         {{"parent", wife_},
          {"consent",
           {{"purpose", "SPOUSE_PLACEMENT"},
            {"recipient", "department"},
            {"given_by", wife_},
            {"text_version", "2025-01"}}}});
    const Json opened = Call(kClerk, "SpousePlacementService/OpenPlacement",
                             {{"holder", father_}, {"spouse", wife_}});
    placement_ = opened.value("name", "");
    answer_ = opened["decision"].value("name", "");
    Call(kOrganisation, "SpousePlacementService/AcknowledgePlacement",
         {{"name", placement_}});
    Call(kOrganisation, "SpousePlacementService/OfferPost",
         {{"name", placement_},
          {"employer", "employers/11210381000000000X"},
          {"post", "四级主任科员"}});
    ASSERT_EQ(failure_.message, "");
  }
  // A code of the father's card, taken by a hospital without network.
  void Scan() {
    const auto wanted =
        client_->Call(kKeeper, "CardService/GetCodeKeys", {{"months", 0}});
    const auto root = signing::MakeSigner(code::Algorithm::kEdDsa, KeyOf(4));
    Json list = *client::VouchFor(*wanted, *root, clock_.Now(), 40, {});
    list["request_id"] = "export-keys-0001";
    ASSERT_TRUE(Together(*client_, kKeeper, "CardService/PublishCodeKeys", list,
                         &failure_, kKeeper2)
                    .ok());
    const std::string card = CopyOf(father_)["cards"][0].value("name", "");
    const Json code =
        Call(kClerk, "CardService/IssueCardCode", {{"name", card}});
    Json told = Call(
        kHospital, "CardService/ReportScans",
        {{"scans",
          {{{"code", code["text"]},
            {"scan_time", absl::FormatTime(absl::RFC3339_full, clock_.Now(),
                                           absl::UTCTimeZone())}}}}});
    ASSERT_EQ(told["findings"][0].value("outcome", ""), "RECORDED")
        << failure_.message;
  }

  std::string wife_, wife_number_, placement_, answer_;
};

TEST_F(ExportTest, HasEveryDecisionAboutThePersonAndWhoAsked) {
  const auto own = population::StoryFamilies().at("d2").documents(0).number();
  const std::string his = Verify(own), hers = Verify(wife_number_);
  const Json copy = CopyOf(father_);
  Json told = Decision(copy, his);
  EXPECT_EQ(told["asked_by"], "hospital@hospitals/haicheng-central");
  EXPECT_EQ(told["decision"]["outcome"], "ALLOW");
  EXPECT_NE(told["decision"].value("tier", ""), "") << "his own";
  EXPECT_EQ(Decision(copy, hers), Json::object()) << "about her";
  EXPECT_THAT(copy.dump(), Not(HasSubstr("staff/desk")));
}

TEST_F(ExportTest, ADecisionOnAnothersCardTellsNothingOfThatOne) {
  const std::string name =
      Call(kClerk, "EntitlementService/CheckEntitlement",
           {{"entitlement", "MED_GREEN"}, {"beneficiary", wife_}})
          .value("name", "");
  Json told = Decision(CopyOf(wife_), name);
  EXPECT_EQ(told["decision"]["outcome"], "ALLOW") << failure_.message;
  EXPECT_EQ(told["decision"]["relation"], "SPOUSE");
  EXPECT_NE(told["decision"]["explanation"].value("zh", ""), "");
  for (const char* field : {"tier", "findings", "missing", "next_change_time"})
    EXPECT_FALSE(told["decision"].contains(field)) << field;
}

TEST_F(ExportTest, OfAReasonThatLiesWithTheHolderItSaysWhatADeskIsTold) {
  Call(kOffice, "CardService/SuspendCard",
       {{"name", CopyOf(father_)["cards"][0]["name"]},
        {"cause", "INVESTIGATION"}});
  ASSERT_EQ(failure_.message, "");
  Json told = Decision(CopyOf(wife_), Verify(wife_number_));
  EXPECT_EQ(told["decision"]["outcome"], "DENY");
  EXPECT_THAT(told.dump(), Not(HasSubstr("SUSPENDED")));
  EXPECT_EQ(told["decision"]["reasons"][0], "NOT_ON_LIST");
}

TEST_F(ExportTest, OlderDecisionsAreOnPagesOfTheirOwn) {
  const std::string first = Verify(wife_number_);
  Verify(wife_number_, 1000);
  Json page = CopyOf(wife_);
  EXPECT_EQ(Decision(page, first), Json::object());
  const std::string token = page.value("next_page_token", "");
  ASSERT_NE(token, "");
  Json last = CopyOf(wife_, {{"page_token", token}});
  EXPECT_EQ(Decision(last, first)["decision"]["name"], first);
  EXPECT_FALSE(last.contains("next_page_token"));
  CopyOf(wife_, {{"page_token", "x"}});
  EXPECT_THAT(failure_.message, HasSubstr("page_token"));
}

TEST_F(ExportTest, HasWhatDesksTookOfTheirCodesWithoutTheStaff) {
  Scan();
  Json scans = CopyOf(father_).value("scans", Json::array());
  ASSERT_EQ(scans.size(), 1u) << failure_.message;
  EXPECT_EQ(scans[0]["scans"][0]["institution"], kHospital.institution);
  EXPECT_EQ(scans[0]["scans"][0]["outcome"], "RECORDED");
  EXPECT_THAT(scans.dump(), Not(HasSubstr("staff")));
  EXPECT_FALSE(CopyOf(wife_).contains("scans")) << "of his card";
}

TEST_F(ExportTest, ASpouseHasTheirPlacementAndTheHolderThatThereIsOne) {
  Place();
  Json hers = CopyOf(wife_), his = CopyOf(father_);
  ASSERT_EQ(hers["named_in"].size(), 1u);
  Json matter = hers["named_in"][0];
  EXPECT_EQ(matter["fields"]["track"], "CIVIL_SERVANT");
  EXPECT_EQ(matter["state"], "OFFERED");
  EXPECT_THAT(matter.dump(), HasSubstr("四级主任科员"));
  EXPECT_THAT(matter.dump(), Not(HasSubstr("staff/")));
  EXPECT_FALSE(hers.contains("matters"));
  EXPECT_EQ(Decision(hers, answer_)["decision"]["grant"]["owner"],
            "organisation-department");
  ASSERT_EQ(his["matters"].size(), 1u);
  EXPECT_EQ(his["matters"][0]["fields"], (Json{{"spouse", wife_}}));
  EXPECT_EQ(his["matters"][0]["state"], "OFFERED");
  EXPECT_FALSE(his["matters"][0].contains("history"));
  EXPECT_FALSE(his.contains("named_in"));
}

TEST_F(ExportTest, NeitherHasTheOthersFacts) {
  Place();
  Json hers = CopyOf(wife_), his = CopyOf(father_);
  for (const char* of_hers : {"CIVIL_SERVANT", "13912345678", "张婷",
                              "四级主任科员", "11210000000000000X"}) {
    EXPECT_THAT(his.dump(), Not(HasSubstr(of_hers)));
    EXPECT_THAT(hers.dump(), HasSubstr(of_hers));
  }
  const auto holder = population::StoryFamilies().at("d2");
  const std::string tier = his["cards"][0].value("tier", "-");
  for (const std::string& of_his :
       {tier, holder.full_name(), holder.documents(0).number()}) {
    EXPECT_THAT(hers.dump(), Not(HasSubstr(of_his)));
    EXPECT_THAT(his.dump(), HasSubstr(of_his));
  }
}

TEST_F(ExportTest, AMarriageThatEndedAndAConsentTakenBackTakeNothingAway) {
  Place();
  Relate(father_, wife_, "12", "2010-10-01",
         {{"filed", true}, {"valid_to", Date("2025-05-11")}});
  Call(kClerk, "RegistryService/WithdrawConsent",
       {{"parent", wife_}, {"withdrawn_by", wife_}});
  ASSERT_EQ(failure_.message, "");
  EXPECT_EQ(CopyOf(wife_)["named_in"].size(), 1u) << failure_.message;
}

struct AgeCase {
  const char* name;
  const char* born;
  bool by_ticket;
};

class ExportByAgeTest : public ExportTest,
                        public testing::WithParamInterface<AgeCase> {};

TEST_P(ExportByAgeTest, WhatIsAskedAboutAMinorIsInTheCopyThatTakesTwo) {
  const AgeCase& c = GetParam();
  const std::string child =
      NewPerson("孙晓", "FEMALE", c.born).value("name", "");
  Relate(father_, child, "30", c.born, {{"filed", true}});
  const std::string name =
      Call(kClerk, "EntitlementService/CheckEntitlement",
           {{"entitlement", "MED_GREEN"}, {"beneficiary", child}})
          .value("name", "");
  Json copy = CopyOf(child);
  EXPECT_EQ(failure_.reason, c.by_ticket ? "APPROVAL_NEEDED" : "");
  if (c.by_ticket) {
    const Json request = {
        {"name", child}, {"ticket_id", "5f9c7c6e-4c8b-4c7e-9f0e-2f6c1d3a8b11"}};
    const Json proposal =
        Call(kClerk, "ApprovalService/ProposeAct",
             *client::ProposalOf("RegistryService/ExportPerson", request, "x"));
    Call(kOffice, "ApprovalService/ApproveProposal",
         client::RulingOn(proposal, Ed25519Key(KeyOf(5).bytes),
                          /*approves=*/true, ""));
    copy = CopyOf(child, request);
  }
  EXPECT_EQ(Decision(copy, name)["decision"]["name"], name) << failure_.message;
  EXPECT_FALSE(Decision(copy, name)["decision"].contains("tier"));
}

// Today is 12 May 2025.
INSTANTIATE_TEST_SUITE_P(
    Ages, ExportByAgeTest,
    testing::ValuesIn<AgeCase>({{"Thirteen", "2011-05-13", true},
                                {"Fourteen", "2011-05-12", true},
                                {"Seventeen", "2007-05-13", true},
                                {"Eighteen", "2007-05-12", false}}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace talentcard
