// chengzhoud: serves the talent card's services from one database. Wires, and
// nothing else.
#include <absl/synchronization/mutex.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <iostream>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "engine/status_macros.h"
#include "services/approval/overdue_reviews.h"
#include "services/cosigning/http_post.h"
#include "services/hosted.h"
#include "services/ledger/anchor.h"
#include "services/ledger/checkpoint.h"
#include "services/ledger/leaf.h"
#include "services/ledger/rows.h"
#include "services/ledger/succession.h"
#include "services/ledger/tree.h"
#include "services/records/erasure_list.h"
#include "services/registry/erase.h"
#include "services/restoring.h"
#include "services/rpc/server.h"
#include "services/rpc/sessions.h"
#include "services/rpc/turns.h"
#include "services/signing/code_keys.h"
#include "services/staff/account_records.h"
#include "services/store/master_key.h"
#include "services/store/purge.h"
#include "services/store/rocksdb/rocksdb_database.h"

namespace talentcard {
namespace {

// About 3 KB each; the population is 137,000.
constexpr size_t kDossiers = 65536;
constexpr std::chrono::seconds kPurgeInterval(5);
constexpr std::chrono::milliseconds kSignLook(50);
constexpr std::chrono::seconds kWitnessLook(1);
constexpr std::chrono::minutes kReviewLook(1);
constexpr int kTurnThreads = 2;
constexpr absl::Duration kDrain = absl::Seconds(10);
// The office's own programs: one asker may take every place.
constexpr rpc::Gate::Limits kOnLoopback{
    .under_way = 256, .waiting = 1024, .per_principal = 1280};

struct Settings {
  std::string data = "data";
  std::string remembered;
  std::string listen = "127.0.0.1:50051";
  std::string clock = "system";
  std::string origin = "card.chengzhou.example/log";
  std::string services;
  std::string code_profile = "eddsa";
  std::string cipher = "sm4-gcm";
  std::vector<std::string> witnesses;
  std::string first_account;
  std::string order_restore;
  std::string restore;
  bool edge = false;
};

// Where `anchor` and `erasures` are.
const std::string& RememberedIn(const Settings& settings) {
  return settings.remembered.empty() ? settings.data : settings.remembered;
}

// Ends the process: an acknowledged write may be lost if it went on.
[[noreturn]] void Fatal(const absl::Status& status) {
  std::cerr << "chengzhoud stops: " << status.message() << "\n";
  std::_Exit(70);
}

absl::StatusOr<absl::Time> RehearsalStart(const std::string& clock) {
  absl::Time start;
  std::string problem;
  const std::string text = clock.substr(std::string("rehearsal:").size());
  if (!absl::ParseTime(absl::RFC3339_full, text, &start, &problem)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--clock: `", text, "` is not a time, e.g. 2025-05-12T08:30:00+08:00"));
  }
  return start;
}

// The time of the newest entry, so that a rehearsal never goes back.
absl::StatusOr<absl::Time> NewestEntryTime(const store::Reader& reader) {
  ASSIGN_OR_RETURN(const ledger::Frontier head, ledger::ReadHead(reader));
  if (head.size() == 0) return absl::InfinitePast();
  ASSIGN_OR_RETURN(const auto bytes,
                   reader.Get(ledger::EntryRow(head.size() - 1)));
  ASSIGN_OR_RETURN(const ledger::Leaf leaf,
                   ledger::Leaf::Parse(bytes.value_or("")));
  return absl::FromUnixMillis(static_cast<int64_t>(leaf.time_ms));
}

// Calls something now and then until it goes, and once more then.
class Ticking {
 public:
  Ticking(std::chrono::milliseconds interval,
          std::function<void(bool last)> tick)
      : thread_([this, interval, tick = std::move(tick)] {
          Run(interval, tick);
        }) {}
  ~Ticking() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    stopped_.notify_one();
    thread_.join();
  }

 private:
  void Run(std::chrono::milliseconds interval,
           const std::function<void(bool)>& tick) {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
      lock.unlock();
      tick(/*last=*/false);
      lock.lock();
      stopped_.wait_for(lock, interval, [this] { return stopping_; });
    }
    lock.unlock();
    tick(/*last=*/true);
  }

  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stopping_ = false;
  std::thread thread_;
};

// Signs the log when it is due. What the last second wrote is signed before the
// process ends.
class LogSigning {
 public:
  explicit LogSigning(ledger::Checkpointer& checkpointer)
      : checkpointer_(checkpointer) {}

  // Under another name or key than before it would be served and never signed.
  absl::Status Begin() {
    const absl::Status begun = checkpointer_.Update();
    if (!absl::IsInvalidArgument(begun)) return absl::OkStatus();
    return absl::FailedPreconditionError(
        absl::StrCat("the newest checkpoint is not by this --origin and "
                     "log.key: give the right name, or put back the key (",
                     begun.message(), ")"));
  }
  void SignIfDue(bool last) {
    const absl::Time now = absl::Now();
    const absl::Status status =
        last ? checkpointer_.Update() : checkpointer_.UpdateIfDue(now);
    if (absl::IsDataLoss(status)) Fatal(status);
    if (status.ok() || now - said_ < kSayAgain) return;
    said_ = now;
    std::cerr << "chengzhoud: the log is not being signed: " << status.message()
              << std::endl;
  }

 private:
  static constexpr absl::Duration kSayAgain = absl::Minutes(1);

  ledger::Checkpointer& checkpointer_;
  absl::Time said_ = absl::InfinitePast();
};

absl::StatusOr<std::unique_ptr<store::Database>> OpenDatabase(
    const Settings& settings) {
  std::error_code error;
  std::filesystem::create_directories(settings.data, error);
  std::filesystem::create_directories(RememberedIn(settings), error);
  ASSIGN_OR_RETURN(std::unique_ptr<store::Database> base,
                   store::OpenRocksDb(settings.data + "/database"));
  ASSIGN_OR_RETURN(
      std::unique_ptr<ledger::AnchorFile> anchor,
      ledger::AnchorFile::Open(RememberedIn(settings) + "/anchor"));
  ASSIGN_OR_RETURN(std::unique_ptr<store::Database> database,
                   ledger::OpenAnchored(std::move(base), std::move(anchor)));
  ASSIGN_OR_RETURN(const ledger::Succession names,
                   ledger::Succession::Read(database->Latest()));
  if (names.EndsIn(settings.origin)) return database;
  return absl::FailedPreconditionError(
      absl::StrCat("this log was restored under another name: start with "
                   "--origin ",
                   names.all().back().second.origin));
}

// A new database gets new keys; those of one that was written must be there, or
// what it holds would be taken for damaged.
absl::StatusOr<store::SecretKey> OpenKey(const Settings& settings,
                                         const char* name,
                                         const store::Database& database,
                                         store::Random& random) {
  const std::string path = settings.data + "/" + name;
  ASSIGN_OR_RETURN(const ledger::Anchor present,
                   ledger::Present(database.Latest()));
  if (present.revision == 0) return store::LoadOrCreateMasterKey(path, random);
  absl::StatusOr<store::SecretKey> key = store::LoadMasterKey(path);
  if (!absl::IsNotFound(key.status())) return key;
  return absl::FailedPreconditionError(absl::StrCat(
      "`", path,
      "`, a key this database was written with, is gone: put it back"));
}

// Likewise: without it people erased since a copy was made would be back.
absl::StatusOr<std::unique_ptr<records::ErasureList>> OpenErasures(
    const Settings& settings, const store::Database& database) {
  const std::string path = RememberedIn(settings) + "/erasures";
  ASSIGN_OR_RETURN(const ledger::Anchor present,
                   ledger::Present(database.Latest()));
  if (present.revision != 0 && !std::filesystem::exists(path)) {
    return absl::FailedPreconditionError(
        absl::StrCat("`", path,
                     "`, the list of who was erased, is gone: put back its "
                     "newest copy; only if nobody ever was, make it empty"));
  }
  return records::ErasureList::Open(path);
}

absl::StatusOr<std::unique_ptr<signing::CodeKeys>> OpenCodeKeys(
    const Settings& settings, const store::Database& database,
    store::Random& random) {
  ASSIGN_OR_RETURN(const store::SecretKey secret,
                   OpenKey(settings, "code.key", database, random));
  return std::make_unique<signing::CodeKeys>(settings.code_profile == "sm2-sm3"
                                                 ? code::Algorithm::kSm2Sm3
                                                 : code::Algorithm::kEdDsa,
                                             secret);
}

absl::StatusOr<std::vector<cosigning::WitnessAddress>> Witnesses(
    const Settings& settings) {
  std::vector<cosigning::WitnessAddress> addresses;
  for (const std::string& text : settings.witnesses) {
    ASSIGN_OR_RETURN(cosigning::WitnessAddress address,
                     cosigning::WitnessAddress::Parse(text));
    addresses.push_back(std::move(address));
  }
  return addresses;
}

absl::Status Serve(const Settings& settings) {
  const bool rehearsing = absl::StartsWith(settings.clock, "rehearsal:");
  if (!rehearsing && settings.clock != "system")
    return absl::InvalidArgumentError(
        "--clock is `system` or `rehearsal:TIME`");
  if (settings.edge && !absl::StartsWith(settings.listen, "unix:"))
    return absl::InvalidArgumentError(
        "--edge: only the edge may reach this server; give --listen unix:PATH");
  store::SystemRandom random;
  ASSIGN_OR_RETURN(std::unique_ptr<store::Database> database,
                   OpenDatabase(settings));
  ASSIGN_OR_RETURN(const store::SecretKey master,
                   OpenKey(settings, "master.key", *database, random));
  ASSIGN_OR_RETURN(const store::SecretKey log_key,
                   OpenKey(settings, "log.key", *database, random));
  ASSIGN_OR_RETURN(const std::unique_ptr<signing::CodeKeys> code_keys,
                   OpenCodeKeys(settings, *database, random));

  std::unique_ptr<rpc::Clock> clock = std::make_unique<rpc::SystemClock>();
  rpc::RehearsalClock* rehearsal = nullptr;
  if (rehearsing) {
    ASSIGN_OR_RETURN(absl::Time start, RehearsalStart(settings.clock));
    ASSIGN_OR_RETURN(const absl::Time newest,
                     NewestEntryTime(database->Latest()));
    auto moved = std::make_unique<rpc::RehearsalClock>(std::max(start, newest));
    rehearsal = moved.get();
    clock = std::move(moved);
  }
  ASSIGN_OR_RETURN(const std::unique_ptr<records::ErasureList> erasures,
                   OpenErasures(settings, *database));
  const store::Vault vault(master, random,
                           *store::CipherNamed(settings.cipher));
  // Before the writer: its last bodies still give up their places.
  rpc::Turns turns(kTurnThreads);
  rpc::Gate gate(
      settings.edge ? rpc::Gate::Limits{} : kOnLoopback,
      [] { return absl::Now(); },
      [&turns](std::function<void()> turn) { turns.Run(std::move(turn)); });
  store::Stamps stamps;
  records::Dossiers dossiers(vault, stamps, kDossiers);
  store::Writer writer(
      *database,
      {.on_fatal = Fatal,
       .now_ms = [&clock] { return absl::ToUnixMillis(clock->Now()); },
       .stamps = &stamps});
  ASSIGN_OR_RETURN(const std::unique_ptr<rpc::Policies> policies,
                   rpc::Policies::Open(database->Latest()));
  const rpc::SystemClock wall;
  rpc::Sessions sessions(wall, random);
  const rpc::Foundation foundation{
      *database,
      writer,
      vault,
      dossiers,
      *policies,
      *clock,
      gate,
      rehearsing,
      settings.edge ? rpc::Door::kEdge : rpc::Door::kLoopback,
      erasures.get(),
      [](std::string_view alarm) {
        std::cerr << "chengzhoud: " << alarm << std::endl;
      },
      &sessions};
  if (!settings.first_account.empty()) {
    ASSIGN_OR_RETURN(
        const std::string code,
        staff::MakeFirstAccount(foundation, settings.first_account));
    std::cout << code << std::endl;
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(staff::CheckAccounts(foundation));

  ASSIGN_OR_RETURN(const size_t erased, registry::RepeatErasures(foundation));
  if (erased != 0)
    std::cerr << "chengzhoud: erased again after a restore: " << erased
              << std::endl;

  const ledger::NoteSigner signer(settings.origin, log_key);
  ledger::Checkpointer checkpointer(*database, writer, signer);
  LogSigning log_signing(checkpointer);
  RETURN_IF_ERROR(log_signing.Begin());
  ASSIGN_OR_RETURN(std::vector<cosigning::WitnessAddress> addresses,
                   Witnesses(settings));
  cosigning::Cosigning cosigning(*database, writer, signer.verifier(),
                                 std::move(addresses), cosigning::HttpPost,
                                 foundation.on_alarm);
  Hosted hosted(foundation, signer.verifier(), *code_keys, rehearsal);
  ASSIGN_OR_RETURN(const std::vector<grpc::Service*> services,
                   hosted.Choose(settings.services));

  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  // Outlives the checkpoints: their last one is cosigned too.
  const Ticking witnesses(kWitnessLook, [&cosigning](bool) {
    // What is wrong with a witness was said as an alarm; it is asked again.
    cosigning.Update(absl::Now()).IgnoreError();
  });
  const Ticking checkpoints(
      kSignLook, [&log_signing](bool last) { log_signing.SignIfDue(last); });
  const Ticking purges(kPurgeInterval, [&](bool last) {
    // An error leaves the request where it is.
    if (!last) store::PurgeIfRequested(*database, writer).IgnoreError();
  });
  approval::OverdueReviews reviews(foundation);
  const Ticking overdue(kReviewLook, [&](bool last) {
    // Said a minute later if it could not be read now.
    if (!last) reviews.Say(clock->Now()).IgnoreError();
  });
  ASSIGN_OR_RETURN(const std::unique_ptr<grpc::Server> server,
                   rpc::StartServer(settings.listen, services));
  std::cout << "chengzhoud serves on " << settings.listen
            << (settings.edge
                    ? " (behind the edge: its certificates say who asks)"
                    : " (loopback only; without the edge)")
            << ", data in " << settings.data
            << (rehearsing ? ", REHEARSAL clock" : "") << std::endl;
  int signal = 0;
  sigwait(&signals, &signal);
  rpc::Drain(*server, kDrain);
  return absl::OkStatus();
}

absl::Status GoOnFromCopy(const Settings& settings) {
  const Stopped server{settings.data, RememberedIn(settings), settings.origin,
                       Fatal};
  if (!settings.order_restore.empty()) {
    ASSIGN_OR_RETURN(const std::string order,
                     OrderRestore(server, settings.order_restore));
    std::cout << order;
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(Restore(
      server, settings.restore,
      static_cast<uint64_t>(absl::ToUnixMillis(rpc::SystemClock().Now()))));
  std::cout << "restored; serve it with --origin " << settings.origin
            << std::endl;
  return absl::OkStatus();
}

}  // namespace
}  // namespace talentcard

int main(int argc, char** argv) {
  // What is in memory, keys too, goes to no core file and to no other process.
  prctl(PR_SET_DUMPABLE, 0);
  // Debian's Abseil checks lock orders even in release builds.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  talentcard::Settings settings;
  CLI::App app("Serves the Chengzhou Talent Card.");
  app.add_option("--data", settings.data, "Directory of the database and keys")
      ->capture_default_str();
  app.add_option("--remembered", settings.remembered,
                 "Directory of `anchor` and `erasures`, by which a copy of the "
                 "database is told to be old: on another volume than --data, "
                 "in no snapshot with it; --data if left out");
  app.add_option("--listen", settings.listen, "Loopback address or unix:PATH")
      ->capture_default_str();
  app.add_flag("--edge", settings.edge,
               "Behind tools/deploy's edge: who asks is whom the certificate "
               "header names, and nothing else");
  app.add_option("--clock", settings.clock,
                 "`system`, or `rehearsal:TIME` (RFC 3339)")
      ->capture_default_str();
  app.add_option("--origin", settings.origin,
                 "Name of the log in its checkpoints")
      ->capture_default_str();
  app.add_option("--first-account", settings.first_account,
                 "Do not serve: make the first security administrator's "
                 "account, STAFF@INSTITUTION, and print its enrolment code");
  app.add_option("--order-restore", settings.order_restore,
                 "Do not serve: print the order that lets an older copy in "
                 "--data go on under the new name --origin; says why");
  app.add_option("--restore", settings.restore,
                 "Do not serve: carry out the order in this file, signed by "
                 "two (chengzhou restore sign)");
  app.add_option("--witness", settings.witnesses,
                 "URL=KEY of a witness, as `witness` printed it, or "
                 "unix:PATH=KEY of a relay to one; any number");
  app.add_option("--services", settings.services,
                 "Services to host, e.g. registry,card; all if empty");
  app.add_option("--code-profile", settings.code_profile,
                 "How codes are signed: eddsa, or sm2-sm3 as Chinese rules of "
                 "cryptography want it")
      ->check(CLI::IsMember({"eddsa", "sm2-sm3"}))
      ->capture_default_str();
  app.add_option("--cipher", settings.cipher,
                 "How records are sealed from now on: sm4-gcm (GB/T 32907) or "
                 "aes-256-gcm; what either sealed stays readable")
      ->check(CLI::IsMember({"sm4-gcm", "aes-256-gcm"}))
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  const absl::Status status =
      settings.order_restore.empty() && settings.restore.empty()
          ? talentcard::Serve(settings)
          : talentcard::GoOnFromCopy(settings);
  if (status.ok()) return 0;
  std::cerr << "chengzhoud: " << status.message() << "\n";
  return 1;
}
