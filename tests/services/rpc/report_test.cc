#include "services/rpc/report.h"

#include <future>

#include "chengzhou/talentcard/v1/audit_service.grpc.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/rpc/turns.h"

namespace talentcard::rpc {
namespace {

// Reports that go on until they are let go.
class Reports : public v1::AuditService::CallbackService {
 public:
  explicit Reports(Gate& gate) : gate_(gate) {}

  grpc::ServerWriteReactor<v1::VerifyLogResponse>* VerifyLog(
      grpc::CallbackServerContext* context,
      const v1::VerifyLogRequest* /*request*/) override {
    using Stream = Report<v1::VerifyLogResponse>;
    const auto staff = context->client_metadata().find("asker-staff")->second;
    Call call;
    call.asker.actor.staff = std::string(staff.data(), staff.size());
    call.rule = &rule_;
    call.gate = &gate_;
    return new Stream(std::move(call),
                      [this](const Call&, const Stream::Send& send) {
                        Begin();
                        send({});
                        return absl::OkStatus();
                      });
  }

  int begun() {
    const std::lock_guard lock(mutex_);
    return begun_;
  }
  void WaitUntilBegun(int reports) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return begun_ >= reports; });
  }
  void LetGo() {
    const std::lock_guard lock(mutex_);
    may_go_ = true;
    changed_.notify_all();
  }

 private:
  void Begin() {
    std::unique_lock lock(mutex_);
    ++begun_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return may_go_; });
  }

  Gate& gate_;
  const policy::AccessRule rule_{.relation = "any"};
  std::mutex mutex_;
  std::condition_variable changed_;
  int begun_ = 0;
  bool may_go_ = false;
};

class ReportTest : public testing::Test {
 protected:
  // Somebody who has asked for a report.
  class Waiting {
   public:
    Waiting(v1::AuditService::Stub& stub, const std::string& staff) {
      context_.AddMetadata("asker-staff", staff);
      reader_ = stub.VerifyLog(&context_, {});
    }
    grpc::Status End() {
      v1::VerifyLogResponse message;
      while (reader_->Read(&message)) ++messages_;
      return reader_->Finish();
    }
    int messages() const { return messages_; }

   private:
    grpc::ClientContext context_;
    std::unique_ptr<grpc::ClientReader<v1::VerifyLogResponse>> reader_;
    int messages_ = 0;
  };

  void Open(Gate::Limits limits) {
    gate_ = std::make_unique<Gate>(
        limits, [] { return absl::FromUnixSeconds(1780000000); },
        [this](std::function<void()> turn) { turns_.Run(std::move(turn)); });
    reports_ = std::make_unique<Reports>(*gate_);
    grpc::ServerBuilder builder;
    builder.RegisterService(reports_.get());
    server_ = builder.BuildAndStart();
    stub_ = v1::AuditService::NewStub(
        server_->InProcessChannel(grpc::ChannelArguments()));
  }
  void TearDown() override {
    reports_->LetGo();
    server_->Shutdown();
  }

  std::unique_ptr<Gate> gate_;
  Turns turns_{1};  // Gives up its last place before the gate goes.
  std::unique_ptr<Reports> reports_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::AuditService::Stub> stub_;
};

TEST_F(ReportTest, OneAskerHasTwoAtOnce) {
  Open({});
  Waiting first(*stub_, "staff/a"), second(*stub_, "staff/a");
  reports_->WaitUntilBegun(2);
  const grpc::Status third = Waiting(*stub_, "staff/a").End();
  EXPECT_EQ(third.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_THAT(third.error_details(), testing::HasSubstr("TOO_MANY_REQUESTS"));
  Waiting other(*stub_, "staff/b");
  reports_->WaitUntilBegun(3);
  reports_->LetGo();
  for (Waiting* waiting : {&first, &second, &other}) {
    EXPECT_TRUE(waiting->End().ok());
    EXPECT_EQ(waiting->messages(), 1);
  }
  EXPECT_EQ(gate_->under_way(), 0) << "their places are free when they end";
  EXPECT_TRUE(Waiting(*stub_, "staff/a").End().ok());
}

TEST_F(ReportTest, WaitsAtTheGateUntilNobodyMoreUrgentDoes) {
  Open({.under_way = 1, .waiting = 9, .per_principal = 9});
  using Place = std::shared_ptr<const Gate::Pass>;
  std::promise<Place> first, second;
  const auto come = [&](std::promise<Place>& in) {
    gate_->Enter({"desk", Priority::kDesk},
                 [&in](auto pass) { in.set_value(*std::move(pass)); });
  };
  come(first);
  Place desk = first.get_future().get();
  Waiting report(*stub_, "staff/a");
  while (gate_->waiting() < 1) std::this_thread::yield();
  come(second);
  desk = nullptr;
  desk = second.get_future().get();
  EXPECT_EQ(reports_->begun(), 0);
  desk = nullptr;
  reports_->WaitUntilBegun(1);
  reports_->LetGo();
  EXPECT_TRUE(report.End().ok());
}

}  // namespace
}  // namespace talentcard::rpc
