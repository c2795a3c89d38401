#ifndef TALENTCARD_SERVICES_RPC_TURNS_H_
#define TALENTCARD_SERVICES_RPC_TURNS_H_

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace talentcard::rpc {

// Threads on which calls go on whose turn has come. The destructor runs what is
// left.
class Turns {
 public:
  explicit Turns(int threads);
  ~Turns();
  Turns(const Turns&) = delete;
  Turns& operator=(const Turns&) = delete;

  void Run(std::function<void()> turn);

 private:
  void Serve();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> turns_;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace talentcard::rpc

#endif  // TALENTCARD_SERVICES_RPC_TURNS_H_
