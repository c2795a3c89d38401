// loadgen: what a running server does under load, client included, everything
// durable and logged. Needs the population loaded (tools/population).
#include <grpcpp/grpcpp.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <fstream>
#include <functional>
#include <iostream>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "chengzhou/talentcard/v1/hospital_service.grpc.pb.h"
#include "chengzhou/talentcard/v1/policy_service.grpc.pb.h"
#include "chengzhou/talentcard/v1/school_service.grpc.pb.h"
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
}

struct Figures {
  double per_second = 0;
  double p50_ms = 0;
  double p99_ms = 0;
  int failed = 0;
};

Figures Summarise(std::vector<double> ms, double seconds, int failed) {
  std::sort(ms.begin(), ms.end());
  if (ms.empty()) return {0, 0, 0, failed};
  return {static_cast<double>(ms.size()) / seconds, ms[ms.size() / 2],
          ms[ms.size() * 99 / 100], failed};
}

// Keeps `in_flight` calls under way for `seconds`; `start` begins one and calls
// back.
Figures Drive(
    int in_flight, double seconds,
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
        again = now < end;
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

class Load {
 public:
  Load(const std::string& server, double seconds)
      : channel_(
            grpc::CreateChannel(server, grpc::InsecureChannelCredentials())),
        seconds_(seconds) {
    const population::Population people(20201231);
    for (int i = 0; i < 2000; ++i) {
      for (const v1::Person& person : people.Household(i)) {
        if (person.documents(0).kind() == v1::RESIDENT_IDENTITY_CARD)
          documents_.push_back(person.documents(0));
        if (person.documents(0).kind() == v1::PASSPORT)
          children_.push_back(person.documents(0));
      }
    }
  }

  // The cheapest call the server has: nothing read, nothing logged.
  Figures Empty(int in_flight) {
    const auto stub = v1::PolicyService::NewStub(channel_);
    return Drive(in_flight, seconds_, [&](int, std::function<void(bool)> done) {
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

  Figures Verify(int in_flight) {
    const auto stub = v1::HospitalService::NewStub(channel_);
    return Drive(
        in_flight, seconds_, [&](int n, std::function<void(bool)> done) {
          struct Call {
            grpc::ClientContext context;
            v1::VerifyRequest request;
            v1::VerifyResponse response;
          };
          auto call = std::make_shared<Call>();
          Identify(call->context, "hospital", "hospitals/haicheng-central");
          call->request.set_hospital("hospitals/haicheng-central");
          *call->request.mutable_document() =
              documents_[static_cast<size_t>(n) * 7919 % documents_.size()];
          stub->async()->VerifyGreenChannel(
              &call->context, &call->request, &call->response,
              [call, done](const grpc::Status& s) {
                done(s.ok() && call->response.has_log_index());
              });
        });
  }

  // Streams of batches of 256 children; figures are answers.
  Figures Batches(int streams) {
    const auto stub = v1::SchoolService::NewStub(channel_);
    v1::BatchQueryEnrolmentRequest request;
    for (int i = 0; i < 256; ++i) {
      v1::QueryEnrolmentRequest& q = *request.add_requests();
      *q.mutable_document() =
          children_[static_cast<size_t>(i) * 31 % children_.size()];
      q.set_stage("PRI");
      q.set_season(2025);
      q.set_grade(1);
    }
    std::atomic<int64_t> answers = 0;
    std::atomic<int> failed = 0;
    const auto begin = SteadyClock::now();
    std::vector<std::thread> threads;
    for (int i = 0; i < streams; ++i) {
      threads.emplace_back([&] {
        grpc::ClientContext context;
        Identify(context, "education-bureau", "offices/education");
        const auto stream = stub->BatchQueryEnrolment(&context);
        v1::BatchQueryEnrolmentResponse response;
        while (SteadyClock::now() - begin <
               std::chrono::duration<double>(seconds_)) {
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
  const double seconds_;
  std::vector<v1::IdentityDocument> documents_;
  std::vector<v1::IdentityDocument> children_;
};

}  // namespace
}  // namespace talentcard::bench

int main(int argc, char** argv) {
  CLI::App app("Loads a running server and prints what it does.");
  std::string server = "127.0.0.1:50051", figures, commit, only;
  double seconds = 5;
  app.add_option("--server", server)->capture_default_str();
  app.add_option("--seconds", seconds, "For each figure")
      ->capture_default_str();
  app.add_option("--figures", figures,
                 "Append figures as JSON lines to this file");
  app.add_option("--commit", commit, "The commit they are of");
  app.add_option("--only", only, "Figures whose name has this in it");
  CLI11_PARSE(app, argc, argv);
  talentcard::bench::Load load(server, seconds);
  std::ofstream out;
  if (!figures.empty()) out.open(figures, std::ios::app);
  const auto note = [&](const std::string& name, double value,
                        const char* unit) {
    if (out.is_open())
      out << absl::StrFormat(
          "{\"name\": \"%s\", \"value\": %g, \"unit\": \"%s\", \"commit\": "
          "\"%s\"}\n",
          name, value, unit, commit);
  };
  int failed = 0;
  const auto row = [&](const char* name, const auto& measure) {
    if (std::string(name).find(only) == std::string::npos) return 0.0;
    const talentcard::bench::Figures f = measure();
    std::cout << absl::StrFormat(
        "%-34s %9.0f /s   p50 %6.2f ms   p99 %6.2f ms   failed %d\n", name,
        f.per_second, f.p50_ms, f.p99_ms, f.failed);
    note(absl::StrCat(name, ".rate"), f.per_second, "1/s");
    note(absl::StrCat(name, ".p50"), f.p50_ms, "ms");
    note(absl::StrCat(name, ".p99"), f.p99_ms, "ms");
    failed += f.failed;
    return f.per_second;
  };
  row("load.empty.1", [&] { return load.Empty(1); });
  const double empty = row("load.empty.64", [&] { return load.Empty(64); });
  row("load.hospital.verify.1", [&] { return load.Verify(1); });
  const double verify =
      row("load.hospital.verify.64", [&] { return load.Verify(64); });
  if (empty > 0 && verify > 0) {
    std::cout << absl::StrFormat("%-34s %9.2f of the empty handler\n", "",
                                 verify / empty);
  }
  row("load.school.batch.answers", [&] { return load.Batches(4); });
  return failed == 0 ? 0 : 1;
}
