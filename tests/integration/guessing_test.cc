// Somebody with a good certificate guesses whose documents are on record.

#include "chengzhou/talentcard/v1/school_service.grpc.pb.h"
#include "services/answer/record.h"
#include "services/ledger/tree.h"
#include "tests/integration/world.h"

namespace talentcard {
namespace {

namespace v1 = chengzhou::talentcard::v1;

constexpr char kHospital[] = "hospitals/haicheng-central";
constexpr char kSchool[] = "schools/haizhou-primary";

class GuessingTest : public World {
 protected:
  void SetUp() override {
    Publish();
    ImportFamilies();
    const Asker clerk = {"clerk", "stations/haizhou", "staff/wang", "counter"};
    ASSERT_TRUE(client_
                    ->Call(clerk, "CardService/IssueCard",
                           {{"holder", StoryPerson("d2").name()},
                            {"series", "SERIES_PERSON"},
                            {"request_id", "guessing-card-1"}})
                    .ok());
  }
  static v1::Person StoryPerson(const std::string& role) {
    return population::StoryFamilies().at(role);
  }

  static Json Document(const std::string& number) {
    return {{"kind", "RESIDENT_IDENTITY_CARD"}, {"number", number}};
  }
  static std::string Guess(int sequence) {
    return population::IdNumber("19700101", sequence);
  }
  static Asker Desk(const std::string& staff) {
    return {"hospital", kHospital, staff, "a patient at the desk"};
  }

  // Whether there was an answer; any but that or a block fails the test.
  bool Ask(const Asker& asker, const std::string& method, const Json& request) {
    client::Failure failure;
    const auto answer = client_->Call(asker, method, request, &failure);
    if (answer.ok()) return true;
    EXPECT_EQ(failure.code, grpc::StatusCode::RESOURCE_EXHAUSTED)
        << method << ": " << failure.message;
    EXPECT_EQ(failure.reason, "MISS_BUDGET_SPENT");
    return false;
  }
  bool AskAbout(const Asker& asker, const std::string& number) {
    return Ask(asker, "HospitalService/VerifyGreenChannel",
               {{"hospital", kHospital}, {"document", Document(number)}});
  }
  // How many of the numbers were answered.
  int Walk(const Asker& asker, int from, int to) {
    int answered = 0;
    for (int i = from; i < to; ++i) answered += AskAbout(asker, Guess(i));
    return answered;
  }
  // The services on what the database holds, and nothing remembered.
  void Restart() {
    client_.reset();
    server_->Shutdown();
    hosted_ = std::make_unique<Hosted>(foundation_, signer_.verifier(),
                                       code_keys_, &clock_);
    server_ = *rpc::StartServer(address_, *hosted_->Choose(""));
    client_ = std::make_unique<client::Client>(address_);
  }
  int Alarms() {
    const uint64_t size = ledger::ReadHead(database_.Latest())->size();
    int alarms = 0;
    for (uint64_t i = 0; i < size; ++i) {
      const auto record = answer::OpenRecord(database_.Latest(), vault_, i);
      alarms += record.ok() && record->note().starts_with("alarm: ");
    }
    return alarms;
  }
  const std::string talent_ = StoryPerson("d2").documents(0).number();
  // On record, without a card.
  const std::string cardless_ = StoryPerson("d1").documents(0).number();
};

TEST_F(GuessingTest, AThousandNumbersOfOneBirthdayGiveTwentyAnswers) {
  EXPECT_EQ(Walk(Desk("staff/a"), 0, 500), 20);
  Restart();
  EXPECT_EQ(Walk(Desk("staff/a"), 500, 1000), 0);
  EXPECT_EQ(Alarms(), 1);
  EXPECT_FALSE(AskAbout(Desk("staff/a"), talent_))
      << "whoever is refused learns nothing of those on record either";
  EXPECT_TRUE(AskAbout(Desk("staff/b"), talent_)) << "the next desk works on";
}

TEST_F(GuessingTest, TheBlockEndsAndTheHourStillCounts) {
  ASSERT_EQ(Walk(Desk("staff/a"), 0, 30), 20);
  clock_.Advance(clock_.Now() + absl::Minutes(15) - absl::Milliseconds(1));
  EXPECT_FALSE(AskAbout(Desk("staff/a"), talent_));
  clock_.Advance(clock_.Now() + absl::Milliseconds(1));
  EXPECT_TRUE(AskAbout(Desk("staff/a"), talent_));
  EXPECT_TRUE(AskAbout(Desk("staff/a"), Guess(3))) << "answered before";
  EXPECT_FALSE(AskAbout(Desk("staff/a"), Guess(40))) << "the 21st this hour";
  EXPECT_EQ(Alarms(), 2);
  clock_.Advance(clock_.Now() + absl::Minutes(60));
  EXPECT_EQ(Walk(Desk("staff/a"), 50, 100), 20);
}

TEST_F(GuessingTest, ASpentBudgetTellsNobodyFromSomebodyWithoutARight) {
  EXPECT_TRUE(AskAbout(Desk("staff/a"), cardless_));
  EXPECT_EQ(Walk(Desk("staff/a"), 0, 40), 19);
  EXPECT_TRUE(AskAbout(Desk("staff/b"), Guess(99)));
  EXPECT_EQ(Walk(Desk("staff/b"), 0, 40), 19);
  EXPECT_TRUE(AskAbout(Desk("staff/c"), talent_)) << "entitled, and told so";
  EXPECT_EQ(Walk(Desk("staff/c"), 0, 40), 20);
  EXPECT_EQ(Walk(Desk("staff/d"), 0, 19), 19);
  EXPECT_TRUE(AskAbout(Desk("staff/d"), cardless_)) << "the twentieth";
  EXPECT_FALSE(AskAbout(Desk("staff/d"), talent_));
}

TEST_F(GuessingTest, TheSameNumbersAgainAreNotMoreNumbers) {
  for (int again = 0; again < 3; ++again)
    EXPECT_EQ(Walk(Desk("staff/a"), 0, 19), 19);
  EXPECT_EQ(Alarms(), 0);
}

TEST_F(GuessingTest, ABatchBeyondTheBudgetGetsNoAnswerAtAll) {
  Json requests = Json::array();
  for (int i = 0; i < 21; ++i)
    requests.push_back({{"document", Document(Guess(i))}});
  EXPECT_FALSE(Ask(Desk("staff/a"), "HospitalService/BatchVerifyGreenChannel",
                   {{"hospital", kHospital}, {"requests", requests}}));
  EXPECT_FALSE(AskAbout(Desk("staff/a"), talent_));
  EXPECT_EQ(Alarms(), 1);
}

TEST_F(GuessingTest, EveryWayOfAskingCounts) {
  const Asker desk = Desk("staff/a");
  const auto about = [](int i) {
    return Json{{"hospital", kHospital},
                {"document", Document(Guess(i))},
                {"request_id", "guessing-request-" + std::to_string(i)}};
  };
  const auto patient = [&](int i) {
    return Json{{"patient", about(i)},
                {"request_id", "guessing-patient-" + std::to_string(i)}};
  };
  int i = 0;
  for (; i < 4; ++i)
    EXPECT_TRUE(Ask(desk, "HospitalService/VerifyGreenChannel", about(i)));
  for (; i < 8; ++i)
    EXPECT_TRUE(Ask(desk, "HospitalService/VerifyReferral", about(i)));
  for (; i < 12; ++i)
    EXPECT_TRUE(Ask(desk, "HospitalService/BookVisit", patient(i)));
  for (; i < 16; ++i)
    EXPECT_TRUE(Ask(desk, "HospitalService/StartVisit", patient(i)));
  EXPECT_TRUE(Ask(
      desk, "HospitalService/BatchVerifyGreenChannel",
      {{"hospital", kHospital},
       {"requests", {about(i), about(i + 1), about(i + 2), about(i + 3)}}}));
  i += 4;
  EXPECT_FALSE(Ask(desk, "HospitalService/VerifyReferral", about(i)));
  EXPECT_FALSE(Ask(desk, "HospitalService/BookVisit", patient(i)));
  EXPECT_FALSE(Ask(desk, "HospitalService/StartVisit", patient(i + 1)));
  EXPECT_TRUE(Ask(desk, "HospitalService/VerifyGreenChannel", about(0)))
      << "the first answer again under its request id";
}

TEST_F(GuessingTest, AnotherStageOfSchoolIsTheSameBudget) {
  const Asker school = {"school", kSchool, "staff/a", "enrolment"};
  const std::vector<std::string> stages = {"PRE", "PRI", "JUN", "TRANS"};
  int answered = 0;
  for (int i = 0; i < 40; ++i) {
    answered += Ask(school, "SchoolService/QueryEnrolment",
                    {{"document", Document(Guess(i))},
                     {"school", kSchool},
                     {"stage", stages[i % 4]},
                     {"season", 2025}});
  }
  EXPECT_EQ(answered, 20);
}

TEST_F(GuessingTest, ManyOperatorsShareTheirInstitutionsDay) {
  int answered = 0;
  for (int i = 0; i < 300; ++i)
    answered += AskAbout(Desk("staff/s" + std::to_string(i / 10)), Guess(i));
  EXPECT_EQ(answered, 200);
  EXPECT_FALSE(AskAbout(Desk("staff/fresh"), talent_));
}

TEST_F(GuessingTest, ACardThatIsNotTheirsFindsNobody) {
  Json request = {{"hospital", kHospital},
                  {"document", Document(talent_)},
                  {"card", "cards/0123456789abcdef0123456789abcdef"}};
  const auto answer = client_->Call(
      Desk("staff/a"), "HospitalService/VerifyGreenChannel", request);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->value("outcome", ""), "DENY");
  EXPECT_EQ(answer->value("reason", ""), "NOT_ON_LIST");
}

// A school's stream is one more way.
TEST_F(GuessingTest, AStreamedBatchBeyondTheBudgetGetsNoAnswerAtAll) {
  grpc::ClientContext context;
  const Asker school = {"school", kSchool, "staff/a", "enrolment"};
  client_->Identify(school, context);
  const auto stub = v1::SchoolService::NewStub(*client_->Channel(school));
  const auto stream = stub->BatchQueryEnrolment(&context);
  v1::BatchQueryEnrolmentRequest request;
  for (int i = 0; i < 30; ++i) {
    auto* one = request.add_requests();
    one->mutable_document()->set_kind(v1::RESIDENT_IDENTITY_CARD);
    one->mutable_document()->set_number(Guess(i));
    one->set_school(kSchool);
    one->set_stage("PRI");
    one->set_season(2025);
  }
  v1::BatchQueryEnrolmentResponse response;
  stream->Write(request);
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_EQ(stream->Finish().error_code(),
            grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(Alarms(), 1);
}

// Whoever can ask by document is bounded, at the counter too; what nobody was
// found for is on record.
TEST_F(GuessingTest, EveryKindThatAsksByDocumentIsBounded) {
  struct Row {
    Asker asker;
    const char* method;
    int answers;
  };
  const Row rows[] = {
      {{"education-bureau", "offices/education", "staff/a", "enrolment"},
       "SchoolService/QueryEnrolment",
       20},
      {{"clerk", "stations/haizhou", "staff/a", "counter"},
       "RegistryService/FindPerson",
       60},
      {{"reviewer", "stations/ganwang", "staff/a", "review"},
       "RegistryService/FindPerson",
       20},
      {{"talent-office", "offices/talent", "staff/a", "review"},
       "RegistryService/FindPerson",
       20},
      {{"auditor", "offices/audit", "staff/a", "audit"},
       "RegistryService/FindPerson",
       20},
  };
  for (const Row& row : rows) {
    int answered = 0;
    const uint64_t before = ledger::ReadHead(database_.Latest())->size();
    const auto about = [&](const std::string& number) {
      Json request = {{"document", Document(number)}};
      if (std::string_view(row.method) == "SchoolService/QueryEnrolment")
        request.update({{"stage", "PRI"}, {"season", 2025}});
      return request;
    };
    for (int i = 0; i < 100; ++i) {
      client::Failure failure;
      const auto answer =
          client_->Call(row.asker, row.method, about(Guess(i)), &failure);
      const bool told =
          answer.ok() || failure.code == grpc::StatusCode::NOT_FOUND;
      EXPECT_TRUE(told || failure.reason == "MISS_BUDGET_SPENT")
          << row.asker.kind << ": " << failure.message;
      answered += told;
    }
    EXPECT_EQ(answered, row.answers) << row.asker.kind;
    EXPECT_GE(ledger::ReadHead(database_.Latest())->size(),
              before + static_cast<uint64_t>(row.answers) + 1)
        << "each of them, and the alarm";
    EXPECT_FALSE(Ask(row.asker, row.method, about(talent_))) << row.asker.kind;
  }
}

TEST_F(GuessingTest, AFullDiskLetsNobodyGuessOn) {
  ASSERT_EQ(Walk(Desk("staff/a"), 0, 30), 20);
  database_.SetFull(true);
  EXPECT_FALSE(AskAbout(Desk("staff/a"), talent_));
  EXPECT_TRUE(AskAbout(Desk("staff/b"), talent_)) << "patients are answered";
}

TEST_F(GuessingTest, OneDesksBatchDoesNotShutItsHospital) {
  Json requests = Json::array();
  for (int i = 0; i < 256; ++i)
    requests.push_back({{"document", Document(Guess(i))}});
  EXPECT_FALSE(Ask(Desk("staff/a"), "HospitalService/BatchVerifyGreenChannel",
                   {{"hospital", kHospital}, {"requests", requests}}));
  EXPECT_TRUE(AskAbout(Desk("staff/b"), talent_));
  EXPECT_EQ(Walk(Desk("staff/b"), 300, 310), 10);
}

}  // namespace
}  // namespace talentcard
