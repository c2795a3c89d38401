#include "services/rpc/gate.h"

#include <atomic>
#include <chrono>
#include <random>
#include <set>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/rpc/turns.h"

namespace talentcard::rpc {
namespace {

using testing::ElementsAre;

// A gate whose time and whose turns are moved by hand.
class GateTest : public testing::Test {
 protected:
  void Open(Gate::Limits limits) {
    gate_ = std::make_unique<Gate>(
        limits, [this] { return now_; },
        [this](std::function<void()> turn) {
          turns_.push_back(std::move(turn));
        });
  }
  // Notes the outcome as `name`, `name:EXHAUSTED` or `name:LATE`.
  void Come(const std::string& name, Priority priority,
            const std::string& principal = "",
            absl::Duration patience = absl::InfiniteDuration()) {
    gate_->Enter(
        {principal.empty() ? name : principal, priority, now_ + patience},
        [this, name](auto pass) {
          if (pass.ok()) {
            inside_[name] = *std::move(pass);
            said_.push_back(name);
          } else {
            said_.push_back(absl::StrCat(
                name, absl::IsResourceExhausted(pass.status()) ? ":EXHAUSTED"
                                                               : ":LATE"));
          }
        });
  }
  void Go(std::string name) {
    inside_.erase(name);
    while (!turns_.empty()) {
      const auto turn = std::move(turns_.front());
      turns_.pop_front();
      turn();
    }
  }

  void TearDown() override {
    while (!inside_.empty()) Go(inside_.begin()->first);
  }

  absl::Time now_ = absl::FromUnixSeconds(1780000000);
  std::deque<std::function<void()>> turns_;
  std::unique_ptr<Gate> gate_;
  std::map<std::string, std::shared_ptr<const Gate::Pass>> inside_;
  std::vector<std::string> said_;
};

TEST_F(GateTest, LetsInAtOnceUpToItsLimitAndThenOneForOne) {
  Open({.under_way = 2, .waiting = 9, .per_principal = 9});
  for (const char* name : {"a", "b", "c"}) Come(name, Priority::kDesk);
  EXPECT_THAT(said_, ElementsAre("a", "b"));
  EXPECT_EQ(gate_->waiting(), 1);
  Go("a");
  EXPECT_THAT(said_, ElementsAre("a", "b", "c"));
  EXPECT_EQ(gate_->under_way(), 2);
}

TEST_F(GateTest, TheMostUrgentGoFirstAndAmongEqualsTheFirst) {
  Open({.under_way = 1, .waiting = 9, .per_principal = 9});
  Come("inside", Priority::kBatch);
  Come("list", Priority::kBatch);
  Come("desk1", Priority::kDesk);
  Come("desk2", Priority::kDesk);
  Come("patient", Priority::kGreenChannel);
  Go("inside");
  for (const char* name : {"patient", "desk1", "desk2"}) Go(name);
  EXPECT_THAT(said_,
              ElementsAre("inside", "patient", "desk1", "desk2", "list"));
}

TEST_F(GateTest, TheLastAndLeastUrgentIsShedForAMoreUrgentOneOnly) {
  Open({.under_way = 1, .waiting = 3, .per_principal = 9});
  Come("inside", Priority::kDesk);
  Come("list1", Priority::kBatch);
  Come("list2", Priority::kBatch);
  Come("desk1", Priority::kDesk);
  said_.clear();
  Come("list3", Priority::kBatch);
  Come("desk2", Priority::kDesk);
  Come("patient1", Priority::kGreenChannel);
  Come("patient2", Priority::kGreenChannel);
  Come("patient3", Priority::kGreenChannel);
  EXPECT_THAT(said_, ElementsAre("list3:EXHAUSTED", "list2:EXHAUSTED",
                                 "list1:EXHAUSTED", "desk2:EXHAUSTED",
                                 "desk1:EXHAUSTED"));
  said_.clear();
  Come("patient4", Priority::kGreenChannel);
  EXPECT_THAT(said_, ElementsAre("patient4:EXHAUSTED"));
  EXPECT_EQ(gate_->waiting(), 3);
}

TEST_F(GateTest, NobodyIsLetInAfterTheirDeadline) {
  Open({.under_way = 1, .waiting = 9, .per_principal = 9});
  Come("inside", Priority::kDesk);
  Come("gone", Priority::kDesk, "", absl::ZeroDuration());
  Come("short", Priority::kDesk, "", absl::Seconds(1));
  Come("long", Priority::kDesk, "", absl::Seconds(2));
  now_ += absl::Seconds(1);
  Go("inside");
  EXPECT_THAT(said_, ElementsAre("inside", "gone:LATE", "short:LATE", "long"));
}

TEST_F(GateTest, OneAskerNeverTakesEveryPlace) {
  Open({.under_way = 2, .waiting = 9, .per_principal = 3});
  for (const char* name : {"a1", "a2", "a3", "a4"})
    Come(name, Priority::kGreenChannel, "a");
  Come("b", Priority::kDesk, "b");
  Go("a1");
  Come("a5", Priority::kGreenChannel, "a");
  EXPECT_THAT(said_, ElementsAre("a1", "a2", "a4:EXHAUSTED", "a3"));
  EXPECT_EQ(gate_->waiting(), 2);
}

TEST_F(GateTest, AVisitMayBeOneOfFewerThanTheLimit) {
  Open({.under_way = 9, .waiting = 9, .per_principal = 3});
  std::vector<std::shared_ptr<const Gate::Pass>> inside;
  const auto comes_in = [&](int at_most) {
    bool in = false;
    gate_->Enter({.principal = "a", .at_most = at_most}, [&](auto pass) {
      in = pass.ok();
      if (in) inside.push_back(*std::move(pass));
    });
    return in;
  };
  EXPECT_TRUE(comes_in(2));
  EXPECT_TRUE(comes_in(2));
  EXPECT_FALSE(comes_in(2));
  EXPECT_TRUE(comes_in(0));
  EXPECT_FALSE(comes_in(9)) << "no more than the limit";
}

TEST_F(GateTest, WhatWasRefusedOrShedCountsForNobody) {
  Open({.under_way = 1, .waiting = 1, .per_principal = 2});
  Come("inside", Priority::kDesk, "a");
  Come("list", Priority::kBatch, "a");
  Come("desk", Priority::kDesk, "b");  // Sheds the list.
  Go("inside");
  Go("desk");
  Come("again1", Priority::kDesk, "a");
  Come("again2", Priority::kDesk, "a");
  Go("again1");
  EXPECT_THAT(said_, ElementsAre("inside", "list:EXHAUSTED", "desk", "again1",
                                 "again2"));
}

TEST_F(GateTest, KeepsItsBoundsWhateverHappens) {
  const auto seed = static_cast<unsigned>(
      std::chrono::steady_clock::now().time_since_epoch().count());
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937 random(seed);
  Open({.under_way = 4, .waiting = 8, .per_principal = 5});
  const int steps = 20000;
  for (int i = 0; i < steps; ++i) {
    now_ += absl::Milliseconds(random() % 3);
    if (random() % 3 != 0 || inside_.empty()) {
      Come(absl::StrCat(i), static_cast<Priority>(random() % kPriorities),
           absl::StrCat("asker", random() % 6),
           absl::Milliseconds(random() % 20));
    } else {
      Go(std::next(inside_.begin(),
                   static_cast<long>(random() % inside_.size()))
             ->first);
    }
    ASSERT_LE(gate_->under_way(), 4);
    ASSERT_LE(gate_->waiting(), 8);
    ASSERT_EQ(gate_->under_way(), static_cast<int>(inside_.size()));
    ASSERT_TRUE(gate_->waiting() == 0 || gate_->under_way() == 4);
  }
  while (!inside_.empty()) Go(inside_.begin()->first);
  EXPECT_EQ(gate_->waiting(), 0);
  std::set<std::string> once;
  for (const std::string& said : said_)
    EXPECT_TRUE(once.insert(said.substr(0, said.find(':'))).second) << said;
}

TEST(GateOfManyThreads, SaysSomethingToEverybodyOnce) {
  constexpr int kThreads = 4, kCalls = 2000;
  std::atomic<int> inside = 0, refused = 0;
  Turns turns(2);
  Gate gate(
      {.under_way = 2, .waiting = 50, .per_principal = kCalls},
      [] { return absl::FromUnixSeconds(1780000000); },
      [&turns](std::function<void()> turn) { turns.Run(std::move(turn)); });
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kCalls; ++i) {
        gate.Enter({absl::StrCat(t), static_cast<Priority>(i % kPriorities)},
                   [&](const auto& pass) { ++(pass.ok() ? inside : refused); });
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  while (inside + refused < kThreads * kCalls) std::this_thread::yield();
  while (gate.under_way() > 0) std::this_thread::yield();
  EXPECT_EQ(gate.waiting(), 0);
  EXPECT_GT(inside, 0);
}

struct Urgency {
  const char* method;
  Priority priority;
};

TEST(Priorities, APatientComesBeforeADeskAndADeskBeforeAList) {
  for (const auto& [method, priority] : std::initializer_list<Urgency>{
           {"HospitalService.VerifyGreenChannel", Priority::kGreenChannel},
           {"HospitalService.StartVisit", Priority::kGreenChannel},
           {"HospitalService.BatchVerifyGreenChannel", Priority::kBatch},
           {"CardService.IssueCard", Priority::kDesk},
           {"CardService.ReportScans", Priority::kBatch},
           {"SchoolService.QueryEnrolment", Priority::kDesk},
           {"SchoolService.BatchQueryEnrolment", Priority::kBatch},
           {"RegistryService.ImportPeople", Priority::kBatch},
           {"RegistryService.CountPeople", Priority::kBatch}}) {
    EXPECT_EQ(PriorityOf(method), priority) << method;
  }
}

}  // namespace
}  // namespace talentcard::rpc
