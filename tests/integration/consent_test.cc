// Consents at the desk: who may give and withdraw them, and what schools learn.
#include "gmock/gmock.h"
#include "tests/integration/world.h"

namespace talentcard {
namespace {

using testing::HasSubstr;

const Asker kClerk{"clerk", "stations/haizhou", "staff/wang", "counter 3"};
const Asker kSchool{"school", "schools/1", "staff/zhao", "enrolment 2025"};

class ConsentTest : public World {
 protected:
  void SetUp() override {
    Publish();
    ImportFamilies();
    auto families = population::StoryFamilies();
    father_ = families.at("d2").name();
    child_ = families.at("d2-child").name();
    number_ = families.at("d2-child").documents(0).number();
    stranger_ = families.at("d1").name();
    Call(kClerk, "CardService/IssueCard",
         {{"holder", father_}, {"series", "SERIES_PERSON"}});
  }

  Json Call(const Asker& asker, const std::string& method, Json request) {
    request["request_id"] = absl::StrCat("consent-", ++requests_, "-test");
    failure_ = {};
    return client_->Call(asker, method, request, &failure_)
        .value_or(Json::object());
  }
  Json Give(const std::string& by, const char* recipient = "school",
            const Json& more = Json::object()) {
    Json consent = {{"purpose", "SCHOOL_PLACE"},
                    {"recipient", recipient},
                    {"given_by", by},
                    {"text_version", "2025-01"}};
    consent.update(more);
    return Call(kClerk, "RegistryService/GiveConsent",
                {{"parent", child_}, {"consent", consent}});
  }
  Json Withdraw(const std::string& by, const Json& more = Json::object()) {
    Json request = {{"parent", child_}, {"withdrawn_by", by}};
    request.update(more);
    return Call(kClerk, "RegistryService/WithdrawConsent", request);
  }
  // What the school learns: the outcome and the reason.
  std::string Learns() {
    const Json answer =
        Call(kSchool, "SchoolService/QueryEnrolment",
             {{"school", "schools/1"},
              {"document",
               {{"kind", "RESIDENT_IDENTITY_CARD"}, {"number", number_}}},
              {"stage", "PRI"},
              {"season", 2025},
              {"grade", 1}});
    return absl::StrCat(answer.value("outcome", failure_.message), " ",
                        answer.value("reason", ""));
  }
  Json NewPerson(const char* name, const char* sex) {
    const Json number =
        population::IdNumber("19850505", 100 + static_cast<int>(++people_));
    return Call(
        kClerk, "RegistryService/CreatePerson",
        {{"person",
          {{"full_name", name},
           {"sex", sex},
           {"documents",
            {{{"kind", "RESIDENT_IDENTITY_CARD"}, {"number", number}}}}}}});
  }

  std::string father_, child_, number_, stranger_;
  client::Failure failure_;
  int requests_ = 0;
  int people_ = 0;
};

constexpr char kWaits[] = "ALLOW_WITH_CONDITIONS CONSENT_MISSING";

TEST_F(ConsentTest, WithdrawnItTellsSchoolsNothingFromThatMomentOn) {
  ASSERT_EQ(Learns(), "ALLOW OK");
  const Json after = Withdraw(father_);
  EXPECT_FALSE(after["consents"][0]["withdraw_time"].is_null());
  EXPECT_EQ(Learns(), kWaits);
  EXPECT_EQ(Withdraw(father_), Json::object()) << "nothing stands any more";
  EXPECT_EQ(failure_.code, grpc::StatusCode::NOT_FOUND);
  Give(father_);
  EXPECT_EQ(Learns(), "ALLOW OK");
}

TEST_F(ConsentTest, ToOneSchoolItIsToThatSchoolAlone) {
  Withdraw(father_);
  Give(father_, "schools/2");
  EXPECT_EQ(Learns(), kWaits);
  Give(father_, "schools/1");
  EXPECT_EQ(Learns(), "ALLOW OK");
  Withdraw(father_, {{"recipient", "schools/2"}});
  EXPECT_EQ(Learns(), "ALLOW OK");
  Withdraw(father_, {{"purpose", "SCHOOL_PLACE"}, {"recipient", "schools/1"}});
  EXPECT_EQ(Learns(), kWaits);
}

TEST_F(ConsentTest, NobodyElseGivesOrWithdrawsIt) {
  for (const std::string& giver : {stranger_, child_}) {
    Give(giver);
    EXPECT_EQ(failure_.reason, "RULES_REFUSE") << giver;
  }
  Withdraw(stranger_);
  EXPECT_EQ(failure_.reason, "RULES_REFUSE");
  EXPECT_THAT(failure_.message, HasSubstr("guardian on record"));
  EXPECT_EQ(Learns(), "ALLOW OK");
}

TEST_F(ConsentTest, TheOtherParentsCountsOnceOnRecordAsOne) {
  Withdraw(father_);
  const std::string mother = NewPerson("林一", "FEMALE").value("name", "");
  Give(mother);
  EXPECT_EQ(failure_.reason, "RULES_REFUSE");
  Call(kClerk, "RegistryService/PutRelation",
       {{"parent", mother},
        {"relation",
         {{"person", child_},
          {"code", "20"},
          {"valid_from", {{"year", 2019}, {"month", 3}, {"day", 10}}}}}});
  ASSERT_EQ(failure_.message, "");
  Give(mother);
  EXPECT_EQ(failure_.message, "");
  EXPECT_EQ(Learns(), "ALLOW OK") << "on the father's card";
}

TEST_F(ConsentTest, EveryMistakeIsToldAtOnce) {
  Give("somebody", "hospital",
       {{"purpose", "ADVERTISING"},
        {"valid_from", {{"year", 2025}, {"month", 2}, {"day", 30}}},
        {"text_version", ""}});
  for (const char* field : {"consent.purpose", "consent.given_by",
                            "consent.valid_from", "consent.text_version"})
    EXPECT_THAT(failure_.message, HasSubstr(field));
  Give(father_, "hospital", {{"text_version", "2019-01"}});
  EXPECT_THAT(failure_.message, HasSubstr("consent.recipient"));
  EXPECT_THAT(failure_.message, HasSubstr("为办理入学"))
      << "the text to sign is told";
  EXPECT_EQ(Learns(), "ALLOW OK");
}

TEST_F(ConsentTest, NoOtherWayChangesConsents) {
  Call(kClerk, "RegistryService/UpdatePerson",
       {{"person", {{"name", child_}}}, {"update_mask", "consents"}});
  EXPECT_THAT(failure_.message, HasSubstr("`consents` cannot be updated"));
  Call(kClerk, "RegistryService/CreatePerson",
       {{"person",
         {{"full_name", "某某"},
          {"consents", {{{"purpose", "SCHOOL_PLACE"}}}}}}});
  EXPECT_THAT(failure_.message, HasSubstr("person.consents"));
}

}  // namespace
}  // namespace talentcard
