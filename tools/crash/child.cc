#include "tools/crash/child.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>

extern char** environ;

namespace talentcard::crash {
namespace {

void Require(bool ok, const char* what) {
  if (ok) return;
  std::perror(what);
  std::exit(1);
}

}  // namespace

Child::Child(const std::vector<std::string>& arguments) {
  int ends[2];
  Require(pipe2(ends, O_CLOEXEC) == 0, "pipe");
  std::vector<char*> argv;
  for (const std::string& argument : arguments) {
    argv.push_back(const_cast<char*>(argument.c_str()));
  }
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null",
                                   O_WRONLY, 0);
  errno = posix_spawn(&pid_, argv[0], &actions, nullptr, argv.data(), environ);
  Require(errno == 0, "spawn");
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  output_ = ends[0];
}

Child::~Child() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    Wait();
  }
  close(output_);
}

void Child::Listen(int ms) {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::milliseconds(ms);
  char buffer[1 << 16];
  while (true) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
                          end - Clock::now())
                          .count();
    if (left <= 0) return;
    pollfd wait{output_, POLLIN, 0};
    if (poll(&wait, 1, static_cast<int>(left)) <= 0) continue;
    const ssize_t n = read(output_, buffer, sizeof buffer);
    if (n <= 0) return;
    said_.append(buffer, n);
  }
}

void Child::Await(int ms) {
  constexpr int kStep = 10;
  for (int waited = 0; waited < ms && said_.empty(); waited += kStep)
    Listen(kStep);
}

void Child::Kill() {
  kill(pid_, SIGKILL);
  Wait();
}

int Child::Wait() {
  char buffer[1 << 16];
  for (ssize_t n; (n = read(output_, buffer, sizeof buffer)) > 0;)
    said_.append(buffer, n);
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace talentcard::crash
