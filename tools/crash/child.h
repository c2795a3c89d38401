#ifndef TALENTCARD_TOOLS_CRASH_CHILD_H_
#define TALENTCARD_TOOLS_CRASH_CHILD_H_

#include <sys/types.h>

#include <string>
#include <vector>

namespace talentcard::crash {

// A process whose output is read here. Killed when it goes.
class Child {
 public:
  // Starts `arguments[0]`; ends this process if that fails.
  explicit Child(const std::vector<std::string>& arguments);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // Reads what it says for `ms` milliseconds, or until it closes its output.
  void Listen(int ms);
  // Reads until it has said something, for `ms` milliseconds at most.
  void Await(int ms);
  // SIGKILL, then what it had still said.
  void Kill();
  // Waits for its end: its exit code, or 128 + the signal.
  int Wait();
  const std::string& said() const { return said_; }

 private:
  pid_t pid_ = -1;
  int output_ = -1;
  std::string said_;
};

}  // namespace talentcard::crash

#endif  // TALENTCARD_TOOLS_CRASH_CHILD_H_
