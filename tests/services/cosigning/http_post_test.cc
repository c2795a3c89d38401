#include "services/cosigning/http_post.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace talentcard::cosigning {
namespace {

using testing::HasSubstr;

constexpr char kOk[] = "HTTP/1.1 200 OK\r\n";
// Long for this machine, short for whoever waits for a test.
constexpr absl::Duration kShort = absl::Milliseconds(400);
constexpr absl::Duration kMuchLater = absl::Seconds(30);

// Whoever listens at a socket and does with one connection what the test says.
class Witness {
 public:
  explicit Witness(std::function<void(Witness&)> serve)
      : listening_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    unlink(path_.c_str());
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path_.copy(address.sun_path, sizeof(address.sun_path) - 1);
    EXPECT_EQ(bind(listening_, reinterpret_cast<sockaddr*>(&address),
                   sizeof(address)),
              0);
    EXPECT_EQ(listen(listening_, 1), 0);
    thread_ = std::thread([this, serve = std::move(serve)] {
      connection_ = accept(listening_, nullptr, nullptr);
      serve(*this);
      close(connection_);
    });
  }
  ~Witness() {
    shutdown(listening_, SHUT_RDWR);  // In case nobody came.
    thread_.join();
    close(listening_);
    unlink(path_.c_str());
  }

  std::string url() const { return "unix:" + path_; }

  // What was sent, up to the body that ends with `last`.
  void ReadUntil(const std::string& last) {
    while (!request_.ends_with(last)) {
      char buffer[4096];
      const ssize_t size = read(connection_, buffer, sizeof(buffer));
      if (size <= 0) return;
      request_.append(buffer, static_cast<size_t>(size));
    }
  }
  // False once the other end has hung up.
  bool Say(const std::string& text) {
    return send(connection_, text.data(), text.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(text.size());
  }
  // Says `text` again and again, each 10 ms after the one before, until the
  // other end hangs up.
  void Trickle(const std::string& text) {
    pollfd hung_up{connection_, 0, 0};
    while (poll(&hung_up, 1, 10) == 0 && Say(text)) {
    }
  }
  const std::string& request() const { return request_; }

 private:
  const std::string path_ =
      absl::StrCat(testing::TempDir(), "/witness-", getpid(), ".sock");
  const int listening_;
  int connection_ = -1;
  std::string request_;
  std::thread thread_;
};

TEST(HttpPost, ASocketIsAskedAsAHostIs) {
  std::string request;
  absl::StatusOr<ledger::WitnessReply> reply;
  {
    Witness witness([&](Witness& w) {
      w.ReadUntil("a note\n");
      request = w.request();
      w.Say(absl::StrCat(kOk, "Content-Type: text/plain\r\n",
                         "Content-Length: 7\r\n\r\na line\n"));
    });
    reply = HttpPost(witness.url(), "a note\n");
  }
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_EQ(reply->code, 200);
  EXPECT_EQ(reply->type, "text/plain");
  EXPECT_EQ(reply->body, "a line\n");
  EXPECT_THAT(request, HasSubstr("POST /add-checkpoint HTTP/1.1\r\n"));
  EXPECT_THAT(request, HasSubstr("\r\nHost: witness\r\n"));
}

TEST(HttpPost, WhatItRefusesWithIsAnAnswer) {
  Witness witness([](Witness& w) {
    w.ReadUntil("x");
    w.Say("HTTP/1.1 409 Conflict\r\nContent-Length: 3\r\n\r\n12\n");
  });
  const auto reply = HttpPost(witness.url(), "x");
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_EQ(reply->code, 409);
  EXPECT_EQ(reply->body, "12\n");
}

TEST(HttpPost, AReplyMayHaveSixtyFourKilobytesAndNotAByteMore) {
  for (const size_t size : {kLongestReply, kLongestReply + 1}) {
    Witness witness([size](Witness& w) {
      w.ReadUntil("x");
      w.Say(absl::StrCat(kOk, "Content-Length: ", size, "\r\n\r\n",
                         std::string(size, 'x')));
    });
    const auto reply = HttpPostWithin(kMuchLater, witness.url(), "x");
    EXPECT_EQ(reply.ok(), size <= kLongestReply) << reply.status();
    EXPECT_EQ(reply.ok() ? reply->body.size() : kLongestReply + 1, size);
  }
}

TEST(HttpPost, AReplyWithoutEndIsCutOffBeforeItFillsTheMemory) {
  Witness witness([](Witness& w) {
    w.ReadUntil("x");
    w.Say(absl::StrCat(kOk, "\r\n"));
    while (w.Say(std::string(4096, 'x'))) {
    }
  });
  EXPECT_TRUE(absl::IsUnavailable(
      HttpPostWithin(kMuchLater, witness.url(), "x").status()));
}

TEST(HttpPost, WhoeverSendsAByteNowAndThenIsNotWaitedFor) {
  const std::string body = absl::StrCat(kOk, "Content-Length: 60000\r\n\r\n");
  struct {
    const char* name;
    std::string first, again;
  } const cases[] = {
      {"nothing", "", ""},
      {"the body", body, "x"},
      {"a header", kOk, "x"},
      {"headers", kOk, "a: b\r\n"},
      {"the first line", "", "H"},
      {"chunks", absl::StrCat(kOk, "Transfer-Encoding: chunked\r\n\r\n"),
       "1\r\nx\r\n"},
  };
  for (const auto& c : cases) {
    Witness witness([&](Witness& w) {
      w.ReadUntil("x");
      w.Say(c.first);
      w.Trickle(c.again);
    });
    const absl::Time began = absl::Now();
    const auto reply = HttpPostWithin(kShort, witness.url(), "x");
    EXPECT_TRUE(absl::IsUnavailable(reply.status())) << c.name;
    EXPECT_GE(absl::Now() - began, kShort) << c.name;
    EXPECT_LT(absl::Now() - began, 10 * kShort) << c.name;
  }
}

TEST(HttpPost, WhoeverHangsUpEndsTheCallAndNotTheServer) {
  // More than a socket holds: it is being sent when the other end closes, and
  // what was said before keeps the socket alive to whoever looks first.
  const std::string body(1 << 20, 'x');
  for (const std::string& said : {std::string(), absl::StrCat(kOk, "\r\n")}) {
    Witness witness([&](Witness& w) { w.Say(said); });
    EXPECT_TRUE(absl::IsUnavailable(HttpPost(witness.url(), body).status()));
  }
}

TEST(HttpPost, WhereNobodyIsNobodyAnswers) {
  for (const char* const url :
       {"unix:/nowhere/at/all.sock", "http://127.0.0.1:1"})
    EXPECT_TRUE(absl::IsUnavailable(HttpPost(url, "x").status())) << url;
}

}  // namespace
}  // namespace talentcard::cosigning
