#ifndef TALENTCARD_TOOLS_ATTACK_CONNECTION_H_
#define TALENTCARD_TOOLS_ATTACK_CONNECTION_H_

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace talentcard::attack {

struct Target {
  int port = 0;             // On 127.0.0.1, always.
  std::string ca;           // The edge's CA; empty: no TLS, the bare server.
  std::string certificate;  // PEM files of the attacker.
  std::string key;
};

// A connection to a server on this machine that keeps to no protocol but what
// is sent. One thread's.
class Connection {
 public:
  // TCP only, then what `target` needs of TLS. kUnavailable if it is refused.
  static absl::StatusOr<Connection> Open(const Target& target);
  // TCP only, whatever `target` speaks.
  static absl::StatusOr<Connection> OpenSilent(const Target& target);

  // Sends all of it, reading away what comes meanwhile. False once the other
  // end has closed, or took nothing for a second.
  bool Send(std::string_view bytes);
  // Reads away what is there; false once the other end has closed.
  bool Drain();

 private:
  struct Closed {
    void operator()(const int* file) const;
  };
  struct FreedTls {
    void operator()(SSL* tls) const { SSL_free(tls); }
  };
  Connection() = default;
  absl::Status Shake(const Target& target);
  // As read(2) and write(2); -1 if it would block, 0 if closed.
  long Read(char* data, size_t size);
  long Write(std::string_view bytes);
  bool WaitUntil(short events);

  std::unique_ptr<const int, Closed> file_;
  std::unique_ptr<SSL, FreedTls> tls_;
};

}  // namespace talentcard::attack

#endif  // TALENTCARD_TOOLS_ATTACK_CONNECTION_H_
