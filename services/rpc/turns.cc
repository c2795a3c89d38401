#include "services/rpc/turns.h"

#include <utility>

namespace talentcard::rpc {

Turns::Turns(int threads) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Serve(); });
}

Turns::~Turns() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Turns::Run(std::function<void()> turn) {
  {
    const std::lock_guard lock(mutex_);
    turns_.push_back(std::move(turn));
  }
  changed_.notify_one();
}

void Turns::Serve() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return ending_ || !turns_.empty(); });
    if (turns_.empty()) return;
    std::function<void()> turn = std::move(turns_.front());
    turns_.pop_front();
    lock.unlock();
    turn();
    turn = nullptr;  // What it holds goes before the lock is taken again.
    lock.lock();
  }
}

}  // namespace talentcard::rpc
