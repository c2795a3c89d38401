#include "services/rpc/gate.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "services/rpc/errors.h"

namespace talentcard::rpc {
namespace {

absl::Status TooMany(std::string_view message) {
  return Error(absl::StatusCode::kResourceExhausted, v1::TOO_MANY_REQUESTS,
               message);
}

absl::Status TooLate() {
  return absl::DeadlineExceededError("its turn did not come in time");
}

}  // namespace

Priority PriorityOf(std::string_view method) {
  const bool list = method.find(".Batch") != std::string_view::npos ||
                    method.find(".Import") != std::string_view::npos ||
                    method.find(".Count") != std::string_view::npos ||
                    method == "CardService.ReportScans";
  if (list) return Priority::kBatch;
  return method.starts_with("HospitalService.") ? Priority::kGreenChannel
                                                : Priority::kDesk;
}

void Gate::Enter(Visit visit, Turn turn) {
  std::optional<Turn> shed;
  std::shared_ptr<const Pass> pass;
  absl::Status refused;
  {
    const std::lock_guard lock(mutex_);
    refused = Refusal(visit);
    if (refused.ok() && under_way_ < limits_.under_way) {
      ++under_way_;
      ++by_principal_[visit.principal];
      pass = std::make_shared<const Pass>(*this, visit.principal);
    } else if (refused.ok()) {
      if (MakeRoom(visit.priority, shed)) {
        ++by_principal_[visit.principal];
        waiting_[static_cast<size_t>(visit.priority)].push_back(
            {std::move(visit), std::move(turn)});
      } else {
        refused = TooMany(
            "more calls than can be answered; ask again in a few seconds");
      }
    }
  }
  if (shed)
    (*shed)(TooMany("more urgent calls came; ask again in a few seconds"));
  if (!refused.ok()) {
    turn(refused);
  } else if (pass) {
    turn(std::move(pass));
  }
}

void Gate::Leave(const std::string& principal) {
  const std::lock_guard lock(mutex_);
  --under_way_;
  Forget(principal);
  while (std::optional<Waiting> next = TakeNext()) {
    if (next->visit.deadline <= now_()) {
      Forget(next->visit.principal);
      run_([turn = std::move(next->turn)] { turn(TooLate()); });
      continue;
    }
    ++under_way_;
    run_([turn = std::move(next->turn),
          pass = std::make_shared<const Pass>(
              *this, std::move(next->visit.principal))] { turn(pass); });
    return;
  }
}

std::optional<Gate::Waiting> Gate::TakeNext() {
  for (std::deque<Waiting>& queue : waiting_) {
    if (queue.empty()) continue;
    Waiting next = std::move(queue.front());
    queue.pop_front();
    return next;
  }
  return std::nullopt;
}

absl::Status Gate::Refusal(const Visit& visit) {
  if (visit.deadline <= now_()) return TooLate();
  const int most = visit.at_most == 0
                       ? limits_.per_principal
                       : std::min(visit.at_most, limits_.per_principal);
  const auto it = by_principal_.find(visit.principal);
  if (it != by_principal_.end() && it->second >= most)
    return TooMany(absl::StrCat(
        "you have ", most, " such calls under way; wait for their answers"));
  return absl::OkStatus();
}

bool Gate::MakeRoom(Priority priority, std::optional<Turn>& shed) {
  if (Waiters() < limits_.waiting) return true;
  for (int p = kPriorities - 1; p > static_cast<int>(priority); --p) {
    std::deque<Waiting>& queue = waiting_[static_cast<size_t>(p)];
    if (queue.empty()) continue;
    Forget(queue.back().visit.principal);
    shed = std::move(queue.back().turn);
    queue.pop_back();
    return true;
  }
  return false;
}

void Gate::Forget(const std::string& principal) {
  const auto it = by_principal_.find(principal);
  if (--it->second == 0) by_principal_.erase(it);
}

int Gate::Waiters() const {
  size_t count = 0;
  for (const auto& queue : waiting_) count += queue.size();
  return static_cast<int>(count);
}

int Gate::under_way() const {
  const std::lock_guard lock(mutex_);
  return under_way_;
}

int Gate::waiting() const {
  const std::lock_guard lock(mutex_);
  return Waiters();
}

}  // namespace talentcard::rpc
