#ifndef TALENTCARD_SERVICES_RPC_REPORT_H_
#define TALENTCARD_SERVICES_RPC_REPORT_H_

#include <grpcpp/grpcpp.h>

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "absl/status/statusor.h"
#include "services/rpc/calls.h"

namespace talentcard::rpc {

// A stream of messages about one long piece of work, which waits at the gate
// like a list, runs on a thread of its own and may be cancelled. One asker has
// kMost at once, counted apart from their other calls. Deletes itself at the
// end.
template <typename Response>
class Report : public grpc::ServerWriteReactor<Response> {
 public:
  // Cuts the message to what the asker may see, sends it and waits until it is
  // sent; false once the caller is gone.
  using Send = std::function<bool(Response)>;
  using Work = std::function<absl::Status(const Call&, const Send&)>;
  static constexpr int kMost = 2;

  // Refuses at once if `admitted` is an error. What `work` uses must outlive
  // the server.
  Report(absl::StatusOr<Call> admitted, Work work) {
    if (!admitted.ok()) {
      this->Finish(ToGrpc(admitted.status()));
      return;
    }
    const auto call = std::make_shared<const Call>(*std::move(admitted));
    call->gate->Enter({call->asker.actor.ToString() + " reports",
                       Priority::kBatch, call->deadline, kMost},
                      [this, call, work = std::move(work)](auto pass) {
                        if (pass.ok() && HasLeft())
                          pass = absl::CancelledError("its caller has left");
                        if (!pass.ok()) {
                          this->Finish(ToGrpc(pass.status()));
                          return;
                        }
                        std::thread(&Report::Run, this, call, work,
                                    *std::move(pass))
                            .detach();
                      });
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
  void Run(const std::shared_ptr<const Call>& call, const Work& work,
           std::shared_ptr<const Gate::Pass> pass) {
    const absl::Status status = work(*call, [&](Response message) {
      Disclose(*call->rule, message);
      return SendOne(std::move(message));
    });
    pass = nullptr;  // Whoever was told that it is over may come again.
    this->Finish(ToGrpc(status));
  }
  bool HasLeft() {
    const std::lock_guard lock(mutex_);
    return cancelled_;
  }
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
