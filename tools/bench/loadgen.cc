// loadgen: what a running server does under load, client included, everything
// durable and logged. Needs the population loaded (tools/population).
#include <grpcpp/grpcpp.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <limits>
#include <mutex>
#include <thread>
#include <vector>

#include "chengzhou/talentcard/v1/hospital_service.grpc.pb.h"
#include "chengzhou/talentcard/v1/policy_service.grpc.pb.h"
#include "chengzhou/talentcard/v1/school_service.grpc.pb.h"
#include "tools/bench/disk.h"
#include "tools/figures/figures.h"
#include "tools/population/people.h"

namespace talentcard::bench {
namespace {

namespace v1 = chengzhou::talentcard::v1;
using SteadyClock = std::chrono::steady_clock;

void Identify(grpc::ClientContext& context, const char* kind,
              const char* institution) {
  context.AddMetadata("asker-kind", kind);
  context.AddMetadata("asker-institution", institution);
  context.AddMetadata("asker-staff", "staff/load");
  context.AddMetadata("asker-purpose", "load");
}

struct Measured {
  double per_second = 0;
  double p50_ms = 0;
  double p99_ms = 0;
  int failed = 0;
};

Measured Summarise(std::vector<double> ms, double seconds, int failed) {
  std::sort(ms.begin(), ms.end());
  if (ms.empty()) return {0, 0, 0, failed};
  return {static_cast<double>(ms.size()) / seconds, ms[ms.size() / 2],
          ms[ms.size() * 99 / 100], failed};
}

// Keeps `in_flight` calls under way until `seconds` are over or `most` were
// made; `start` begins one and calls back.
Measured Drive(
    int in_flight, double seconds, int most,
    const std::function<void(int, std::function<void(bool)>)>& start) {
  std::mutex mutex;
  std::condition_variable idle;
  int running = 0, failed = 0;
  std::atomic<int> next = 0;
  std::vector<double> ms;
  const auto begin = SteadyClock::now();
  const auto end = begin + std::chrono::duration<double>(seconds);
  std::function<void()> one = [&] {
    const auto began = SteadyClock::now();
    start(next++, [&, began](bool ok) {
      const auto now = SteadyClock::now();
      bool again = false;
      {
        const std::lock_guard lock(mutex);
        ms.push_back(
            std::chrono::duration<double, std::milli>(now - began).count());
        failed += !ok;
        again = now < end && next < most;
        if (!again && --running == 0) idle.notify_all();
      }
      if (again) one();
    });
  };
  {
    const std::lock_guard lock(mutex);
    running = in_flight;
  }
  for (int i = 0; i < in_flight; ++i) one();
  std::unique_lock lock(mutex);
  idle.wait(lock, [&] { return running == 0; });
  return Summarise(
      std::move(ms),
      std::chrono::duration<double>(SteadyClock::now() - begin).count(),
      failed);
}

constexpr int kNoBound = std::numeric_limits<int>::max();

class Load {
 public:
  // Asks about `people` of the first `talents` of the population: high-level
  // talents and those of their families who have a right, since a desk that
  // asks about many others is refused as one that guesses.
  Load(const std::string& server, double seconds, int talents, int people)
      : channel_(
            grpc::CreateChannel(server, grpc::InsecureChannelCredentials())),
        seconds_(seconds) {
    const population::Population population(population::kSeed);
    for (int i = 0; i < std::min(talents, population::kHighLevel); ++i) {
      const std::vector<v1::Person> household = population.Household(i);
      for (size_t member = 0; member < household.size(); ++member) {
        const v1::IdentityDocument& document = household[member].documents(0);
        const bool child = document.kind() == v1::PASSPORT ||
                           document.kind() == v1::BIRTH_CERTIFICATE;
        if (child) children_.push_back(document);
        // Spouse and parents come second to fourth, then parents-in-law.
        if (!child && member < 4 && static_cast<int>(patients_.size()) < people)
          patients_.push_back(document);
      }
    }
  }

  int patients() const { return static_cast<int>(patients_.size()); }

  // The cheapest call the server has: nothing read, nothing logged.
  Measured Empty(int in_flight) {
    const auto stub = v1::PolicyService::NewStub(channel_);
    return Drive(
        in_flight, seconds_, kNoBound,
        [&](int, std::function<void(bool)> done) {
          struct Call {
            grpc::ClientContext context;
            v1::GetPolicyRequest request;
            v1::Policy response;
          };
          auto call = std::make_shared<Call>();
          Identify(call->context, "nobody", "nowhere");
          stub->async()->GetPolicy(
              &call->context, &call->request, &call->response,
              [call, done](const grpc::Status& s) {
                done(s.error_code() == grpc::StatusCode::PERMISSION_DENIED);
              });
        });
  }

  // `most` calls, each about the next patient; or as many as there is time for.
  Measured Verify(int in_flight, int most = kNoBound) {
    const auto stub = v1::HospitalService::NewStub(channel_);
    return Drive(in_flight, most == kNoBound ? seconds_ : 600, most,
                 [&](int n, std::function<void(bool)> done) {
                   struct Call {
                     grpc::ClientContext context;
                     v1::VerifyRequest request;
                     v1::VerifyResponse response;
                   };
                   auto call = std::make_shared<Call>();
                   Identify(call->context, "hospital",
                            "hospitals/haicheng-central");
                   call->request.set_hospital("hospitals/haicheng-central");
                   *call->request.mutable_document() =
                       patients_[static_cast<size_t>(n) % patients_.size()];
                   stub->async()->VerifyGreenChannel(
                       &call->context, &call->request, &call->response,
                       [call, done](const grpc::Status& s) {
                         done(s.ok() && call->response.has_log_index());
                       });
                 });
  }

  // Streams of batches of 256 children each; figures are answers.
  Measured Batches(int streams) {
    const auto stub = v1::SchoolService::NewStub(channel_);
    std::atomic<int64_t> answers = 0;
    std::atomic<size_t> child = 0;
    std::atomic<int> failed = 0;
    const auto begin = SteadyClock::now();
    std::vector<std::thread> threads;
    for (int i = 0; i < streams; ++i) {
      threads.emplace_back([&] {
        grpc::ClientContext context;
        Identify(context, "education-bureau", "offices/education");
        const auto stream = stub->BatchQueryEnrolment(&context);
        v1::BatchQueryEnrolmentRequest request;
        v1::BatchQueryEnrolmentResponse response;
        while (SteadyClock::now() - begin <
               std::chrono::duration<double>(seconds_)) {
          request.Clear();
          for (int k = 0; k < kBatch; ++k) AddQuery(child++, request);
          if (!stream->Write(request) || !stream->Read(&response)) break;
          answers += response.responses_size();
        }
        stream->WritesDone();
        failed += !stream->Finish().ok();
      });
    }
    for (std::thread& thread : threads) thread.join();
    return {
        static_cast<double>(answers) /
            std::chrono::duration<double>(SteadyClock::now() - begin).count(),
        0, 0, failed};
  }

 private:
  const std::shared_ptr<grpc::Channel> channel_;
  static constexpr int kBatch = 256;

  void AddQuery(size_t n, v1::BatchQueryEnrolmentRequest& request) const {
    v1::QueryEnrolmentRequest& q = *request.add_requests();
    *q.mutable_document() = children_[n % children_.size()];
    q.set_stage("PRI");
    q.set_season(2025);
    q.set_grade(1);
  }

  const double seconds_;
  std::vector<v1::IdentityDocument> patients_;
  std::vector<v1::IdentityDocument> children_;
};

}  // namespace
}  // namespace talentcard::bench

int main(int argc, char** argv) {
  using talentcard::bench::Measured;
  CLI::App app(
      "Loads a running server that has the population and prints what it does, "
      "beside what its disk and an empty handler do.");
  std::string server = "127.0.0.1:50051", directory, figures_path, commit, only;
  double seconds = 5;
  int talents = talentcard::population::kTalents, people = 20000;
  app.add_option("--server", server)->capture_default_str();
  app.add_option("--seconds", seconds, "For each figure")
      ->capture_default_str();
  app.add_option("--talents", talents, "As many as the server has")
      ->capture_default_str();
  app.add_option("--people", people, "Patients asked about")
      ->capture_default_str();
  app.add_option("--disk", directory,
                 "A directory on the server's disk, to measure it");
  app.add_option("--figures", figures_path,
                 "Append figures as JSON lines to this file");
  app.add_option("--commit", commit, "The commit they are of");
  app.add_option("--only", only, "Figures whose name has this in it");
  CLI11_PARSE(app, argc, argv);
  talentcard::bench::Load load(server, seconds, talents, people);
  talentcard::Figures figures(figures_path, commit);
  int failed = 0;
  const auto wanted = [&](const std::string& name) {
    return name.find(only) != std::string::npos;
  };
  const auto calls = [&](const std::string& name, const auto& measure) {
    if (!wanted(name)) return Measured();
    const Measured m = measure();
    figures.Add(name + ".rate", m.per_second, "1/s");
    if (m.p50_ms > 0) figures.Add(name + ".p50", m.p50_ms, "ms");
    if (m.p99_ms > 0) figures.Add(name + ".p99", m.p99_ms, "ms");
    if (m.failed > 0) figures.Add(name + ".failed", m.failed, "calls");
    failed += m.failed;
    return m;
  };
  const auto ratio = [&](const std::string& name, double value, double of) {
    if (value > 0 && of > 0) figures.Add(name, value / of, "");
  };
  double fsync_ms = 0, commits = 0;
  if (!directory.empty() && wanted("disk")) {
    fsync_ms = talentcard::bench::FsyncMs(directory);
    commits = talentcard::bench::GroupCommits(directory, 64, seconds);
    figures.Add("disk.fsync.p50", fsync_ms, "ms");
    figures.Add("disk.rocksdb_group_commit.64.rate", commits, "1/s");
  }
  // Everybody once, from the disk; after that from memory.
  calls("load.hospital.verify.cold.64",
        [&] { return load.Verify(64, load.patients()); });
  calls("load.empty.1", [&] { return load.Empty(1); });
  const Measured one =
      calls("load.hospital.verify.1", [&] { return load.Verify(1); });
  ratio("load.hospital.verify.1.p50_to_fsync", one.p50_ms, fsync_ms);
  const Measured empty = calls("load.empty.64", [&] { return load.Empty(64); });
  const Measured many =
      calls("load.hospital.verify.64", [&] { return load.Verify(64); });
  ratio("load.hospital.verify.64.ratio_to_empty", many.per_second,
        empty.per_second);
  ratio("load.hospital.verify.64.ratio_to_group_commit", many.per_second,
        commits);
  calls("load.school.batch.answers", [&] { return load.Batches(4); });
  return failed == 0 ? 0 : 1;
}
