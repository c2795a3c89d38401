// Times our own policy over the whole population: every right of every holder
// for the holder and each relative on file, on one day, on all cores.
#include "engine/decision/census.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <deque>
#include <iostream>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "engine/policy/load.h"
#include "tools/figures/figures.h"
#include "tools/population/people.h"
#include "tools/rulecheck/bundle_files.h"

namespace talentcard {
namespace {

namespace v1 = chengzhou::talentcard::v1;
using decision::Census;
using decision::CensusAnswer;
using decision::Holder;
using decision::Seen;
using decision::Subject;

constexpr int kGroup = 8192;

v1::Card CardOf(const v1::Person& person) {
  v1::Card card;
  card.set_name("cards/" + person.name());
  card.set_holder(person.name());
  card.set_series("SERIES_PERSON");
  *card.mutable_valid_from() = CivilDate::FromYmd(2025, 1, 1)->ToProto();
  *card.mutable_valid_until() = CivilDate::FromYmd(2027, 12, 31)->ToProto();
  v1::CardEvent& event = *card.add_events();
  event.set_state(v1::Card::ACTIVE);
  event.mutable_effective_time()->set_seconds(
      absl::ToUnixSeconds(CivilDate::FromYmd(2025, 1, 1)->StartInBeijing()));
  return card;
}

// Runs `body(i)` for every i below `count` on all cores; returns the seconds.
template <typename Body>
double OnAllCores(size_t count, const Body& body) {
  std::atomic<size_t> next = 0;
  const auto start = std::chrono::steady_clock::now();
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < std::thread::hardware_concurrency(); ++i) {
    threads.emplace_back([&] {
      for (size_t each = next++; each < count; each = next++) body(each);
    });
  }
  for (std::thread& thread : threads) thread.join();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
      .count();
}

// Everybody in memory, as the rules see them.
class Town {
 public:
  explicit Town(int talents) {
    const population::Population population(population::kSeed);
    for (int i = 0; i < talents; ++i) {
      for (v1::Person& person : population.Household(i))
        people_.push_back(std::move(person));
    }
    for (const v1::Person& person : people_) by_name_[person.name()] = &person;
    for (const v1::Person& person : people_) {
      Holder holder;
      holder.person = &person;
      const bool recognised = std::any_of(
          person.facts().begin(), person.facts().end(),
          [](const v1::Fact& fact) { return fact.has_recognition(); });
      if (recognised)
        holder.cards.push_back(&cards_.emplace_back(CardOf(person)));
      holders_[&person] = std::move(holder);
    }
  }

  // Seconds.
  double See(const policy::Policy& policy, absl::Time instant) {
    seen_.resize(people_.size());
    return OnAllCores(people_.size(), [&](size_t i) {
      Holder& holder = holders_.at(&people_[i]);
      seen_[i] = decision::See(policy, holder, instant);
      holder.seen = &seen_[i];
    });
  }

  // Holders with themselves and with each relative on file.
  std::vector<Subject> Subjects() const {
    std::vector<Subject> subjects;
    for (const v1::Person& person : people_) {
      const Holder& holder = holders_.at(&person);
      subjects.push_back({&person, holder.seen, {holder}, {}});
      for (const v1::Relation& relation : person.relations()) {
        const auto relative = by_name_.find(relation.person());
        if (relative == by_name_.end()) continue;
        subjects.push_back({relative->second,
                            holders_.at(relative->second).seen,
                            {holder},
                            {}});
      }
    }
    return subjects;
  }

 private:
  std::deque<v1::Person> people_;
  std::deque<v1::Card> cards_;
  std::map<std::string, const v1::Person*> by_name_;
  std::map<const v1::Person*, Holder> holders_;
  std::deque<Seen> seen_;
};

int Run(const std::string& rules, int talents, int rounds, Figures& figures) {
  const auto files = ReadBundle(rules);
  if (!files.ok()) return std::cerr << files.status() << "\n", 1;
  const auto policy = policy::Load(*files).policy;
  if (policy == nullptr) return std::cerr << "the rules do not load\n", 1;
  const CivilDate day = *CivilDate::FromYmd(2025, 5, 12);
  const absl::Time instant = day.StartInBeijing() + absl::Hours(10);
  std::vector<decision::CensusQuestion> questions;
  for (const auto& [code, entitlement] : policy->entitlements) {
    v1::RequestView request;
    request.set_start_grade(true);
    request.set_season(day.year());
    questions.push_back({code, request});
  }
  const auto census = Census::Create(*policy, instant, questions);
  if (!census.ok()) return std::cerr << census.status() << "\n", 1;

  Town town(talents);
  figures.Add("engine.population.see", town.See(*policy, instant), "s");
  const std::vector<Subject> subjects = town.Subjects();
  const size_t groups = (subjects.size() + kGroup - 1) / kGroup;
  std::vector<std::unique_ptr<Census::Group>> flat(groups);
  const double flattening = OnAllCores(groups, [&](size_t i) {
    const size_t first = i * kGroup;
    const size_t count = std::min<size_t>(kGroup, subjects.size() - first);
    flat[i] = std::make_unique<Census::Group>(
        census->Flatten(std::span(subjects).subspan(first, count)));
  });
  figures.Add("engine.population.flatten", flattening, "s");

  std::vector<std::vector<CensusAnswer>> answers(groups);
  std::vector<double> seconds;
  for (int round = 0; round < rounds; ++round) {
    seconds.push_back(OnAllCores(
        groups, [&](size_t i) { answers[i] = census->Judge(*flat[i]); }));
  }
  std::sort(seconds.begin(), seconds.end());
  int64_t asked = 0;
  std::map<std::string, std::map<std::string, int64_t>> counts;
  for (const auto& group : answers) {
    for (size_t i = 0; i < group.size(); ++i) {
      if (group[i].outcome == v1::OUTCOME_UNSPECIFIED) continue;
      ++asked;
      ++counts[questions[i % questions.size()].entitlement]
              [v1::Outcome_Name(group[i].outcome) + " " +
               std::string(group[i].reason)];
    }
  }
  for (const auto& [entitlement, row] : counts) {
    std::cout << entitlement << "\n";
    for (const auto& [answer, count] : row)
      std::cout << "  " << count << "  " << answer << "\n";
  }
  figures.Add("engine.population.answers", static_cast<double>(asked), "");
  figures.Add("engine.population.judge", seconds[seconds.size() / 2], "s");
  return 0;
}

}  // namespace
}  // namespace talentcard

int main(int argc, char** argv) {
  CLI::App app{"Our own policy over the whole population"};
  std::string rules = "rules/haicheng", path, commit;
  int talents = talentcard::population::kTalents, rounds = 5;
  app.add_option("--rules", rules, "Rule bundle");
  app.add_option("--talents", talents, "Fewer, for a smoke test");
  app.add_option("--rounds", rounds, "The median of so many")
      ->check(CLI::PositiveNumber);
  app.add_option("--figures", path, "Append figures to this file");
  app.add_option("--commit", commit, "Commit measured");
  CLI11_PARSE(app, argc, argv);
  talentcard::Figures figures(path, commit);
  return talentcard::Run(rules, talents, rounds, figures);
}
