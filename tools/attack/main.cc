// attack: what legitimate hospitals notice while our own server on 127.0.0.1 is
// attacked. It ends by itself.
#include <grpcpp/grpcpp.h>
#include <sched.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <fstream>
#include <iostream>
#include <mutex>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "chengzhou/talentcard/v1/hospital_service.grpc.pb.h"
#include "chengzhou/talentcard/v1/school_service.pb.h"
#include "tools/attack/attackers.h"
#include "tools/chengzhou/client.h"
#include "tools/figures/figures.h"
#include "tools/pki/city_ca.h"
#include "tools/population/people.h"

namespace talentcard::attack {
namespace {

namespace v1 = chengzhou::talentcard::v1;
using std::chrono::steady_clock;

constexpr char kPackage[] = "/chengzhou.talentcard.v1.";
constexpr int kHospitals = 4;
constexpr auto kBetweenQuestions = std::chrono::milliseconds(20);
constexpr auto kPatience = std::chrono::seconds(2);
constexpr auto kWarmUp = std::chrono::milliseconds(500);
constexpr int kOverloaders = 20;
constexpr int kIdle = 5000;
constexpr int kSlowConnections = 200;
constexpr int kSlowStreams = 4;

struct Settings {
  std::string kind;
  int port = 0;
  std::string pki;  // Empty: the bare server.
  int backend = 0;  // Process id of chengzhoud.
  double seconds = 8;
  double overload_per_second = 0;
  double p99_ms = 0;
  double patience = 1;  // What the goals of latency are multiplied by.
  bool judge = false;
  std::string figures;
  std::string commit;
};

// What the hospitals saw.
struct Seen {
  std::vector<double> ms;
  int failed = 0;
  std::string first_failure;

  double Percentile(double p) {
    if (ms.empty()) return 0;
    std::sort(ms.begin(), ms.end());
    return ms[static_cast<size_t>(static_cast<double>(ms.size() - 1) * p)];
  }
};

double ResidentMiB(int pid) {
  std::ifstream file(absl::StrCat("/proc/", pid, "/statm"));
  double pages = 0, resident = 0;
  file >> pages >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 20);
}

client::Asker Hospital(int number) {
  return {"hospital", "hospitals/haicheng-central",
          absl::StrCat("devices/his-", number), "at the desk"};
}

const v1::Person& AskedAbout() {
  static const v1::Person person = population::StoryFamilies().begin()->second;
  return person;
}

// The numbers of whom is asked about, and of some who are on record.
void PrintNumbers() {
  std::cout << AskedAbout().documents(0).number() << "\n";
  const population::Population everybody(population::kSeed);
  for (int i = 0; i < 100; ++i) {
    for (const v1::Person& person : everybody.Household(i))
      std::cout << person.documents(0).number() << "\n";
  }
}

// Asks about a patient every 20 ms until told to stop, from a connection of its
// own.
void AskAsHospital(const Settings& settings, int number,
                   const std::atomic<bool>& stop, std::mutex& mutex,
                   Seen& seen) {
  client::Client client(
      absl::StrCat("127.0.0.1:", settings.port),
      settings.pki.empty()
          ? client::Tls{}
          : client::Tls{settings.pki + "/root.pem", "", "", settings.pki});
  const client::Asker asker = Hospital(number);
  const auto channel = client.Channel(asker);
  if (!channel.ok()) {
    const std::lock_guard lock(mutex);
    ++seen.failed;
    seen.first_failure = std::string(channel.status().message());
    return;
  }
  const auto stub = v1::HospitalService::NewStub(*channel);
  v1::VerifyRequest request;
  request.set_hospital(asker.institution);
  *request.mutable_document() = AskedAbout().documents(0);
  while (!stop) {
    grpc::ClientContext context;
    client.Identify(asker, context);
    context.set_deadline(std::chrono::system_clock::now() + kPatience);
    v1::VerifyResponse response;
    const auto began = steady_clock::now();
    const grpc::Status status =
        stub->VerifyGreenChannel(&context, request, &response);
    const std::chrono::duration<double, std::milli> took =
        steady_clock::now() - began;
    {
      const std::lock_guard lock(mutex);
      seen.ms.push_back(took.count());
      if (!status.ok() && seen.failed++ == 0)
        seen.first_failure = status.error_message();
    }
    std::this_thread::sleep_for(kBetweenQuestions);
  }
}

// A school's question, which gives way to a patient's.
Call Attackers(const Settings& settings) {
  v1::QueryEnrolmentRequest request;
  *request.mutable_document() = AskedAbout().documents(0);
  request.set_stage("PRI");
  request.set_season(2025);
  request.set_grade(1);
  Call call{absl::StrCat(kPackage, "SchoolService/QueryEnrolment"),
            {},
            request.SerializeAsString()};
  if (settings.pki.empty())
    call.metadata = {{"asker-kind", "education-bureau"},
                     {"asker-institution", "offices/education"},
                     {"asker-staff", "devices/load-0"}};
  call.metadata.emplace_back("asker-purpose", "attack");
  return call;
}

Target Attacked(const Settings& settings, int number) {
  Target target{settings.port, "", "", ""};
  if (settings.pki.empty()) return target;
  const std::string path =
      absl::StrCat(settings.pki, "/issued/",
                   pki::FileName({"", "", absl::StrCat("devices/load-", number),
                                  "education-bureau", "offices/education"}));
  target.ca = settings.pki + "/root.pem";
  target.certificate = path + ".pem";
  target.key = path + ".key";
  return target;
}

// Starts the attack's threads. They give way to the server's and the hospitals'
// threads: attackers have machines of their own.
std::vector<std::thread> Attack(const Settings& settings, Deadline end,
                                Counts& counts) {
  std::vector<std::thread> threads;
  const auto start = [&](int number, auto attack) {
    threads.emplace_back([=, &settings, &counts] {
      const sched_param none{};
      sched_setscheduler(0, SCHED_IDLE, &none);  // This thread.
      attack(Attacked(settings, number), Attackers(settings), end, counts);
    });
  };
  if (settings.kind == "reset") {
    for (int i = 0; i < 2; ++i) start(i, ResetRapidly);
  } else if (settings.kind == "idle") {
    start(0, [](const Target& t, const Call&, Deadline e, Counts& c) {
      StayIdle(t, kIdle, e, c);
    });
  } else if (settings.kind == "loris") {
    start(0, [](const Target& t, const Call& call, Deadline e, Counts& c) {
      SendSlowly(t, call, kSlowConnections, kSlowStreams, e, c);
    });
  } else {
    for (int i = 0; i < kOverloaders; ++i)
      start(i, [&](const Target& t, const Call& call, Deadline e, Counts& c) {
        Overload(t, call, settings.overload_per_second / kOverloaders, e, c);
      });
  }
  return threads;
}

int Judge(const Settings& settings, Seen& seen, double grown) {
  const double p99 = seen.Percentile(0.99);
  const bool held = seen.failed == 0 && seen.ms.size() >= 50 &&
                    p99 <= settings.p99_ms * settings.patience && grown <= 32;
  if (!held)
    std::cerr << absl::StrFormat(
        "%s: goals are 0 failures, p99 ≤ %g ms, + ≤ 32 MiB; %s\n",
        settings.kind, settings.p99_ms * settings.patience, seen.first_failure);
  return held ? 0 : 1;
}

int Run(const Settings& settings) {
  Seen seen;
  std::mutex mutex;
  std::atomic<bool> stop = false;
  std::vector<std::thread> hospitals;
  for (int i = 0; i < kHospitals; ++i)
    hospitals.emplace_back(
        [&, i] { AskAsHospital(settings, i, stop, mutex, seen); });
  std::this_thread::sleep_for(kWarmUp);
  {
    const std::lock_guard lock(mutex);
    seen.ms.clear();  // Handshakes and cold caches are not the attack's doing.
  }
  const double before = ResidentMiB(settings.backend);
  double most = before;
  Counts counts;
  const Deadline end = steady_clock::now() +
                       std::chrono::duration_cast<steady_clock::duration>(
                           std::chrono::duration<double>(settings.seconds));
  std::vector<std::thread> attackers = Attack(settings, end, counts);
  while (steady_clock::now() < end) {
    most = std::max(most, ResidentMiB(settings.backend));
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  stop = true;
  for (std::thread& thread : attackers) thread.join();
  for (std::thread& thread : hospitals) thread.join();
  most = std::max(most, ResidentMiB(settings.backend));

  Figures figures(settings.figures, settings.commit);
  const std::string name = absl::StrCat(
      "attack.", settings.kind, settings.pki.empty() ? ".bare." : ".edge.");
  figures.Add(name + "connections", static_cast<double>(counts.connections),
              "");
  figures.Add(name + "streams", static_cast<double>(counts.streams), "");
  figures.Add(name + "asked", static_cast<double>(seen.ms.size()), "");
  figures.Add(name + "failed", seen.failed, "");
  figures.Add(name + "p50", seen.Percentile(0.5), "ms");
  figures.Add(name + "p99", seen.Percentile(0.99), "ms");
  figures.Add(name + "rss_grown", most - before, "MiB");
  return settings.judge ? Judge(settings, seen, most - before) : 0;
}

}  // namespace
}  // namespace talentcard::attack

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  talentcard::attack::Settings settings;
  CLI::App app(
      "Attacks our own server on 127.0.0.1 while hospitals ask it; says what "
      "they noticed.");
  app.add_option("kind", settings.kind, "reset, idle, loris or overload")
      ->required()
      ->check(CLI::IsMember({"reset", "idle", "loris", "overload"}));
  app.add_option("--port", settings.port, "Of the edge, or of the bare server")
      ->required();
  app.add_option("--pki", settings.pki,
                 "Directory of chengzhou pki; none: the bare server");
  app.add_option("--backend", settings.backend, "chengzhoud's process id")
      ->required();
  app.add_option("--seconds", settings.seconds)->capture_default_str();
  app.add_option("--offer", settings.overload_per_second,
                 "Calls a second of an overload");
  auto* p99 = app.add_option("--p99", settings.p99_ms,
                             "Fail unless p99 is at most this many ms, nothing "
                             "failed and memory grew by 32 MiB at most");
  app.add_option("--patience", settings.patience,
                 "Multiplies --p99, for a machine that does other things");
  app.add_option("--figures", settings.figures);
  app.add_option("--commit", settings.commit);
  app.add_flag_callback(
      "--numbers",
      [] {
        talentcard::attack::PrintNumbers();
        throw CLI::Success();
      },
      "Print the documents that nothing may leak, and nothing else");
  CLI11_PARSE(app, argc, argv);
  settings.judge = p99->count() > 0;
  return talentcard::attack::Run(settings);
}
