#ifndef TALENTCARD_SERVICES_RPC_REPORT_H_
#define TALENTCARD_SERVICES_RPC_REPORT_H_

#include <grpcpp/grpcpp.h>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>

#include "absl/status/statusor.h"
#include "services/rpc/calls.h"

namespace talentcard::rpc {

// A stream of messages about one long piece of work, which runs on a thread of
// its own and may be cancelled. Deletes itself at the end.
template <typename Response>
class Report : public grpc::ServerWriteReactor<Response> {
 public:
  // Cuts the message to what the asker may see, sends it and waits until it is
  // sent; false once the caller is gone.
  using Send = std::function<bool(Response)>;
  using Work = std::function<absl::Status(const Call&, const Send&)>;

  // Refuses at once if `admitted` is an error. What `work` uses must outlive
  // the server.
  Report(absl::StatusOr<Call> admitted, Work work) {
    if (!admitted.ok()) {
      this->Finish(ToGrpc(admitted.status()));
      return;
    }
    std::thread([this, call = *std::move(admitted), work = std::move(work)] {
      const absl::Status status = work(call, [&](Response message) {
        Disclose(*call.rule, message);
        return SendOne(std::move(message));
      });
      this->Finish(ToGrpc(status));
    }).detach();
  }

  void OnWriteDone(bool ok) override {
    const std::lock_guard lock(mutex_);
    writing_ = false;
    cancelled_ = cancelled_ || !ok;
    changed_.notify_all();
  }
  void OnCancel() override {
    const std::lock_guard lock(mutex_);
    cancelled_ = true;
    changed_.notify_all();
  }
  void OnDone() override { delete this; }

 private:
  bool SendOne(Response message) {
    {
      const std::lock_guard lock(mutex_);
      if (cancelled_) return false;
      writing_ = true;
    }
    message_ = std::move(message);
    this->StartWrite(&message_);
    // A write that began ends, even if the call is cancelled.
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !writing_; });
    return !cancelled_;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool writing_ = false;
  bool cancelled_ = false;
  Response message_;
};

}  // namespace talentcard::rpc

#endif  // TALENTCARD_SERVICES_RPC_REPORT_H_
