#ifndef TALENTCARD_SERVICES_RPC_STREAM_H_
#define TALENTCARD_SERVICES_RPC_STREAM_H_

#include <grpcpp/grpcpp.h>

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "services/rpc/calls.h"

namespace talentcard::rpc {

// A stream on which each message is one transaction, answered in order before
// the next is read. Each is let in as a call of its own would be then; one that
// is not ends the stream. Deletes itself at the end.
template <typename Request, typename Response>
class MessageStream : public grpc::ServerBidiReactor<Request, Response> {
 public:
  MessageStream(const Foundation& foundation,
                const grpc::CallbackServerContext& context,
                const std::string& method)
      : foundation_(foundation), context_(context) {
    absl::StatusOr<Call> call = AdmitStream(foundation, context, method);
    if (!call.ok()) {
      End(call.status());
      return;
    }
    call_ = *std::move(call);
    this->StartRead(&request_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) return End(absl::OkStatus());
    absl::StatusOr<Call> call =
        AdmitStream(foundation_, context_, call_.method);
    if (!call.ok()) return End(call.status());
    call_ = *std::move(call);
    foundation_.gate.Enter(VisitOf(call_), [this](auto pass) {
      if (!pass.ok()) return End(pass.status());
      Serve(*std::move(pass));
    });
  }

  void OnWriteDone(bool ok) override {
    if (!ok) return End(absl::CancelledError());
    request_.Clear();
    response_.Clear();
    this->StartRead(&request_);
  }

  void OnDone() override { delete this; }

 protected:
  // Checks the request and does what needs no transaction; an error ends the
  // stream.
  virtual absl::Status Prepare() = 0;
  // On the writer's thread; may run again.
  virtual absl::Status Write(store::Transaction& transaction) = 0;
  // Fills the response once the transaction is durable or failed.
  virtual absl::Status Respond(const absl::StatusOr<uint64_t>& revision) = 0;

  const Foundation& foundation_;
  Call call_;
  Request request_;
  Response response_;

 private:
  void Serve(std::shared_ptr<const Gate::Pass> pass) {
    absl::Status refused =
        CheckRequest(*call_.rule, call_.method, call_.asker, request_);
    if (refused.ok()) refused = Prepare();
    if (!refused.ok()) return End(refused);
    foundation_.writer.Submit(
        [this](store::Transaction& transaction) {
          refused_ = Write(transaction);
          return IsKeeping(refused_) ? absl::OkStatus() : refused_;
        },
        [this, pass](const absl::StatusOr<uint64_t>& revision) {
          if (revision.ok() && !refused_.ok()) return End(refused_);
          const absl::Status failed = Respond(revision);
          if (!failed.ok()) return End(failed);
          Disclose(*call_.rule, response_);
          this->StartWrite(&response_);
        });
  }
  void End(const absl::Status& status) { this->Finish(ToGrpc(status)); }

  const grpc::CallbackServerContext& context_;
  absl::Status refused_;  // By Write.
};

}  // namespace talentcard::rpc

#endif  // TALENTCARD_SERVICES_RPC_STREAM_H_
