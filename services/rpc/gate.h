#ifndef TALENTCARD_SERVICES_RPC_GATE_H_
#define TALENTCARD_SERVICES_RPC_GATE_H_

#include <array>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace talentcard::rpc {

// Most urgent first: a patient at a desk, anybody at a desk, a list.
enum class Priority { kGreenChannel, kDesk, kBatch };
inline constexpr int kPriorities = 3;

// Of an RPC, e.g. `HospitalService.VerifyGreenChannel`.
Priority PriorityOf(std::string_view method);

// How many calls are served at once, and who waits for whom. Thread-safe.
//
// A call beyond `under_way` waits; the most urgent of the waiting goes in
// first, among equals the one that came first. When nobody more may wait, a
// call takes the place of the last and least urgent one that is less urgent
// than itself; so a list is shed before a desk, and a desk before a patient.
// Nobody is let in after their deadline, and one asker's calls never take every
// place.
class Gate {
 public:
  struct Limits {
    int under_way = 64;      // Few: whoever is in waits for one commit at most.
    int waiting = 1024;      // Bounds memory: at most 1 MiB a request.
    int per_principal = 64;  // Under way and waiting.
  };
  struct Visit {
    std::string principal;
    Priority priority = Priority::kDesk;
    absl::Time deadline = absl::InfiniteFuture();
    // Of this principal's, if fewer than the limit; 0: the limit.
    int at_most = 0;
  };

  // A place among those under way; gives it up when it is destroyed.
  class Pass {
   public:
    Pass(Gate& gate, std::string principal)
        : gate_(gate), principal_(std::move(principal)) {}
    ~Pass() { gate_.Leave(principal_); }
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;

   private:
    Gate& gate_;
    const std::string principal_;
  };
  // Called once: with a pass, or kResourceExhausted (too many calls), or
  // kDeadlineExceeded.
  using Turn = std::function<void(absl::StatusOr<std::shared_ptr<const Pass>>)>;

  // `run` runs what waited, later and on another thread than the one that gave
  // up its place, which may be the writer's. It must not run it at once.
  Gate(Limits limits, std::function<absl::Time()> now,
       std::function<void(std::function<void()>)> run)
      : limits_(limits), now_(std::move(now)), run_(std::move(run)) {}

  // Calls `turn` at once, on this thread, if there is room or no hope; else
  // when its turn comes.
  void Enter(Visit visit, Turn turn);

  int under_way() const;
  int waiting() const;

 private:
  struct Waiting {
    Visit visit;
    Turn turn;
  };
  void Leave(const std::string& principal);
  // All with `mutex_` held.
  absl::Status Refusal(const Visit& visit);
  bool MakeRoom(Priority priority, std::optional<Turn>& shed);
  std::optional<Waiting> TakeNext();
  void Forget(const std::string& principal);
  int Waiters() const;

  const Limits limits_;
  const std::function<absl::Time()> now_;
  const std::function<void(std::function<void()>)> run_;
  mutable std::mutex mutex_;
  std::array<std::deque<Waiting>, kPriorities> waiting_;
  std::map<std::string, int> by_principal_;
  int under_way_ = 0;
};

}  // namespace talentcard::rpc

#endif  // TALENTCARD_SERVICES_RPC_GATE_H_
