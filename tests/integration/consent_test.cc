// Consents at the desk: who may give and withdraw them, and what schools learn.
#include "chengzhou/talentcard/v1/school_service.grpc.pb.h"
#include "gmock/gmock.h"
#include "services/ledger/leaf.h"
#include "services/ledger/rows.h"
#include "tests/integration/consenting.h"

namespace talentcard {
namespace {

namespace v1 = chengzhou::talentcard::v1;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kNobody[] = "DENY NOT_ON_LIST";
constexpr char kWaits[] = "ALLOW_WITH_CONDITIONS CONSENT_MISSING";

TEST_F(ConsentTest, WithdrawnItTellsSchoolsNothingFromThatMomentOn) {
  ASSERT_EQ(Learns(), "ALLOW OK");
  const Json after = Withdraw(father_);
  EXPECT_FALSE(after["consents"][0]["withdraw_time"].is_null());
  EXPECT_EQ(Learns(), kNobody);
  EXPECT_TRUE(LooksUnknown());
  EXPECT_EQ(Withdraw(father_), Json::object()) << "nothing stands any more";
  EXPECT_EQ(failure_.code, grpc::StatusCode::NOT_FOUND);
  Give(father_);
  EXPECT_EQ(Learns(), "ALLOW OK");
}

TEST_F(ConsentTest, WithoutItAFamilyLearnsAtTheStationWhatIsMissing) {
  Withdraw(father_);
  EXPECT_EQ(Learns(kBureau), kWaits);
  Json answer = Call(kClerk, "EntitlementService/CheckEntitlement",
                     {{"entitlement", "EDU_PRI"},
                      {"beneficiary", child_},
                      {"request",
                       {{"stage", "PRI"},
                        {"season", 2025},
                        {"grade", 1},
                        {"school", "schools/1"}}}});
  EXPECT_EQ(answer["outcome"], "ALLOW_WITH_CONDITIONS");
  EXPECT_THAT(answer["reasons"], ElementsAre("CONSENT_MISSING"));
  EXPECT_THAT(answer.dump(), HasSubstr("签署同意书"));
}

// Whatever else the rules say of the child: too young, before the policy.
TEST_F(ConsentTest, WithoutItASchoolLearnsNoOtherReasonEither) {
  const Json young = {{"season", 2024}};
  const Json early = {{"valid_time", "2020-05-12T08:00:00+08:00"}};
  EXPECT_EQ(Learns(kSchool, young), "DENY AGE_OUT_OF_RANGE");
  EXPECT_EQ(Learns(kSchool, early), "DENY POLICY_NOT_IN_FORCE");
  Withdraw(father_);
  EXPECT_TRUE(LooksUnknown(young));
  EXPECT_TRUE(LooksUnknown(early));
  EXPECT_EQ(Learns(kBureau, young), "DENY AGE_OUT_OF_RANGE");
}

TEST_F(ConsentTest, WithoutItABatchTellsNothingAndTheLogStaysTrue) {
  Withdraw(father_);
  grpc::ClientContext context;
  client_->Identify(kSchool, context);
  const auto stub = v1::SchoolService::NewStub(*client_->Channel(kSchool));
  const auto stream = stub->BatchQueryEnrolment(&context);
  v1::BatchQueryEnrolmentRequest request;
  for (const std::string& number :
       {number_, population::IdNumber("20190310", 998)}) {
    auto* one = request.add_requests();
    one->mutable_document()->set_kind(v1::RESIDENT_IDENTITY_CARD);
    one->mutable_document()->set_number(number);
    one->set_school("schools/1");
    one->set_stage("PRI");
    one->set_season(2025);
    one->set_grade(1);
  }
  v1::BatchQueryEnrolmentResponse response;
  ASSERT_TRUE(stream->Write(request) && stream->Read(&response));
  stream->WritesDone();
  ASSERT_TRUE(stream->Finish().ok());
  ASSERT_EQ(response.responses_size(), 2);
  Json full = Call(kClerk, "EntitlementService/ExplainDecision",
                   {{"name", response.responses(0).decision()}});
  EXPECT_EQ(full["replays"], true) << failure_.message;
  EXPECT_EQ(full["decision"]["outcome"], "ALLOW_WITH_CONDITIONS");
  for (auto& told : *response.mutable_responses()) told.clear_decision();
  EXPECT_EQ(response.responses(0).SerializeAsString(),
            response.responses(1).SerializeAsString());
}

// Leaves are public: what one shows of an answer is what was told.
TEST_F(ConsentTest, WithoutItTheLeafShowsWhatAStrangersDoes) {
  const auto ask = [&](const std::string& number) {
    const Json told =
        Call(kSchool, "SchoolService/QueryEnrolment", Question(number));
    return std::stoull(told.value("log_index", "0"));
  };
  const auto leaf = [&](uint64_t index) {
    const auto bytes = database_.Latest().Get(ledger::EntryRow(index));
    return ledger::Leaf::Parse(**bytes).value();
  };
  const ledger::Leaf granted = leaf(ask(number_));
  EXPECT_EQ(granted.kind, ledger::LeafKind::kGrant);
  Withdraw(father_);
  const uint64_t index = ask(number_);
  const ledger::Leaf withheld = leaf(index);
  const ledger::Leaf stranger =
      leaf(ask(population::IdNumber("20190310", 998)));
  EXPECT_EQ(withheld.kind, stranger.kind);
  EXPECT_EQ(withheld.decision_code, stranger.decision_code);
  EXPECT_NE(withheld.decision_code, granted.decision_code);
  const Asker auditor = {"auditor", "offices/audit", "staff/d", "test"};
  const Json entry =
      Call(auditor, "AuditService/GetEntry", {{"log_index", index}});
  EXPECT_EQ(entry["told_as_unknown"], true) << failure_.message;
  EXPECT_EQ(entry["kind"], "DENY");
  EXPECT_EQ(entry["decisions"][0]["outcome"], "ALLOW_WITH_CONDITIONS");
  ExpectReplays(3);
}

TEST_F(ConsentTest, WhoIsWithheldCountsAsNobody) {
  Withdraw(father_);
  Learns();
  int answered = 0;
  for (int i = 0; i < 25; ++i) {
    Call(kSchool, "SchoolService/QueryEnrolment",
         Question(population::IdNumber("20190310", 500 + i)));
    answered += failure_.message.empty();
  }
  EXPECT_EQ(answered, 19);
  EXPECT_EQ(failure_.reason, "MISS_BUDGET_SPENT");
}

TEST_F(ConsentTest, NoSchoolTurnsTheClockBack) {
  const char* before = "2025-05-12T08:00:00+08:00";
  AdvanceTo("2025-05-13T08:00:00+08:00");
  Withdraw(father_);
  Call(kSchool, "SchoolService/QueryEnrolment",
       Question(number_, {{"known_time", before}}));
  EXPECT_EQ(failure_.reason, "INVALID_REQUEST");
  EXPECT_THAT(failure_.message, HasSubstr("known_time: leave it out"));
  EXPECT_TRUE(LooksUnknown({{"valid_time", before}}));
  Give(father_, "school", {{"valid_to", Date("2025-05-14")}});
  const Json then = {{"valid_time", "2025-05-14T08:00:00+08:00"}};
  EXPECT_EQ(Learns(kSchool, then), "ALLOW OK");
  AdvanceTo("2025-05-15T08:00:00+08:00");
  EXPECT_TRUE(LooksUnknown(then));
  EXPECT_EQ(Learns(kBureau, then), kWaits);
  ExpectReplays();
}

TEST_F(ConsentTest, FromThe14thBirthdayAGuardiansTellsNoSchoolOfAnyDay) {
  const Json pupil =
      NewPerson("孙晓", "FEMALE", "2011-06-20",
                {{"facts",
                  {{{"valid_from", Date("2024-09-01")},
                    {"school_record", {{"stage", "PRI"}, {"grade", 6}}}}}}});
  child_ = pupil.value("name", "");
  number_ = population::IdNumber("20110620", 100 + 2 * people_);
  Relate(father_, child_, "30", "2011-06-20");
  Give(father_);
  const Json junior = {{"stage", "JUN"}, {"grade", 7}};
  Json before = junior;
  before["valid_time"] = "2025-06-19T08:00:00+08:00";
  AdvanceTo("2025-06-19T08:00:00+08:00");
  EXPECT_EQ(Learns(kSchool, junior), "ALLOW OK");
  AdvanceTo("2025-06-20T08:00:00+08:00");
  EXPECT_TRUE(LooksUnknown(junior));
  EXPECT_TRUE(LooksUnknown(before));
  Give(child_);
  EXPECT_EQ(Learns(kSchool, before), "ALLOW OK") << failure_.message;
  ExpectReplays();
}

TEST_F(ConsentTest, WhoCameOnRecordLaterIsNobodyBefore) {
  AdvanceTo("2025-05-13T08:00:00+08:00");
  NewPerson("林二", "FEMALE", "2019-03-10");
  const Json before = {{"known_time", "2025-05-12T09:00:00+08:00"}};
  Json known = Told(
      kBureau, population::IdNumber("20190310", 100 + 2 * people_), before);
  EXPECT_EQ(known,
            Told(kBureau, population::IdNumber("20190310", 998), before));
  EXPECT_EQ(known["outcome"], "DENY");
  ExpectReplays();
}

TEST_F(ConsentTest, WithoutItNoPlaceIsReserved) {
  Withdraw(father_);
  Reserve();
  EXPECT_EQ(failure_.reason, "RULES_REFUSE");
  EXPECT_THAT(failure_.message, HasSubstr("the consent is signed"));
  EXPECT_EQ(Places(kBureau), Json::array());
  AdvanceTo("2025-05-14T08:00:00+08:00");
  Give(father_);
  Json place = Reserve({{"acceptance_time", "2025-05-13T08:00:00+08:00"}});
  EXPECT_EQ(place["position"], 1) << failure_.message;
  EXPECT_EQ(place["answer"]["outcome"], "ALLOW");
  ExpectReplays();
}

TEST_F(ConsentTest, WithdrawnItTakesAPlaceOutOfTheSchoolsSightUntilConfirmed) {
  const Json name = {{"name", Reserve().value("name", "")}};
  EXPECT_EQ(Places(kSchool).size(), 1u);
  Withdraw(father_);
  EXPECT_EQ(Places(kSchool), Json::array());
  EXPECT_EQ(Places(kBureau).size(), 1u);
  Call(kSchool, "SchoolService/ConfirmPlace", name);
  EXPECT_EQ(failure_.code, grpc::StatusCode::NOT_FOUND);
  Call(kBureau, "SchoolService/ConfirmPlace", name);
  EXPECT_EQ(failure_.reason, "RULES_REFUSE");
  Give(father_);
  Call(kSchool, "SchoolService/ConfirmPlace", name);
  EXPECT_EQ(failure_.message, "");
  Withdraw(father_);
  EXPECT_EQ(Places(kSchool).size(), 1u) << "the school's own record by now";
}

TEST_F(ConsentTest, ToOneSchoolItIsToThatSchoolAlone) {
  Withdraw(father_);
  Give(father_, "schools/2");
  EXPECT_EQ(Learns(), kNobody);
  Give(father_, "schools/1");
  EXPECT_EQ(Learns(), "ALLOW OK");
  Withdraw(father_, {{"recipient", "schools/2"}});
  EXPECT_EQ(Learns(), "ALLOW OK");
  Withdraw(father_, {{"purpose", "SCHOOL_PLACE"}, {"recipient", "schools/1"}});
  EXPECT_EQ(Learns(), kNobody);
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
  Relate(mother, child_, "20", "2019-03-10");
  ASSERT_EQ(failure_.message, "");
  Give(mother);
  EXPECT_EQ(failure_.message, "");
  EXPECT_EQ(Learns(), "ALLOW OK") << "on the father's card";
}

TEST_F(ConsentTest, AParentWhoseOldRelationEndedIsNamedByTheOneThatStands) {
  Withdraw(father_);
  const std::string mother = NewPerson("林一", "FEMALE").value("name", "");
  Relate(child_, mother, "52", "2019-03-10",
         {{"valid_to", Date("2024-12-31")}});
  Relate(mother, child_, "20", "2019-03-10",
         {{"valid_to", Date("2024-12-31")}});
  Give(mother);
  EXPECT_EQ(failure_.reason, "RULES_REFUSE");
  Relate(mother, child_, "20", "2025-01-01");
  Give(mother);
  EXPECT_EQ(failure_.message, "");
  EXPECT_EQ(Learns(), "ALLOW OK") << "on the father's card";
}

TEST_F(ConsentTest, AStepParentsCountsOnceTheAdoptionIsRegistered) {
  Withdraw(father_);
  const std::string mother = NewPerson("林一", "FEMALE").value("name", "");
  Relate(mother, child_, "27", "2025-01-01",
         {{"supported_since", Date("2025-01-01")}});
  Give(mother);
  EXPECT_EQ(failure_.reason, "RULES_REFUSE");
  EXPECT_THAT(failure_.message, HasSubstr("registered adoption"));
  Relate(mother, child_, "27", "2025-01-01", {{"adoption_registered", true}});
  Give(mother);
  EXPECT_EQ(failure_.message, "");
  EXPECT_EQ(Learns(), "ALLOW OK") << "on the father's card";
}

TEST_F(ConsentTest, NoParentDecidesForAGrownUp) {
  child_ = NewPerson("孙大", "FEMALE", "1989-12-01").value("name", "");
  Relate(father_, child_, "30", "1989-12-01");
  Give(child_);
  EXPECT_EQ(failure_.message, "");
  Give(father_);
  EXPECT_EQ(failure_.reason, "RULES_REFUSE");
  Withdraw(father_);
  EXPECT_EQ(failure_.reason, "RULES_REFUSE");
  EXPECT_THAT(failure_.message, HasSubstr("in person"));
  Withdraw(child_);
  EXPECT_EQ(failure_.message, "");
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
