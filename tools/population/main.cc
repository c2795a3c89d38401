// population: loads the invented people of Haicheng through the import RPC, and
// issues the high-level talents their cards.
#include <grpcpp/grpcpp.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <iostream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "chengzhou/talentcard/v1/card_service.grpc.pb.h"
#include "chengzhou/talentcard/v1/registry_service.grpc.pb.h"
#include "tools/figures/figures.h"
#include "tools/population/people.h"

namespace talentcard::population {
namespace {

constexpr int kPeopleAMessage = 200;

void Identify(grpc::ClientContext& context, const char* kind,
              const char* staff) {
  context.AddMetadata("asker-kind", kind);
  context.AddMetadata("asker-institution", "stations/haizhou");
  context.AddMetadata("asker-staff", staff);
  context.AddMetadata("asker-purpose", "load the population");
}

double Seconds(std::chrono::steady_clock::time_point since) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - since)
      .count();
}

class Loader {
 public:
  Loader(std::shared_ptr<grpc::Channel> channel, uint64_t seed, int talents)
      : registry_(v1::RegistryService::NewStub(channel)),
        cards_(v1::CardService::NewStub(channel)),
        population_(seed),
        seed_(seed),
        talents_(talents) {}

  // Several streams, each with its share of the households.
  bool Import(int streams) {
    const auto begin = std::chrono::steady_clock::now();
    std::vector<std::thread> threads;
    for (int i = 0; i < streams; ++i)
      threads.emplace_back([this, i, streams] { Stream(i, streams); });
    while (!failed_ && streams_done_ < streams) {
      std::this_thread::sleep_for(std::chrono::milliseconds(500));
      std::cerr << absl::StrFormat("\rimported %d people", people_.load())
                << std::flush;
    }
    for (std::thread& thread : threads) thread.join();
    const double seconds = Seconds(begin);
    rate_ = people_ / seconds;
    std::cerr << absl::StrFormat("\rimported %d people in %.1f s (%.0f/s)\n",
                                 people_.load(), seconds, rate_);
    return !failed_;
  }

  // People imported a second.
  double rate() const { return rate_; }

  bool IssueCards(int workers) {
    const auto begin = std::chrono::steady_clock::now();
    std::vector<std::thread> threads;
    std::atomic<int> next = 0;
    const int last = std::min(talents_, kHighLevel);
    for (int i = 0; i < workers; ++i) {
      threads.emplace_back([&] {
        for (int index = next++; index < last && !failed_; index = next++)
          Issue(index);
      });
    }
    for (std::thread& thread : threads) thread.join();
    std::cerr << absl::StrFormat("issued %d cards in %.1f s\n", last,
                                 Seconds(begin));
    return !failed_;
  }

 private:
  void Stream(int share, int shares) {
    grpc::ClientContext context;
    Identify(context, "system", "staff/import");
    const auto stream = registry_->ImportPeople(&context);
    v1::ImportPeopleRequest request;
    int batch = 0;
    const auto send = [&] {
      if (request.people().empty()) return true;
      request.set_request_id(
          absl::StrFormat("import-%d-%d-%d-%d", seed_, shares, share, batch++));
      v1::ImportPeopleResponse response;
      if (!stream->Write(request) || !stream->Read(&response)) return false;
      people_ += response.imported();
      request.clear_people();
      return true;
    };
    bool ok = true;
    for (int index = share; ok && index < talents_; index += shares) {
      for (v1::Person& person : population_.Household(index))
        *request.add_people() = std::move(person);
      if (request.people_size() >= kPeopleAMessage) ok = send();
    }
    if (ok && share == 0) {
      ok = send();
      for (auto& [role, person] : StoryFamilies())
        *request.add_people() = person;
    }
    ok = ok && send();
    stream->WritesDone();
    const grpc::Status status = stream->Finish();
    if (!status.ok()) {
      std::cerr << "\n" << status.error_message().substr(0, 2000) << "\n";
      failed_ = true;
    }
    ++streams_done_;
  }

  void Issue(int index) {
    const v1::Person talent = population_.Household(index)[0];
    grpc::ClientContext context;
    Identify(context, "clerk", "staff/import");
    v1::IssueCardRequest request;
    request.set_holder(talent.name());
    request.set_series("SERIES_PERSON");
    request.set_request_id(absl::StrFormat("issue-%d-%d", seed_, index));
    v1::Card card;
    const grpc::Status status = cards_->IssueCard(&context, request, &card);
    if (!status.ok() && !failed_.exchange(true))
      std::cerr << status.error_message() << "\n";
  }

  const std::unique_ptr<v1::RegistryService::Stub> registry_;
  const std::unique_ptr<v1::CardService::Stub> cards_;
  const Population population_;
  const uint64_t seed_;
  const int talents_;
  double rate_ = 0;
  std::atomic<int> people_ = 0;
  std::atomic<int> streams_done_ = 0;
  std::atomic<bool> failed_ = false;
};

// Holds what the server counts against 表1.
bool Count(const std::shared_ptr<grpc::Channel>& channel, int talents) {
  grpc::ClientContext context;
  Identify(context, "auditor", "staff/audit");
  v1::CountPeopleRequest request;
  v1::CountPeopleResponse counts;
  const grpc::Status status =
      v1::RegistryService::NewStub(channel)->CountPeople(&context, request,
                                                         &counts);
  if (!status.ok()) {
    std::cerr << status.error_message() << "\n";
    return false;
  }
  if (talents != kTalents) return true;
  bool equal = true;
  int64_t total = 0;
  for (const auto& [category, expected] : CategoryCounts()) {
    const int64_t found = counts.by_category().at(category);
    total += found;
    equal = equal && found == expected;
    std::cout << absl::StrFormat(
        "%-22s %6d  %s\n", category, found,
        found == expected ? "= 表1" : "differs from 表1");
  }
  const auto of = [&](const char* criterion) {
    const auto it = counts.by_criterion().find(criterion);
    return it == counts.by_criterion().end() ? int64_t{0} : it->second;
  };
  // The rehearsal's families add one programme, one degree and two titles.
  const int64_t high_level = counts.high_level() - 4;
  const int64_t titles = of("senior-title") + of("deputy-senior-title") - 2;
  std::cout << absl::StrFormat(
      "talents %d = 表1 %d; high-level %d = %d titles + %d senior technicians "
      "+ %d doctors; elite %d + %d + %d\n",
      total, kTalents, high_level, titles, of("senior-technician"),
      of("doctor") - 1, of("top-talent"), of("xingliao-programme"),
      of("gangdu-programme") - 1);
  return equal && total == kTalents && high_level == kHighLevel &&
         titles == 6000 && of("senior-technician") == 190 &&
         of("doctor") == 6 && of("top-talent") == 1 &&
         of("xingliao-programme") == 5 && of("gangdu-programme") == 10;
}

}  // namespace
}  // namespace talentcard::population

int main(int argc, char** argv) {
  CLI::App app("Loads the invented people of Haicheng.");
  std::string server = "127.0.0.1:50051", figures, commit;
  uint64_t seed = talentcard::population::kSeed;
  int talents = talentcard::population::kTalents;
  app.add_option("--server", server, "Where chengzhoud listens")
      ->capture_default_str();
  app.add_option("--seed", seed, "Another seed, other people")
      ->capture_default_str();
  app.add_option("--talents", talents, "How many, at most 101040")
      ->capture_default_str();
  app.add_option("--figures", figures,
                 "Append figures as JSON lines to this file");
  app.add_option("--commit", commit, "The commit they are of");
  CLI11_PARSE(app, argc, argv);
  const auto channel =
      grpc::CreateChannel(server, grpc::InsecureChannelCredentials());
  talentcard::population::Loader loader(
      channel, seed, std::min(talents, talentcard::population::kTalents));
  const bool ok = loader.Import(4) && loader.IssueCards(32) &&
                  talentcard::population::Count(channel, talents);
  if (!figures.empty())
    talentcard::Figures(figures, commit)
        .Add("load.import.rate", loader.rate(), "people/s");
  return ok ? 0 : 1;
}
