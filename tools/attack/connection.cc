#include "tools/attack/connection.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <map>
#include <mutex>

#include "absl/strings/str_cat.h"
#include "engine/status_macros.h"

namespace talentcard::attack {
namespace {

constexpr int kPatienceMs = 1000;

// One context a certificate: making one for each connection would be the
// attacker's time, not the server's.
absl::StatusOr<SSL_CTX*> ContextOf(const Target& target) {
  static std::mutex mutex;
  static auto* const contexts = new std::map<std::string, SSL_CTX*>;
  const std::lock_guard lock(mutex);
  SSL_CTX*& context = (*contexts)[target.certificate];
  if (context != nullptr) return context;
  SSL_CTX* made = SSL_CTX_new(TLS_client_method());
  if (made == nullptr ||
      SSL_CTX_load_verify_locations(made, target.ca.c_str(), nullptr) != 1 ||
      SSL_CTX_use_certificate_chain_file(made, target.certificate.c_str()) !=
          1 ||
      SSL_CTX_use_PrivateKey_file(made, target.key.c_str(), SSL_FILETYPE_PEM) !=
          1)
    return absl::InvalidArgumentError(
        absl::StrCat("cannot use the certificate ", target.certificate));
  SSL_CTX_set_verify(made, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_mode(made, SSL_MODE_ENABLE_PARTIAL_WRITE |
                             SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  static constexpr unsigned char kHttp2[] = {2, 'h', '2'};
  SSL_CTX_set_alpn_protos(made, kHttp2, sizeof(kHttp2));
  context = made;
  return context;
}

absl::Status Refused() {
  return absl::UnavailableError("the connection was refused");
}

}  // namespace

void Connection::Closed::operator()(const int* file) const {
  close(*file);
  delete file;
}

absl::StatusOr<Connection> Connection::OpenSilent(const Target& target) {
  const int file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (file < 0) return Refused();
  Connection out;
  out.file_.reset(new int(file));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(target.port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(file, reinterpret_cast<sockaddr*>(&address), sizeof(address)) !=
      0)
    return Refused();
  const int on = 1;
  setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  fcntl(file, F_SETFL, fcntl(file, F_GETFL) | O_NONBLOCK);
  return out;
}

absl::StatusOr<Connection> Connection::Open(const Target& target) {
  ASSIGN_OR_RETURN(Connection out, OpenSilent(target));
  if (!target.ca.empty()) RETURN_IF_ERROR(out.Shake(target));
  return out;
}

absl::Status Connection::Shake(const Target& target) {
  ASSIGN_OR_RETURN(SSL_CTX* const context, ContextOf(target));
  tls_.reset(SSL_new(context));
  SSL_set_fd(tls_.get(), *file_);
  while (true) {
    const int shaken = SSL_connect(tls_.get());
    if (shaken == 1) return absl::OkStatus();
    const int error = SSL_get_error(tls_.get(), shaken);
    if ((error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) ||
        !WaitUntil(error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT))
      return Refused();
  }
}

bool Connection::WaitUntil(short events) {
  pollfd waiting{*file_, events, 0};
  return poll(&waiting, 1, kPatienceMs) > 0;
}

long Connection::Read(char* data, size_t size) {
  if (tls_ != nullptr) {
    const int read = SSL_read(tls_.get(), data, static_cast<int>(size));
    if (read > 0) return read;
    return SSL_get_error(tls_.get(), read) == SSL_ERROR_WANT_READ ? -1 : 0;
  }
  const ssize_t got = read(*file_, data, size);
  return got < 0 && errno != EAGAIN ? 0 : got;
}

long Connection::Write(std::string_view bytes) {
  if (tls_ != nullptr) {
    const int sent =
        SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size()));
    if (sent > 0) return sent;
    const int error = SSL_get_error(tls_.get(), sent);
    return error == SSL_ERROR_WANT_WRITE || error == SSL_ERROR_WANT_READ ? -1
                                                                         : 0;
  }
  const ssize_t sent = send(*file_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  return sent < 0 && errno != EAGAIN ? 0 : sent;
}

bool Connection::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const long sent = Write(bytes);
    if (sent == 0 || !Drain()) return false;
    if (sent > 0)
      bytes.remove_prefix(static_cast<size_t>(sent));
    else if (!WaitUntil(POLLIN | POLLOUT))
      return false;
  }
  return true;
}

bool Connection::Drain() {
  std::array<char, 16384> read;
  long got = 0;
  while ((got = Read(read.data(), read.size())) > 0) {
  }
  return got != 0;
}

}  // namespace talentcard::attack
