// A person erased: nothing about the person opens again, and the log is whole.
#include "chengzhou/talentcard/v1/audit_service.grpc.pb.h"
#include "gmock/gmock.h"
#include "services/answer/record.h"
#include "services/ledger/tree.h"
#include "services/records/names.h"
#include "services/records/people.h"
#include "services/store/purge.h"
#include "tests/integration/world.h"

namespace talentcard {
namespace {

namespace v1 = chengzhou::talentcard::v1;

class ErasureTest : public World {
 protected:
  void SetUp() override {
    Publish();
    ImportFamilies();
    card_ = Call(clerk_, "CardService/IssueCard",
                 {{"holder", name_}, {"series", "SERIES_PERSON"}})
                .value("name", "");
    Call(hospital_, "HospitalService/VerifyGreenChannel",
         {{"hospital", hospital_.institution}, {"document", Document()}});
  }

  Json Document() const { return DocumentOf(person_); }
  static Json DocumentOf(const v1::Person& person) {
    const auto& document = person.documents(0);
    return {{"kind", v1::DocumentKind_Name(document.kind())},
            {"number", document.number()}};
  }
  // The answer; what went wrong is in `failure_`.
  Json Call(const Asker& asker, const std::string& method, Json request) {
    if (method.find("/Get") == std::string::npos &&
        method.find("/List") == std::string::npos &&
        method.find("/Find") == std::string::npos) {
      request["request_id"] = "erasure-" + std::to_string(++requests_);
    }
    failure_ = {};
    const auto answer = client_->Call(asker, method, request, &failure_);
    return answer.ok() ? *answer : Json::object();
  }
  Json Erase() {
    failure_ = {};
    return Together(*client_, office_, "RegistryService/ErasePerson",
                    {{"name", name_},
                     {"ground", "at the person's request"},
                     {"request_id", "erasure-" + std::to_string(++requests_)}},
                    &failure_)
        .value_or(Json::object());
  }
  void EndCardAndErase() {
    Call(clerk_, "CardService/CancelCard",
         {{"name", card_}, {"cause", "OWN_REQUEST"}});
    ASSERT_EQ(failure_.code, grpc::StatusCode::OK) << failure_.message;
    Erase();
    ASSERT_EQ(failure_.code, grpc::StatusCode::OK) << failure_.message;
  }
  v1::ImportPeopleResponse ImportAgain() {
    v1::ImportPeopleRequest request;
    request.set_request_id("families-again");
    for (const auto& [role, person] : population::StoryFamilies())
      *request.add_people() = person;
    grpc::ClientContext context;
    const Asker system = {"system", "offices/data", "staff/system", ""};
    client_->Identify(system, context);
    const auto stub = v1::RegistryService::NewStub(*client_->Channel(system));
    const auto stream = stub->ImportPeople(&context);
    v1::ImportPeopleResponse response;
    EXPECT_TRUE(stream->Write(request) && stream->Read(&response));
    stream->WritesDone();
    EXPECT_TRUE(stream->Finish().ok());
    return response;
  }
  rpc::Call CallOf(const Asker& asker) {
    rpc::Call call;
    call.asker.actor.kind = asker.kind;
    call.asker.actor.institution = asker.institution;
    call.asker.actor.staff = asker.staff;
    call.method = "EntitlementService.CheckEntitlement";
    call.now = clock_.Now();
    call.policy = policies_->Current();
    return call;
  }
  // Who has a key and no record.
  std::vector<std::string> StrayKeys() {
    const store::Key keys(store::Table::kPersonKey);
    std::vector<std::string> stray;
    EXPECT_TRUE(database_.Latest()
                    .Scan(keys.First(), keys.Last(),
                          [&](std::string_view row, std::string_view key) {
                            const std::string_view id = row.substr(1);
                            const auto person = records::ReadPerson(
                                database_.Latest(), vault_, id);
                            if (key != store::kDestroyedKey && !person.value())
                              stray.emplace_back(id);
                            return true;
                          })
                    .ok());
    return stray;
  }
  v1::VerifyLogResponse Verify() {
    grpc::ClientContext context;
    const Asker auditor = {"auditor", "offices/audit", "staff/a", "test"};
    client_->Identify(auditor, context);
    const auto stub = v1::AuditService::NewStub(*client_->Channel(auditor));
    const auto stream = stub->VerifyLog(&context, {});
    v1::VerifyLogResponse message, last;
    while (stream->Read(&message)) last = message;
    EXPECT_TRUE(stream->Finish().ok());
    return last;
  }

  const Asker clerk_ = {"clerk", "stations/haizhou", "staff/a", "test"};
  const Asker office_ = {"talent-office", "offices/talent", "staff/b", "test"};
  const Asker hospital_ = {"hospital", "hospitals/haicheng-central", "staff/c",
                           "at the desk"};
  const v1::Person person_ = population::StoryFamilies().at("d2");
  const std::string name_ = person_.name();
  std::string card_;
  client::Failure failure_;
  int requests_ = 1000000;
};

TEST_F(ErasureTest, IsRefusedWhileACardMayBeUsed) {
  Erase();
  EXPECT_EQ(failure_.code, grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(failure_.reason, "STATE_FORBIDS");
  EXPECT_NE(failure_.message.find(card_), std::string::npos);
  Call(clerk_, "RegistryService/GetPerson", {{"name", name_}});
  EXPECT_EQ(failure_.code, grpc::StatusCode::OK) << failure_.message;
}

TEST_F(ErasureTest, LeavesNothingToReadAndTheLogWhole) {
  Call(clerk_, "CardService/CancelCard",
       {{"name", card_}, {"cause", "OWN_REQUEST"}});
  ASSERT_EQ(failure_.code, grpc::StatusCode::OK) << failure_.message;
  const uint64_t size = ledger::ReadHead(database_.Latest())->size();
  const std::string entry =
      *ledger::Tree(database_.Latest(), size).Entry(size - 1);
  const auto proof =
      *ledger::Tree(database_.Latest(), size).InclusionProof(1, size);
  const Json erased = Erase();
  ASSERT_EQ(failure_.code, grpc::StatusCode::OK) << failure_.message;
  EXPECT_GT(std::stoll(erased.value("log_index", "0")), 0);
  ASSERT_TRUE(store::PurgeIfRequested(database_, writer_).ok());

  Call(clerk_, "RegistryService/GetPerson", {{"name", name_}});
  EXPECT_EQ(failure_.code, grpc::StatusCode::NOT_FOUND);
  Call(clerk_, "RegistryService/FindPerson", {{"document", Document()}});
  EXPECT_EQ(failure_.code, grpc::StatusCode::NOT_FOUND);
  Call(clerk_, "CardService/GetCard", {{"name", card_}});
  EXPECT_EQ(failure_.code, grpc::StatusCode::NOT_FOUND);
  Erase();
  EXPECT_EQ(failure_.code, grpc::StatusCode::NOT_FOUND);
  // As about somebody who was never on record.
  const Json answer =
      Call(hospital_, "HospitalService/VerifyGreenChannel",
           {{"hospital", hospital_.institution}, {"document", Document()}});
  EXPECT_EQ(answer.value("outcome", ""), "DENY");

  EXPECT_EQ(*ledger::Tree(database_.Latest(), size).Entry(size - 1), entry);
  EXPECT_EQ(*ledger::Tree(database_.Latest(), size).InclusionProof(1, size),
            proof);
  const v1::VerifyLogResponse report = Verify();
  EXPECT_TRUE(report.ok()) << report.DebugString();
  EXPECT_GT(report.erased_subjects(), 0);
}

TEST_F(ErasureTest, AnImportDoesNotBringThemBack) {
  EndCardAndErase();
  EXPECT_EQ(ImportAgain().imported() + 1,
            static_cast<int>(population::StoryFamilies().size()));
  Call(clerk_, "RegistryService/GetPerson", {{"name", name_}});
  EXPECT_EQ(failure_.code, grpc::StatusCode::NOT_FOUND);
  Call(clerk_, "RegistryService/FindPerson", {{"document", Document()}});
  EXPECT_EQ(failure_.code, grpc::StatusCode::NOT_FOUND);
  const v1::VerifyLogResponse report = Verify();
  EXPECT_TRUE(report.ok()) << report.DebugString();
}

TEST_F(ErasureTest, AnAnswerDecidedBeforeItIsNotRecordedAfterIt) {
  const rpc::Call call = CallOf(clerk_);
  v1::LoggedQuestion question;
  question.set_entitlement("MED_GREEN");
  question.set_beneficiary(name_);
  const auto ask = [&] {
    return *answer::Ask(foundation_, answer::Known::Now(foundation_), call,
                        question);
  };
  answer::Asked one = ask();
  std::vector<answer::Asked> two = {ask(), ask()};
  EndCardAndErase();
  const auto alone = writer_.Run([&](store::Transaction& transaction) {
    return answer::RecordAnswer(transaction, foundation_, call, one);
  });
  EXPECT_EQ(alone.status().code(), absl::StatusCode::kNotFound);
  const auto together = writer_.Run([&](store::Transaction& transaction) {
    return answer::RecordAnswers(transaction, foundation_, call, two);
  });
  EXPECT_EQ(together.status().code(), absl::StatusCode::kNotFound);
  EXPECT_TRUE(
      *vault_.IsDestroyed(database_.Latest(), *records::IdOf("people", name_)));
  EXPECT_TRUE(Verify().ok());
}

TEST_F(ErasureTest, TakesTheKeptAnswerThatToldOfThemAmongOthers) {
  const v1::Person other = population::StoryFamilies().at("d3");
  Json batch = {{"hospital", hospital_.institution},
                {"request_id", "batch-of-two"}};
  for (const Json& document : {Document(), DocumentOf(other)})
    batch["requests"].push_back({{"document", document}});
  const auto ask = [&] {
    failure_ = {};
    return client_
        ->Call(hospital_, "HospitalService/BatchVerifyGreenChannel", batch,
               &failure_)
        .value_or(Json::object());
  };
  const Json first = ask();
  ASSERT_EQ(first.value("responses", Json::array()).size(), 2u)
      << failure_.message;
  EXPECT_NE(first["responses"][0].value("outcome", ""), "DENY");
  EXPECT_EQ(ask(), first);
  EXPECT_THAT(StrayKeys(), testing::IsEmpty());

  EndCardAndErase();
  EXPECT_EQ(ask(), Json::object());
  EXPECT_EQ(failure_.code, grpc::StatusCode::NOT_FOUND);
  batch["request_id"] = "batch-after-it";
  EXPECT_EQ(ask()["responses"][0].value("outcome", ""), "DENY");
}

TEST_F(ErasureTest, IsNobodysActAloneAndTakesTheProposalWithIt) {
  Call(clerk_, "CardService/CancelCard",
       {{"name", card_}, {"cause", "OWN_REQUEST"}});
  Call(office_, "RegistryService/ErasePerson",
       {{"name", name_}, {"ground", "at the person's request"}});
  EXPECT_EQ(failure_.reason, "APPROVAL_NEEDED");
  Erase();
  ASSERT_EQ(failure_.code, grpc::StatusCode::OK) << failure_.message;
  const Asker auditor = {"auditor", "offices/audit", "staff/a", "test"};
  EXPECT_FALSE(Call(auditor, "ApprovalService/ListProposals", Json::object())
                   .contains("proposals"))
      << "it would name whom it erased";
  EXPECT_TRUE(Verify().ok());
}

TEST_F(ErasureTest, SaysEveryMistakeOfARequestAtOnce) {
  Call(office_, "RegistryService/ErasePerson", {{"name", "nobody"}});
  EXPECT_EQ(failure_.code, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_NE(failure_.message.find("name"), std::string::npos);
  EXPECT_NE(failure_.message.find("ground"), std::string::npos);
}

}  // namespace
}  // namespace talentcard
