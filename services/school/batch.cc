#include "services/school/batch.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "services/answer/record.h"
#include "services/school/enrolment.h"

namespace talentcard::school {
namespace {

constexpr char kMethod[] = "SchoolService.BatchQueryEnrolment";
constexpr int kMostInBatch = 256;

class Batch : public grpc::ServerBidiReactor<v1::BatchQueryEnrolmentRequest,
                                             v1::BatchQueryEnrolmentResponse> {
 public:
  Batch(const rpc::Foundation& foundation,
        const grpc::CallbackServerContext& context)
      : foundation_(foundation) {
    absl::StatusOr<rpc::Call> call =
        rpc::Admit(foundation, context, kMethod, request_);
    if (!call.ok()) {
      Finish(rpc::ToGrpc(call.status()));
      return;
    }
    call_ = *std::move(call);
    StartRead(&request_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) {
      Finish(grpc::Status::OK);
      return;
    }
    // Each message sees the time and the policy of its own arrival.
    call_.now = foundation_.clock.Now();
    const auto asked = std::make_shared<std::vector<answer::Asked>>();
    if (const absl::Status failed = Decide(*asked); !failed.ok()) {
      Finish(rpc::ToGrpc(failed));
      return;
    }
    foundation_.writer.Submit(
        [this, asked](store::Transaction& transaction) {
          return answer::RecordAnswers(transaction, foundation_, call_, *asked);
        },
        [this, asked](const absl::StatusOr<uint64_t>& revision) {
          if (!revision.ok() && !absl::IsResourceExhausted(revision.status())) {
            Finish(rpc::ToGrpc(revision.status()));
            return;
          }
          response_.Clear();
          for (const answer::Asked& one : *asked)
            *response_.add_responses() = ShowEnrolment(call_, one.decision);
          rpc::Disclose(*call_.rule, response_);
          StartWrite(&response_);
        });
  }

  void OnWriteDone(bool ok) override {
    if (!ok) {
      Finish(grpc::Status::CANCELLED);
      return;
    }
    request_.Clear();
    StartRead(&request_);
  }

  void OnDone() override { delete this; }

 private:
  absl::Status Decide(std::vector<answer::Asked>& asked) {
    if (request_.requests().empty() ||
        request_.requests_size() > kMostInBatch) {
      return rpc::Invalid({{"requests", "1 to 256 a message"}});
    }
    ASSIGN_OR_RETURN(const answer::Known known,
                     answer::Known::Now(foundation_));
    asked.reserve(request_.requests_size());
    for (int i = 0; i < request_.requests_size(); ++i) {
      ASSIGN_OR_RETURN(
          answer::Asked one,
          AskEnrolment(foundation_, known, call_, request_.requests(i),
                       absl::StrCat("requests[", i, "].")));
      asked.push_back(std::move(one));
    }
    return absl::OkStatus();
  }

  const rpc::Foundation& foundation_;
  rpc::Call call_;
  v1::BatchQueryEnrolmentRequest request_;
  v1::BatchQueryEnrolmentResponse response_;
};

}  // namespace

grpc::ServerBidiReactor<v1::BatchQueryEnrolmentRequest,
                        v1::BatchQueryEnrolmentResponse>*
StartBatch(const rpc::Foundation& foundation,
           const grpc::CallbackServerContext& context) {
  return new Batch(foundation, context);
}

}  // namespace talentcard::school
