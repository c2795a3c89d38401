// A department reads the records of whom it has in hand, and of nobody else.
#include <set>

#include "tests/integration/asking.h"

namespace talentcard {
namespace {

const Asker kReviewer{"reviewer", "stations/ganwang", "staff/zhao",
                      "first review"};
const Asker kDepartment{"department", "departments/hr-bureau", "staff/xu",
                        "title review"};

class InHandTest : public AskingTest {
 protected:
  void SetUp() override {
    Publish();
    ImportFamilies();
    Bring(talent_);
  }
  // Somebody's recognition before the first reviewer.
  void Bring(const std::string& person) {
    const Json opened = Call(kClerk, "MatterService/OpenMatter",
                             {{"matter",
                               {{"kind", "recognition"},
                                {"subject", person},
                                {"station", kClerk.institution},
                                {"fields",
                                 {{"criterion", "deputy-senior-title"},
                                  {"route", "R_TITLE"},
                                  {"series", "SERIES_PERSON"}}}}}});
    matter_ = opened.value("name", "");
    Act(kClerk, "accept");
  }
  void Act(const Asker& asker, const char* action) {
    Call(asker, "MatterService/ActOnMatter",
         {{"name", matter_}, {"action", action}});
    ASSERT_EQ(failure_.message, "") << action;
  }
  // Whether the department is shown something, of the record and of the tier
  // alike.
  bool Reads(const std::string& person) {
    const Json record =
        Call(kDepartment, "RegistryService/GetPerson", {{"name", person}});
    const bool shown = record.contains("facts");
    const std::string reason = shown ? "" : "RESOURCE_NOT_FOUND";
    EXPECT_EQ(failure_.reason, reason);
    Call(kDepartment, "CardService/AssessTier", {{"person", person}});
    EXPECT_EQ(failure_.reason, reason);
    return shown;
  }

  const std::string talent_ = population::StoryFamilies().at("d2").name();
  const std::string other_ = population::StoryFamilies().at("d1").name();
  std::string matter_;
};

TEST_F(InHandTest, OnlyWhileAMatterAboutThemWaitsThere) {
  EXPECT_FALSE(Reads(talent_)) << "the reviewer has it";
  Act(kReviewer, "pass");
  EXPECT_TRUE(Reads(talent_));
  EXPECT_FALSE(Reads(other_)) << "nobody asked it about them";
  EXPECT_FALSE(Reads("people/0123456789abcdef0123456789abcdef"));
  Act(kDepartment, "publish");
  EXPECT_FALSE(Reads(talent_)) << "the office has it";
}

TEST_F(InHandTest, OfAMinorItSeesTheNameAndNoTicketLetsItSeeMore) {
  const std::string child = population::StoryFamilies().at("d2-child").name();
  Bring(child);
  Act(kReviewer, "pass");
  const Json seen =
      Call(kDepartment, "RegistryService/GetPerson", {{"name", child}});
  std::set<std::string> fields;
  for (const auto& [field, value] : seen.items()) fields.insert(field);
  EXPECT_THAT(fields, testing::ElementsAre("full_name", "name"));
  Call(
      kDepartment, "RegistryService/GetPerson",
      {{"name", child}, {"ticket_id", "5f9c7c6e-4c8b-4c7e-9f0e-2f6c1d3a8b11"}});
  EXPECT_EQ(failure_.reason, "ACCESS_DENIED");
}

class ReportTest : public InHandTest,
                   public testing::WithParamInterface<const char*> {
 protected:
  const std::string person_ = population::StoryFamilies().at(GetParam()).name();
};

TEST_P(ReportTest, TellsNothingButItsNameAndIsEndedByWhoMadeIt) {
  const Json told = Call(kDepartment, "RegistryService/AddFact",
                         {{"parent", person_},
                          {"fact",
                           {{"valid_from", *client::DateJson("2025-05-01")},
                            {"honour", {{"code", "MODEL_WORKER"}}}}}});
  ASSERT_EQ(failure_.message, "");
  EXPECT_FALSE(told.contains("full_name"));
  ASSERT_EQ(told["facts"].size(), 1u) << told;
  const Json& own = told["facts"][0];
  EXPECT_FALSE(own.contains("honour"));
  EXPECT_THAT(own.value("recorded_by", ""),
              testing::HasSubstr(kDepartment.institution));
  Asker another = kDepartment;
  another.institution = "departments/organisation-department";
  const Json end = {{"name", own["name"]},
                    {"valid_to", *client::DateJson("2025-05-10")}};
  Call(another, "RegistryService/EndFact", end);
  EXPECT_EQ(failure_.reason, "RESOURCE_NOT_FOUND") << failure_.message;
  const Json ended = Call(kDepartment, "RegistryService/EndFact", end);
  EXPECT_EQ(failure_.message, "");
  EXPECT_EQ(ended["facts"].size(), 1u) << ended;
}

INSTANTIATE_TEST_SUITE_P(Ages, ReportTest, testing::Values("d1", "d2-child"),
                         [](const auto& test) {
                           return test.index == 0 ? "Adult" : "Minor";
                         });

}  // namespace
}  // namespace talentcard
