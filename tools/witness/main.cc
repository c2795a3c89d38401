// witness: cosigns the checkpoints of one log, each an extension of the one
// before (c2sp.org/tlog-witness). Another agency's, with another key and disk.
#include <fcntl.h>
#include <httplib.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "engine/status_macros.h"
#include "services/ledger/witness.h"
#include "services/store/master_key.h"

namespace talentcard {
namespace {

constexpr size_t kLongestBody = 1 << 16;  // Bytes.
constexpr time_t kPatience = 5;           // Seconds.

struct Settings {
  std::string data = "witness";
  std::string name = "witness.example/w1";
  std::string log;
  int port = 7380;
  bool new_log = false;
};

// One process at a time: two would each remember half.
absl::Status Lock(const std::string& data) {
  const int fd =
      open((data + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  return fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0
             ? absl::OkStatus()
             : absl::FailedPreconditionError(
                   absl::StrCat("`", data,
                                "` cannot be written, or another witness is at "
                                "work there"));
}

// Without its memory a witness would cosign any history.
absl::StatusOr<std::unique_ptr<ledger::AnchorFile>> OpenMemory(
    const Settings& settings, const std::string& origin) {
  const std::string path =
      absl::StrCat(settings.data, "/", ToHex(Sha256(origin)));
  if (!std::filesystem::exists(path) && !settings.new_log) {
    return absl::FailedPreconditionError(absl::StrCat(
        "there is no memory of the log `", origin, "` in `", settings.data,
        "`; if it was never witnessed here, start once with "
        "--new-log"));
  }
  return ledger::AnchorFile::Open(path);
}

absl::Status Serve(const Settings& settings) {
  ASSIGN_OR_RETURN(ledger::NoteVerifier log,
                   ledger::NoteVerifier::Parse(settings.log));
  if (!ledger::IsKeyName(settings.name))
    return absl::InvalidArgumentError("--name must have no space and no plus");
  std::error_code error;
  std::filesystem::create_directories(settings.data, error);
  RETURN_IF_ERROR(Lock(settings.data));
  store::SystemRandom random;
  ASSIGN_OR_RETURN(
      const store::SecretKey seed,
      store::LoadOrCreateMasterKey(settings.data + "/witness.key", random));
  ASSIGN_OR_RETURN(auto memory, OpenMemory(settings, log.name()));
  ledger::Cosigner cosigner(settings.name, seed);
  const std::string key = cosigner.verifier().key().ToString();
  const std::string origin = log.name();
  ledger::Witness witness(std::move(log), std::move(cosigner),
                          std::move(memory), [] { return absl::Now(); });

  httplib::Server server;
  server.set_payload_max_length(kLongestBody);
  server.set_read_timeout(kPatience);
  server.set_write_timeout(kPatience);
  server.Post("/add-checkpoint", [&witness](const httplib::Request& request,
                                            httplib::Response& response) {
    ledger::WitnessReply reply = witness.AddCheckpoint(request.body);
    response.status = reply.code;
    response.set_content(reply.body, reply.type);
  });
  const int port =
      settings.port == 0
          ? server.bind_to_any_port("127.0.0.1")
          : (server.bind_to_port("127.0.0.1", settings.port) ? settings.port
                                                             : -1);
  if (port < 0)
    return absl::UnavailableError(
        absl::StrCat("port ", settings.port, " cannot be used"));
  std::cout << "witness of " << origin << " on http://127.0.0.1:" << port << "="
            << key << std::endl;
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::thread serving([&server] { server.listen_after_bind(); });
  int signal = 0;
  sigwait(&signals, &signal);
  server.stop();
  serving.join();
  return absl::OkStatus();
}

}  // namespace
}  // namespace talentcard

int main(int argc, char** argv) {
  talentcard::Settings settings;
  CLI::App app(
      "Cosigns the checkpoints of a log, each an extension of the last; on "
      "loopback.");
  app.add_option("--data", settings.data, "Directory of its key and memory")
      ->capture_default_str();
  app.add_option("--name", settings.name, "Its name in cosignatures")
      ->capture_default_str();
  app.add_option("--log", settings.log, "The log's public key")->required();
  app.add_option("--port", settings.port, "0: any that is free")
      ->capture_default_str();
  app.add_flag("--new-log", settings.new_log,
               "This log was never witnessed here");
  CLI11_PARSE(app, argc, argv);
  const absl::Status status = talentcard::Serve(settings);
  if (status.ok()) return 0;
  std::cerr << "witness: " << status.message() << "\n";
  return 1;
}
