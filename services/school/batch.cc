#include "services/school/batch.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "services/answer/record.h"
#include "services/rpc/stream.h"
#include "services/school/enrolment.h"

namespace talentcard::school {
namespace {

constexpr char kMethod[] = "SchoolService.BatchQueryEnrolment";
constexpr int kMostInBatch = 256;

class Batch : public rpc::MessageStream<v1::BatchQueryEnrolmentRequest,
                                        v1::BatchQueryEnrolmentResponse> {
 public:
  Batch(const rpc::Foundation& foundation,
        const grpc::CallbackServerContext& context)
      : MessageStream(foundation, context, kMethod) {}

 private:
  absl::Status Prepare() override {
    if (request_.requests().empty() ||
        request_.requests_size() > kMostInBatch) {
      return rpc::Invalid({{"requests", "1 to 256 a message"}});
    }
    const auto known = answer::Known::Now(foundation_);
    asked_.clear();
    asked_.reserve(request_.requests_size());
    for (int i = 0; i < request_.requests_size(); ++i) {
      ASSIGN_OR_RETURN(
          answer::Asked one,
          AskEnrolment(foundation_, known, call_, request_.requests(i),
                       absl::StrCat("requests[", i, "].")));
      asked_.push_back(std::move(one));
    }
    return absl::OkStatus();
  }

  absl::Status Write(store::Transaction& transaction) override {
    return answer::RecordAnswers(transaction, foundation_, call_, asked_);
  }

  absl::Status Respond(const absl::StatusOr<uint64_t>& revision) override {
    // While the disk is full answers go out unrecorded.
    if (!revision.ok() && !absl::IsResourceExhausted(revision.status()))
      return revision.status();
    if (!revision.ok())
      RETURN_IF_ERROR(answer::CheckNotRefused(foundation_, call_));
    for (answer::Asked& one : asked_) {
      if (!revision.ok()) answer::ForgetRecord(one);
      *response_.add_responses() = ShowEnrolment(call_, one);
    }
    return absl::OkStatus();
  }

  std::vector<answer::Asked> asked_;
};

}  // namespace

grpc::ServerBidiReactor<v1::BatchQueryEnrolmentRequest,
                        v1::BatchQueryEnrolmentResponse>*
StartBatch(const rpc::Foundation& foundation,
           const grpc::CallbackServerContext& context) {
  return new Batch(foundation, context);
}

}  // namespace talentcard::school
