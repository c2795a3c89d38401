#ifndef TALENTCARD_TOOLS_ATTACK_ATTACKERS_H_
#define TALENTCARD_TOOLS_ATTACK_ATTACKERS_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "tools/attack/connection.h"
#include "tools/attack/frames.h"

// What is done to our own server on this machine, each until `end` and no
// longer. One thread runs one of them.
namespace talentcard::attack {

using Deadline = std::chrono::steady_clock::time_point;

struct Counts {
  std::atomic<int64_t> connections = 0;
  std::atomic<int64_t> streams = 0;
  std::atomic<int64_t> closed = 0;  // By the other end.
};

// A unary call as it is sent.
struct Call {
  std::string path;
  Headers metadata;
  std::string message;
};

// Opens streams and resets them at once, as fast as they are taken
// (CVE-2023-44487).
void ResetRapidly(const Target& target, const Call& call, Deadline end,
                  Counts& counts);
// Holds `connections` open and says nothing.
void StayIdle(const Target& target, int connections, Deadline end,
              Counts& counts);
// Holds connections: each begins `streams` calls and sends a byte of each now
// and then.
void SendSlowly(const Target& target, const Call& call, int connections,
                int streams, Deadline end, Counts& counts);
// Makes `per_second` calls, whether they are answered or not.
void Overload(const Target& target, const Call& call, double per_second,
              Deadline end, Counts& counts);

}  // namespace talentcard::attack

#endif  // TALENTCARD_TOOLS_ATTACK_ATTACKERS_H_
