#include <future>
#include <thread>

#include "chengzhou/talentcard/v1/hospital_service.grpc.pb.h"
#include "services/ledger/tree.h"
#include "tests/integration/world.h"

namespace talentcard {
namespace {

namespace v1 = chengzhou::talentcard::v1;

class DrainTest : public World {
 protected:
  // A question of a hospital's desk, under way.
  struct Question {
    grpc::ClientContext context;
    v1::VerifyRequest request;
    v1::VerifyResponse response;
    std::promise<grpc::Status> said;
  };

  void SetUp() override {
    Publish();
    ImportFamilies();
  }

  std::unique_ptr<Question> Ask(const std::string& desk) {
    const Asker asker{"hospital", "hospitals/haicheng-central", desk,
                      "at the desk"};
    if (!stub_) stub_ = v1::HospitalService::NewStub(*client_->Channel(asker));
    auto question = std::make_unique<Question>();
    client_->Identify(asker, question->context);
    question->request.set_hospital(asker.institution);
    *question->request.mutable_document() =
        population::StoryFamilies().at("d2").documents(0);
    stub_->async()->VerifyGreenChannel(
        &question->context, &question->request, &question->response,
        [q = question.get()](const grpc::Status& s) { q->said.set_value(s); });
    return question;
  }

  std::unique_ptr<v1::HospitalService::Stub> stub_;
};

TEST_F(DrainTest, AnswersEverybodyWhoIsInOrWaitsAndNobodyElse) {
  // The writer is busy, so that calls stay under way and then wait.
  std::promise<void> writer_may_go;
  const auto going = writer_may_go.get_future().share();
  writer_.Submit(
      [going](store::Transaction&) {
        going.wait();
        return absl::OkStatus();
      },
      [](const absl::StatusOr<uint64_t>&) {});
  const int most = rpc::Gate::Limits{}.under_way;
  const int waiting = 6;
  std::vector<std::unique_ptr<Question>> questions;
  for (int i = 0; i < most + waiting; ++i)
    questions.push_back(Ask(i % 2 == 0 ? "staff/one" : "staff/two"));
  while (gate_.under_way() < most || gate_.waiting() < waiting)
    std::this_thread::yield();

  std::thread drain([this] { rpc::Drain(*server_, absl::Seconds(60)); });
  writer_may_go.set_value();
  drain.join();
  const auto late = Ask("staff/three");
  EXPECT_EQ(late->said.get_future().get().error_code(),
            grpc::StatusCode::UNAVAILABLE);

  const auto head = ledger::ReadHead(database_.Latest());
  ASSERT_TRUE(head.ok()) << head.status();
  std::set<int64_t> leaves;
  for (const auto& question : questions) {
    const grpc::Status said = question->said.get_future().get();
    ASSERT_TRUE(said.ok()) << said.error_message();
    ASSERT_TRUE(question->response.has_log_index());
    EXPECT_LT(question->response.log_index(),
              static_cast<int64_t>(head->size()));
    leaves.insert(question->response.log_index());
  }
  EXPECT_EQ(leaves.size(), questions.size());
}

}  // namespace
}  // namespace talentcard
