#include "chengzhou/talentcard/v1/matter_service.grpc.pb.h"
#include "gmock/gmock.h"
#include "tests/integration/world.h"

namespace talentcard {
namespace {

using testing::HasSubstr;

const Asker kClerk{"clerk", "stations/haizhou", "staff/wang", "test"};
const Asker kHospital{"hospital", "hospitals/haicheng-central", "staff/desk",
                      "at the desk"};

Json Employer(const char* name, const char* id) {
  return {{"employer",
           {{"name", "employers/91219900MAT0001300"}, {"display_name", name}}},
          {"request_id", id}};
}

class DeskTest : public World {
 protected:
  void SetUp() override {
    Publish();
    ImportFamilies();
  }
  client::Failure Fails(const Asker& asker, const std::string& method,
                        const Json& request) {
    client::Failure failure;
    EXPECT_FALSE(client_->Call(asker, method, request, &failure).ok());
    return failure;
  }
  Json Verify(const std::string& number) {
    const auto answer = client_->Call(
        kHospital, "HospitalService/VerifyGreenChannel",
        {{"hospital", kHospital.institution},
         {"document",
          {{"kind", "RESIDENT_IDENTITY_CARD"}, {"number", number}}}});
    EXPECT_TRUE(answer.ok()) << answer.status();
    return *answer;
  }
  const std::string talent_ =
      population::StoryFamilies().at("d2").documents(0).number();
};

TEST_F(DeskTest, ARequestIdGivesTheFirstAnswerAndRefusesAnotherBody) {
  const auto first = client_->Call(kClerk, "RegistryService/PutEmployer",
                                   Employer("one", "request-0001"));
  const auto again = client_->Call(kClerk, "RegistryService/PutEmployer",
                                   Employer("one", "request-0001"));
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(*first, *again);
  EXPECT_EQ(Fails(kClerk, "RegistryService/PutEmployer",
                  Employer("two", "request-0001"))
                .reason,
            "REQUEST_ID_REUSED");
  EXPECT_EQ(
      Fails(kClerk, "RegistryService/PutEmployer", Employer("one", "")).reason,
      "INVALID_REQUEST");
}

TEST_F(DeskTest, AHospitalAsksAboutAWeekBackAndAYearAhead) {
  struct Case {
    const char* time;
    bool taken;
  };
  for (const Case& c : {Case{"2025-05-05T08:00:00+08:00", true},
                        {"2025-05-05T07:59:59+08:00", false},
                        {"2026-05-13T08:00:00+08:00", true},
                        {"2026-05-13T08:00:01+08:00", false}}) {
    client::Failure failure;
    const bool taken =
        client_
            ->Call(kHospital, "HospitalService/VerifyGreenChannel",
                   {{"hospital", kHospital.institution},
                    {"document",
                     {{"kind", "RESIDENT_IDENTITY_CARD"}, {"number", talent_}}},
                    {"visit_time", c.time}},
                   &failure)
            .ok();
    EXPECT_EQ(taken, c.taken) << c.time;
    EXPECT_THAT(failure.message, HasSubstr(c.taken ? "" : "visit_time"));
  }
}

// The technician's record names his mother; hers names nobody.
TEST_F(DeskTest, NobodyOpensAMatterOfWhomTheirOwnRecordNames) {
  const auto families = population::StoryFamilies();
  const auto opens = [&](const std::string& as) {
    chengzhou::talentcard::v1::OpenMatterRequest request;
    request.set_request_id("open-family-" + as);
    auto& matter = *request.mutable_matter();
    matter.set_kind("recognition");
    matter.set_subject(families.at("technician-mother").name());
    (*matter.mutable_fields())["criterion"] = "skilled-worker";
    (*matter.mutable_fields())["route"] = "R_TITLE";
    grpc::ClientContext context;
    for (const auto& [key, value] : {std::pair("asker-kind", kClerk.kind),
                                     {"asker-institution", kClerk.institution},
                                     {"asker-staff", kClerk.staff},
                                     {"asker-purpose", std::string("counter")},
                                     {"asker-person", families.at(as).name()}})
      context.AddMetadata(key, value);
    chengzhou::talentcard::v1::Matter opened;
    return chengzhou::talentcard::v1::MatterService::NewStub(
               grpc::CreateChannel(address_,
                                   grpc::InsecureChannelCredentials()))
        ->OpenMatter(&context, request, &opened)
        .error_code();
  };
  EXPECT_EQ(opens("technician"), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(opens("d1"), grpc::StatusCode::OK);
}

// An employer is told of its own people's matters, a department of its own; and
// nobody names the use that a matter holds.
TEST_F(DeskTest, AnothersMattersAreNotThere) {
  const auto person = population::StoryFamilies().at("d2");
  std::string employer;
  for (const auto& fact : person.facts()) {
    if (fact.has_employment()) employer = fact.employment().employer();
  }
  ASSERT_FALSE(employer.empty());
  const Asker its = {"employer", employer, "staff/hr", "test"};
  const Asker other = {"employer", "employers/91219900MAT0001300", "staff/hr",
                       "test"};
  Json matter = {{"kind", "recognition"}, {"subject", person.name()}};
  matter["fields"]["criterion"] = "deputy-senior-title";
  matter["fields"]["route"] = "R_TITLE";
  const auto open = [&](const char* id) {
    Json request;
    request["matter"] = matter;
    request["request_id"] = id;
    return request;
  };
  EXPECT_EQ(
      Fails(other, "MatterService/OpenMatter", open("open-matter-1")).code,
      grpc::StatusCode::NOT_FOUND);
  const auto opened =
      client_->Call(its, "MatterService/OpenMatter", open("open-matter-2"));
  ASSERT_TRUE(opened.ok()) << opened.status();
  matter["fields"]["use"] = "uses/somebody-elses";
  EXPECT_EQ(Fails(its, "MatterService/OpenMatter", open("open-matter-3")).code,
            grpc::StatusCode::INVALID_ARGUMENT);

  Json name;
  name["name"] = (*opened)["name"];
  EXPECT_TRUE(client_->Call(its, "MatterService/GetMatter", name).ok());
  EXPECT_EQ(Fails(other, "MatterService/GetMatter", name).code,
            grpc::StatusCode::NOT_FOUND);
  const Asker department = {"department", "departments/hr-bureau", "staff/x",
                            "test"};
  Json about;
  about["subject"] = person.name();
  const auto listed =
      client_->Call(department, "MatterService/ListMatters", about);
  ASSERT_TRUE(listed.ok()) << listed.status();
  EXPECT_FALSE(listed->contains("matters"));
}

TEST_F(DeskTest, EveryMistakeInAPersonIsToldAtOnce) {
  const client::Failure failure =
      Fails(kClerk, "RegistryService/CreatePerson",
            {{"request_id", "request-0002"},
             {"person",
              {{"full_name", ""},
               {"sex", "X"},
               {"birth_date", {{"year", 2025}, {"month", 2}, {"day", 30}}},
               {"documents",
                {{{"kind", "RESIDENT_IDENTITY_CARD"},
                  {"number", "110105194912310021"}}}},
               {"relations", {{{"person", "x"}, {"code", "00"}}}}}}});
  EXPECT_EQ(failure.code, grpc::StatusCode::INVALID_ARGUMENT);
  for (const char* part :
       {"person.full_name", "person.sex", "person.birth_date",
        "person.documents[0].number", "person.relations[0].person",
        "person.relations[0].code", "person.relations[0].valid_from"}) {
    EXPECT_THAT(failure.message, HasSubstr(part));
  }
}

TEST_F(DeskTest, OnlyThoseInTheMatrixAreLetIn) {
  EXPECT_EQ(Fails(kHospital, "RegistryService/FindPerson",
                  {{"document",
                    {{"kind", "PASSPORT"},
                     {"number", "E12345678"},
                     {"issuing_state", "CHN"}}}})
                .reason,
            "ACCESS_DENIED");
  EXPECT_EQ(Fails({"hospital", "hospitals/other", "staff/x", "at the desk"},
                  "HospitalService/VerifyGreenChannel",
                  {{"hospital", "hospitals/haicheng-central"},
                   {"document",
                    {{"kind", "RESIDENT_IDENTITY_CARD"}, {"number", talent_}}}})
                .reason,
            "ACCESS_DENIED");
  EXPECT_EQ(Fails({"clerk", "stations/x", "staff/x", ""},
                  "RegistryService/GetPerson", {{"name", "people/1"}})
                .reason,
            "ACCESS_DENIED");
  EXPECT_EQ(
      Fails({"", "", "", ""}, "PolicyService/ListPolicies", Json::object())
          .reason,
      "ASKER_UNKNOWN");
}

TEST_F(DeskTest, AnUnknownPatientLooksLikeOneNotEntitled) {
  Json unknown = Verify(population::IdNumber("19700101", 998));
  Json known = Verify(population::StoryFamilies()
                          .at("technician-mother")
                          .documents(0)
                          .number());
  for (Json* answer : {&unknown, &known}) {
    answer->erase("log_index");
    answer->erase("decision");
  }
  EXPECT_EQ(unknown, known);
  EXPECT_EQ(unknown["outcome"], "DENY");
}

// What was on record when is nothing a desk finds out by asking about the past.
TEST_F(DeskTest, ADeskAsksAboutAnotherDayButByWhatIsKnownNow) {
  const auto question = [this](const char* field) {
    Json question = {
        {"hospital", kHospital.institution},
        {"document",
         {{"kind", "RESIDENT_IDENTITY_CARD"}, {"number", talent_}}}};
    question[field] = "2025-05-11T08:00:00+08:00";
    return question;
  };
  for (const char* method : {"HospitalService/VerifyGreenChannel",
                             "HospitalService/VerifyReferral"}) {
    const client::Failure failure =
        Fails(kHospital, method, question("known_time"));
    EXPECT_EQ(failure.reason, "INVALID_REQUEST");
    EXPECT_THAT(failure.message, HasSubstr("known_time: leave it out"));
    EXPECT_TRUE(client_->Call(kHospital, method, question("visit_time")).ok());
  }
  Json booking;
  booking["patient"] = question("known_time");
  booking["request_id"] = "request-0005";
  EXPECT_THAT(Fails(kHospital, "HospitalService/BookVisit", booking).message,
              HasSubstr("patient.known_time"));
}

TEST_F(DeskTest, WhileTheDiskIsFullVerificationsGoOnAndChangesAreRefused) {
  const Json before = Verify(talent_);
  EXPECT_TRUE(before.contains("log_index"));
  database_.SetFull(true);
  const Json during = Verify(talent_);
  EXPECT_EQ(during["outcome"], before["outcome"]);
  EXPECT_FALSE(during.contains("log_index"));
  EXPECT_EQ(Fails(kClerk, "RegistryService/PutEmployer",
                  Employer("one", "request-0003"))
                .code,
            grpc::StatusCode::UNAVAILABLE);
  database_.SetFull(false);
  ticks_ += 1000;
  EXPECT_TRUE(client_
                  ->Call(kClerk, "RegistryService/PutEmployer",
                         Employer("one", "request-0003"))
                  .ok());
}

TEST_F(DeskTest, ABrokenPolicyLeavesTheOldOneInForce) {
  const Asker auditor{"auditor", "offices/audit", "staff/a", "test"};
  const auto before =
      client_->Call(auditor, "PolicyService/GetPolicyInForce", Json::object());
  EXPECT_EQ(Fails({"policy-author", "offices/talent", "staff/author", ""},
                  "PolicyService/PublishPolicy",
                  {{"files", {{{"path", "policy.yaml"}, {"content", ""}}}},
                   {"request_id", "publish-0002"}})
                .reason,
            "POLICY_INVALID");
  EXPECT_EQ(*before, *client_->Call(auditor, "PolicyService/GetPolicyInForce",
                                    Json::object()));
}

TEST_F(DeskTest, NobodyIsRecognisedWithoutAMatter) {
  EXPECT_EQ(
      Fails(kClerk, "RegistryService/AddFact",
            {{"parent", population::StoryFamilies().at("technician").name()},
             {"request_id", "request-0004"},
             {"fact",
              {{"valid_from", {{"year", 2025}, {"month", 1}, {"day", 1}}},
               {"recognition", {{"criterion", "doctor"}}}}}})
          .reason,
      "INVALID_REQUEST");
}

}  // namespace
}  // namespace talentcard
