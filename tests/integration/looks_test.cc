// Who looks at somebody's record is on record; who touches a canary raises an
// alarm and sees nothing of it.
#include <set>
#include <sstream>

#include "chengzhou/talentcard/v1/entitlement_service.grpc.pb.h"
#include "gmock/gmock.h"
#include "services/answer/record.h"
#include "services/ledger/tree.h"
#include "tests/integration/world.h"
#include "tools/chengzhou/importing.h"

namespace talentcard {
namespace {

namespace v1 = chengzhou::talentcard::v1;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const Asker kClerk{"clerk", "stations/haizhou", "staff/wang", "counter 3"};
const Asker kImporter{"system", "offices/data", "staff/system", ""};
const Asker kAuditor{"auditor", "offices/audit", "staff/a", "test"};
const Asker kHospital{"hospital", "hospitals/haicheng-central", "staff/desk",
                      "a patient"};

class LooksTest : public World {
 protected:
  void SetUp() override {
    Publish();
    ImportFamilies();
    ImportCanary();
  }

  void ImportCanary() {
    std::istringstream lines(absl::StrCat(
        R"({"name": ")", canary_,
        R"(", "full_name": "甄不存", "canary": true, "documents": [{"kind": )",
        R"("RESIDENT_IDENTITY_CARD", "number": ")",
        population::IdNumber("19700101", 7), "\"}]}\n"));
    const auto imported = client::ImportLines(*client_, kImporter, lines);
    ASSERT_TRUE(imported.ok()) << imported.status();
    ASSERT_EQ(*imported, 1);
  }
  Json Call(const Asker& asker, const std::string& method,
            const Json& request) {
    const auto answer = client_->Call(asker, method, request);
    EXPECT_TRUE(answer.ok()) << method << ": " << answer.status();
    return answer.ok() ? *answer : Json::object();
  }
  // `METHOD PURPOSE NOTE` of each look, newest first.
  std::vector<std::string> SeenBy(const std::string& person) {
    Json request;
    request["subject"] = person;
    std::vector<std::string> looks;
    const Json listed = Call(kAuditor, "AuditService/ListEntries", request);
    for (const Json& entry : listed.value("entries", Json::array())) {
      looks.push_back(entry.value("method", "") + " | " +
                      entry.value("purpose", "") + " | " +
                      entry.value("note", ""));
    }
    return looks;
  }
  std::vector<std::string> Alarms() {
    const uint64_t size = ledger::ReadHead(database_.Latest())->size();
    std::vector<std::string> alarms;
    for (uint64_t i = 0; i < size; ++i) {
      const auto record = answer::OpenRecord(database_.Latest(), vault_, i);
      if (record.ok() && record->note().starts_with("alarm: "))
        alarms.push_back(record->note() + " " + record->actor());
    }
    return alarms;
  }

  static Json Document(const std::string& number) {
    return {{"kind", "RESIDENT_IDENTITY_CARD"}, {"number", number}};
  }
  const v1::Person talent_ = population::StoryFamilies().at("d2");
  const std::string canary_ = "people/0000000000000000000000000000ca7a";
};

TEST_F(LooksTest, AnExplanationIsALookAtTheHolderToo) {
  const std::string child = population::StoryFamilies().at("d2-child").name();
  Call(kClerk, "CardService/IssueCard",
       {{"holder", talent_.name()},
        {"series", "SERIES_PERSON"},
        {"request_id", "issue-look-2"}});
  const Json asked = Call(kClerk, "EntitlementService/CheckEntitlement",
                          {{"entitlement", "MED_GREEN"},
                           {"beneficiary", child},
                           {"request_id", "check-look-2"}});
  ASSERT_EQ(asked.value("holder", ""), talent_.name());
  Call(kClerk, "EntitlementService/ExplainDecision", {{"name", asked["name"]}});
  for (const std::string& person : {child, talent_.name()}) {
    EXPECT_THAT(SeenBy(person),
                Contains(HasSubstr("EntitlementService.ExplainDecision")));
  }
}

// Registering somebody again would tell whose documents are on record.
TEST_F(LooksTest, ADocumentThatIsTakenIsALookAtWhoHasIt) {
  client::Failure failure;
  const auto created =
      client_->Call(kClerk, "RegistryService/CreatePerson",
                    {{"request_id", "create-look-1"},
                     {"person",
                      {{"full_name", "某人"},
                       {"documents",
                        {Document(population::IdNumber("19990101", 3)),
                         Document(talent_.documents(0).number())}}}}},
                    &failure);
  EXPECT_FALSE(created.ok());
  EXPECT_EQ(failure.reason, "RESOURCE_EXISTS");
  EXPECT_THAT(SeenBy(talent_.name()),
              Contains("RegistryService.CreatePerson | counter 3 | shown: has "
                       "this document"));
  EXPECT_EQ(
      client_
          ->Call(kClerk, "RegistryService/FindPerson",
                 {{"document", Document(population::IdNumber("19990101", 3))}})
          .status()
          .code(),
      absl::StatusCode::kNotFound)
      << "nothing of the new person is kept";
}

TEST_F(LooksTest, EveryLookIsOnRecordWithItsPurposeAndWhatItShowed) {
  Call(kClerk, "RegistryService/GetPerson", {{"name", talent_.name()}});
  Call(kClerk, "RegistryService/FindPerson",
       {{"document", Document(talent_.documents(0).number())}});
  Call(kClerk, "RegistryService/SearchPeople",
       {{"query", talent_.full_name()}});
  const std::string card = Call(kClerk, "CardService/IssueCard",
                                {{"holder", talent_.name()},
                                 {"series", "SERIES_PERSON"},
                                 {"request_id", "issue-look-1"}})
                               .value("name", "");
  Call(kClerk, "CardService/GetCard", {{"name", card}});
  Call(kClerk, "CardService/ListCards", {{"holder", talent_.name()}});
  Call(kClerk, "CardService/AssessTier", {{"person", talent_.name()}});
  Call(kClerk, "EntitlementService/ListRights",
       {{"holder", talent_.name()}, {"include_relatives", true}});
  const std::string decision =
      Call(kClerk, "EntitlementService/CheckEntitlement",
           {{"entitlement", "MED_GREEN"},
            {"beneficiary", talent_.name()},
            {"request_id", "check-look-1"}})
          .value("name", "");
  Call(kClerk, "EntitlementService/ExplainDecision", {{"name", decision}});
  Json recognition = {{"kind", "recognition"},
                      {"subject", talent_.name()},
                      {"station", kClerk.institution},
                      {"fields",
                       {{"criterion", "deputy-senior-title"},
                        {"route", "R_TITLE"},
                        {"series", "SERIES_PERSON"}}}};
  const std::string matter =
      Call(kClerk, "MatterService/OpenMatter",
           {{"matter", recognition}, {"request_id", "matter-look-1"}})
          .value("name", "");
  Call(kClerk, "MatterService/GetMatter", {{"name", matter}});
  Call(kClerk, "MatterService/ListMatters", {{"subject", talent_.name()}});
  const std::vector<std::string> looks = SeenBy(talent_.name());
  for (const char* method :
       {"RegistryService.GetPerson | counter 3 | shown: ",
        "RegistryService.FindPerson | counter 3 | shown: ",
        "RegistryService.SearchPeople | counter 3 | shown: birth_date, "
        "full_name, name",
        "CardService.GetCard | counter 3 | shown: ",
        "CardService.ListCards | counter 3 | shown: ",
        "CardService.AssessTier | counter 3 | shown: ",
        "EntitlementService.ListRights | counter 3 | shown: ",
        "EntitlementService.ExplainDecision | counter 3 | shown: ",
        "MatterService.GetMatter | counter 3 | shown: ",
        "MatterService.ListMatters | counter 3 | shown: "}) {
    EXPECT_THAT(looks, Contains(HasSubstr(method)));
  }
  EXPECT_THAT(Alarms(), ElementsAre());
}

// Reading what the log says about somebody is a look like any other.
TEST_F(LooksTest, ReadingTheLogIsOnRecordToo) {
  const int64_t index =
      std::stoll(Call(kHospital, "HospitalService/VerifyGreenChannel",
                      {{"hospital", kHospital.institution},
                       {"document", Document(talent_.documents(0).number())}})
                     .value("log_index", ""));
  ASSERT_TRUE(checkpointer_.Update().ok());
  const auto leaves = [this] {
    return ledger::ReadHead(database_.Latest())->size();
  };
  const uint64_t before = leaves();
  Call(kAuditor, "AuditService/GetEntry", {{"log_index", index}});
  Call(kAuditor, "AuditService/ListEntries",
       {{"actor", "hospital:staff/desk@hospitals/haicheng-central"}});
  Call(kClerk, "AuditService/GetReceipt", {{"log_index", index}});
  EXPECT_EQ(leaves(), before + 3);
  // The proof alone tells nobody anything.
  Call(kHospital, "AuditService/GetReceipt", {{"log_index", index}});
  EXPECT_EQ(leaves(), before + 3);
  const std::vector<std::string> looks = SeenBy(talent_.name());
  for (const char* look : {"AuditService.GetEntry | test | shown: ",
                           "AuditService.ListEntries | test | shown: ",
                           "AuditService.GetReceipt | counter 3 | shown: "})
    EXPECT_THAT(looks, Contains(HasSubstr(look)));
}

TEST_F(LooksTest, WhoLookedIsToldForASpanOfTimeAndOfNobodyElse) {
  const v1::Person other = population::StoryFamilies().at("d1");
  const auto iso = [](absl::Time time) {
    return absl::FormatTime(absl::RFC3339_full, time, absl::UTCTimeZone());
  };
  Call(kClerk, "RegistryService/GetPerson", {{"name", talent_.name()}});
  clock_.Advance(clock_.Now() + absl::Hours(1));
  const absl::Time noon = clock_.Now();
  Call(kHospital, "HospitalService/BatchVerifyGreenChannel",
       {{"hospital", kHospital.institution},
        {"requests",
         {{{"document", Document(talent_.documents(0).number())}},
          {{"document", Document(other.documents(0).number())}}}}});
  clock_.Advance(clock_.Now() + absl::Hours(1));
  const auto seen = [&](const Json& span) {
    Json request = {{"subject", talent_.name()}};
    request.update(span);
    return Call(kAuditor, "AuditService/ListEntries", request)
        .value("entries", Json::array());
  };
  const Json batch = seen(
      {{"from_time", iso(noon)}, {"to_time", iso(noon + absl::Minutes(1))}});
  ASSERT_EQ(batch.size(), 1u);
  ASSERT_EQ(batch[0]["decisions"].size(), 1u) << "not the other patient's";
  EXPECT_EQ(batch[0]["decisions"][0]["beneficiary"], talent_.name());
  const Json earlier = seen({{"to_time", iso(noon)}});
  ASSERT_GE(earlier.size(), 1u);
  EXPECT_EQ(earlier[0]["method"], "RegistryService.GetPerson");
  EXPECT_EQ(seen({{"from_time", iso(clock_.Now() + absl::Hours(1))}}),
            Json::array());
}

TEST_F(LooksTest, WhatCannotBeRecordedIsNotShown) {
  database_.SetFull(true);
  client::Failure failure;
  EXPECT_FALSE(client_
                   ->Call(kClerk, "RegistryService/GetPerson",
                          {{"name", talent_.name()}}, &failure)
                   .ok());
  EXPECT_EQ(failure.code, grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(failure.reason, "READ_ONLY");
}

TEST_F(LooksTest, TouchingACanaryRaisesAnAlarmAndLooksOrdinary) {
  const Json question = {
      {"hospital", kHospital.institution},
      {"document", Document(population::IdNumber("19700101", 7))}};
  const Json other = {
      {"hospital", kHospital.institution},
      {"document", Document(population::IdNumber("19700101", 8))}};
  Json touched =
      Call(kHospital, "HospitalService/VerifyGreenChannel", question);
  Json unknown = Call(kHospital, "HospitalService/VerifyGreenChannel", other);
  for (Json* answer : {&touched, &unknown}) {
    answer->erase("decision");
    answer->erase("log_index");
  }
  EXPECT_EQ(touched, unknown);
  EXPECT_THAT(Alarms(),
              ElementsAre("alarm: CANARY hospital:staff/desk@hospitals/"
                          "haicheng-central"));

  const Json person =
      Call(kClerk, "RegistryService/GetPerson", {{"name", canary_}});
  EXPECT_EQ(person.value("full_name", ""), "甄不存");
  EXPECT_FALSE(person.contains("canary"));
  const Json found =
      Call(kClerk, "RegistryService/SearchPeople", {{"query", "甄不存"}});
  EXPECT_FALSE(found["people"][0].contains("canary"));
  EXPECT_EQ(Alarms().size(), 3u);
}

TEST_F(LooksTest, AListOfEverybodysDecisionsIsALookAtEachOfThem) {
  const Asker office{"talent-office", "offices/talent", "staff/b", "yearly"};
  const Asker author{"policy-author", "offices/talent", "staff/author", ""};
  const auto evaluate = [&](const Asker& asker, bool include_decisions) {
    v1::EvaluatePopulationRequest request;
    request.set_include_decisions(include_decisions);
    grpc::ClientContext context;
    client_->Identify(asker, context);
    const auto stub = v1::EntitlementService::NewStub(*client_->Channel(asker));
    const auto stream = stub->EvaluatePopulation(&context, request);
    v1::EvaluatePopulationResponse message;
    std::set<std::string> people;
    while (stream->Read(&message)) {
      for (const v1::PopulationDecision& decision : message.decisions())
        people.insert(decision.beneficiary());
    }
    EXPECT_TRUE(stream->Finish().ok());
    return people;
  };
  EXPECT_THAT(evaluate(office, false), IsEmpty());
  EXPECT_THAT(evaluate(author, true), IsEmpty());
  EXPECT_THAT(SeenBy(talent_.name()),
              Not(Contains(HasSubstr("EvaluatePopulation"))));
  const std::set<std::string> people = evaluate(office, true);
  EXPECT_TRUE(people.contains(talent_.name()));
  EXPECT_FALSE(people.contains(canary_)) << "a canary is nobody";
  EXPECT_THAT(SeenBy(talent_.name()),
              Contains("EntitlementService.EvaluatePopulation | yearly | "
                       "shown: decisions"));
  EXPECT_THAT(Alarms(), IsEmpty());
}

TEST_F(LooksTest, AnImportIsAllOrNothingAndNamesEveryLineThatIsWrong) {
  const auto bring_in = [&](const std::string& text) {
    std::istringstream lines(text);
    return client::ImportLines(*client_, kImporter, lines);
  };
  const std::string person = R"({"name": "people/0000000000000000000000000000)";
  const std::string good = person + "0001\", \"full_name\": \"王一\"}\n";
  const auto wrong = bring_in(good + "{\"full_nam\": \"李二\"}\n\nno\n");
  EXPECT_EQ(wrong.status().message(),
            "line 2 is no person\nline 4 is no person");
  EXPECT_EQ(client_
                ->Call(kClerk, "RegistryService/GetPerson",
                       {{"name", person.substr(10) + "0001"}})
                .status()
                .code(),
            absl::StatusCode::kNotFound);
  std::string many;
  for (int i = 0; i < 600; ++i)
    many += person + absl::StrCat(1000 + i) + "\", \"full_name\": \"王一\"}\n";
  EXPECT_EQ(bring_in(many).value_or(0), 600);
  EXPECT_EQ(bring_in(many).value_or(0), 600) << "the same again";
  EXPECT_EQ(bring_in("").value_or(-1), 0);
}

TEST_F(LooksTest, ASearchTakesTwoCharactersWhateverTheScript) {
  const auto code = [&](const char* query) {
    return client_
        ->Call(kClerk, "RegistryService/SearchPeople", {{"query", query}})
        .status()
        .code();
  };
  EXPECT_EQ(code("王"), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code("L"), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code("王小"), absl::StatusCode::kOk);
  EXPECT_EQ(code("Li"), absl::StatusCode::kOk);
}

}  // namespace
}  // namespace talentcard
