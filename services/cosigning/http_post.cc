#include "services/cosigning/http_post.h"

#include <httplib.h>
#include <signal.h>
#include <sys/socket.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "absl/strings/str_cat.h"

namespace talentcard::cosigning {
namespace {

constexpr std::string_view kUnix = "unix:";

// Ends the client's connection when time is over: httplib's own timeouts begin
// anew with each byte, of the headers too.
class Deadline {
 public:
  Deadline(httplib::Client& client, std::chrono::steady_clock::time_point end)
      : thread_([this, &client, end] {
          std::unique_lock lock(mutex_);
          if (!changed_.wait_until(lock, end, [this] { return done_; }))
            client.stop();
        }) {}
  ~Deadline() {
    {
      const std::lock_guard lock(mutex_);
      done_ = true;
    }
    changed_.notify_one();
    thread_.join();
  }
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool done_ = false;
  std::thread thread_;
};

// For this thread, writing to who has hung up is an error and no signal: it
// would end the process, and httplib does not ask the system not to send it.
class NoBrokenPipe {
 public:
  NoBrokenPipe() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~NoBrokenPipe() {
    const timespec now{};
    while (sigtimedwait(&pipe_, nullptr, &now) == SIGPIPE) {
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  NoBrokenPipe(const NoBrokenPipe&) = delete;
  NoBrokenPipe& operator=(const NoBrokenPipe&) = delete;

 private:
  sigset_t pipe_;
  sigset_t before_;
};

}  // namespace

absl::StatusOr<ledger::WitnessReply> HttpPost(const std::string& url,
                                              const std::string& body) {
  return HttpPostWithin(kPatience, url, body);
}

absl::StatusOr<ledger::WitnessReply> HttpPostWithin(absl::Duration patience,
                                                    const std::string& url,
                                                    const std::string& body) {
  const bool at_a_socket = url.starts_with(kUnix);
  httplib::Client client(at_a_socket ? url.substr(kUnix.size()) : url);
  if (!client.is_valid())
    return absl::UnavailableError(absl::StrCat("not an address: `", url, "`"));
  if (at_a_socket) client.set_address_family(AF_UNIX);
  const std::chrono::milliseconds each = absl::ToChronoMilliseconds(patience);
  client.set_connection_timeout(each);
  client.set_read_timeout(each);
  client.set_write_timeout(each);

  std::string reply;
  httplib::Request request;
  request.method = "POST";
  request.path = "/add-checkpoint";
  request.headers = {{"Content-Type", "text/plain; charset=utf-8"}};
  if (at_a_socket) request.headers.emplace("Host", "witness");
  request.body = body;
  request.content_receiver = [&reply](const char* data, size_t size,
                                      uint64_t /*offset*/, uint64_t /*total*/) {
    if (reply.size() + size > kLongestReply) return false;
    reply.append(data, size);
    return true;
  };
  const NoBrokenPipe no_broken_pipe;
  const Deadline deadline(client, std::chrono::steady_clock::now() + each);
  const httplib::Result result = client.send(request);
  if (!result) {
    return absl::UnavailableError(
        absl::StrCat("no answer of at most ", kLongestReply, " bytes within ",
                     absl::FormatDuration(patience), " from `", url,
                     "`: ", httplib::to_string(result.error())));
  }
  return ledger::WitnessReply{result->status,
                              result->get_header_value("Content-Type"), reply};
}

}  // namespace talentcard::cosigning
