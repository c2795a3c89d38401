#include "services/store/writer.h"

#include <atomic>
#include <future>
#include <random>
#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/store/versions.h"
#include "tests/services/store/databases.h"

namespace talentcard::store {
namespace {

Writer::Options Options(std::function<void(const absl::Status&)> on_fatal =
                            [](const absl::Status&) { FAIL(); }) {
  Writer::Options options;
  options.on_fatal = std::move(on_fatal);
  options.now_ms = [] { return int64_t{0}; };
  return options;
}

absl::Status Add(Transaction& t, std::string_view key, int amount) {
  const auto value = t.Get(key);
  if (!value.ok()) return value.status();
  t.Put(key,
        std::to_string((value->has_value() ? std::stoi(**value) : 0) + amount));
  return absl::OkStatus();
}

absl::Status Increment(Transaction& t, std::string_view key) {
  return Add(t, key, 1);
}

class WriterTest : public DatabaseSuite {};

TEST_P(WriterTest, ConcurrentIncrementsLoseNothing) {
  {
    Writer writer(*database_, Options());
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        for (int k = 0; k < 50; ++k) {
          EXPECT_TRUE(
              writer.Run([](Transaction& t) { return Increment(t, "n"); })
                  .ok());
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(writer.Durable().revision, 400u);
  }
  EXPECT_EQ(**database_->Latest().Get("n"), "400");
}

TEST_P(WriterTest, ATransactionSeesTheOnesBeforeItInItsGroup) {
  Writer writer(*database_, Options());
  std::promise<void> gate;
  auto opened = gate.get_future().share();
  writer.Submit(
      [opened](Transaction&) {
        opened.wait();
        return absl::OkStatus();
      },
      [](auto) {});
  std::vector<std::future<absl::StatusOr<uint64_t>>> results;
  for (int i = 0; i < 10; ++i) {
    auto promise = std::make_shared<std::promise<absl::StatusOr<uint64_t>>>();
    results.push_back(promise->get_future());
    writer.Submit([](Transaction& t) { return Increment(t, "n"); },
                  [promise](absl::StatusOr<uint64_t> r) {
                    promise->set_value(std::move(r));
                  });
  }
  gate.set_value();
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(*results[i].get(), static_cast<uint64_t>(i + 1));
  EXPECT_EQ(**database_->Latest().Get("n"), "10");
}

TEST_P(WriterTest, AFailedBodyDropsOnlyItsOwnChanges) {
  Writer writer(*database_, Options());
  EXPECT_TRUE(writer
                  .Run([](Transaction& t) {
                    t.Put("a", "1");
                    return absl::OkStatus();
                  })
                  .ok());
  const auto failed = writer.Run([](Transaction& t) {
    t.Put("a", "2");
    t.Put("b", "2");
    return absl::FailedPreconditionError("no");
  });
  EXPECT_EQ(failed.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(**database_->Latest().Get("a"), "1");
  EXPECT_FALSE(database_->Latest().Get("b")->has_value());
  EXPECT_EQ(writer.Durable().revision, 1u);
}

TEST_P(WriterTest, ScansSeeTheStoreAndTheOpenChangesBothWays) {
  Writer writer(*database_, Options());
  ASSERT_TRUE(writer
                  .Run([](Transaction& t) {
                    for (const char* key : {"a", "c", "e"}) t.Put(key, "old");
                    return absl::OkStatus();
                  })
                  .ok());
  ASSERT_TRUE(
      writer
          .Run([](Transaction& t) {
            t.Put("b", "new");
            t.Put("c", "new");
            t.Delete("e");
            t.Put("f", "new");
            std::string forwards, backwards;
            EXPECT_TRUE(
                t.Scan("a", "z", [&](std::string_view k, std::string_view v) {
                   forwards += std::string(k) + v[0];
                   return true;
                 }).ok());
            EXPECT_TRUE(
                t.ScanBackwards("a", "z",
                                [&](std::string_view k, std::string_view v) {
                                  backwards += std::string(k) + v[0];
                                  return true;
                                })
                    .ok());
            EXPECT_EQ(forwards, "aobncnfn");
            EXPECT_EQ(backwards, "fncnbnao");
            return absl::OkStatus();
          })
          .ok());
}

TEST_P(WriterTest, TheRevisionGoesOnAfterARestart) {
  {
    Writer writer(*database_, Options());
    ASSERT_EQ(*writer.Run([](Transaction& t) {
      t.Put("a", "1");
      return absl::OkStatus();
    }),
              1u);
  }
  Writer writer(*database_, Options());
  EXPECT_EQ(writer.Durable().revision, 1u);
  EXPECT_EQ(*writer.Run([](Transaction& t) {
    t.Put("a", "2");
    return absl::OkStatus();
  }),
            2u);
}

TEST_P(WriterTest, TransfersFromManyThreadsKeepTheSum) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  Writer writer(*database_, Options());
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < 8; ++i) {
    threads.emplace_back([&, random = std::mt19937(seed + i)]() mutable {
      for (int k = 0; k < 50; ++k) {
        const std::string from(1, static_cast<char>('a' + random() % 3));
        const std::string to(1, static_cast<char>('a' + random() % 3));
        const bool fails = random() % 4 == 0;
        const auto done = writer.Run([&](Transaction& t) {
          EXPECT_TRUE(Add(t, from, -1).ok());
          if (fails) return absl::FailedPreconditionError("half way");
          return Add(t, to, 1);
        });
        EXPECT_EQ(done.ok(), !fails);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  int sum = 0;
  ASSERT_TRUE(database_->Latest()
                  .Scan("a", "d",
                        [&](auto, std::string_view value) {
                          sum += std::stoi(std::string(value));
                          return true;
                        })
                  .ok());
  EXPECT_EQ(sum, 0);
}

TEST_P(WriterTest, KnownTimesIncreaseEvenIfTheClockGoesBackAcrossARestart) {
  for (const int64_t now_ms : {5000, 3000}) {
    Writer::Options options = Options();
    options.now_ms = [now_ms] { return now_ms; };
    Writer writer(*database_, options);
    ASSERT_TRUE(writer
                    .Run([](Transaction& t) {
                      t.Put("a", "1");
                      return absl::OkStatus();
                    })
                    .ok());
  }
  EXPECT_EQ(*RevisionAt(database_->Latest(), 4999), 0u);
  EXPECT_EQ(*RevisionAt(database_->Latest(), 5000), 1u);
  EXPECT_EQ(*RevisionAt(database_->Latest(), 5001), 2u);
}

TEST_P(WriterTest, RunsABodyAtItsDeadlineAndNotAfterIt) {
  Writer::Options options = Options();
  options.now_ms = [] { return int64_t{1000}; };
  Writer writer(*database_, options);
  const auto put = [](Transaction& t) {
    t.Put("a", "1");
    return absl::OkStatus();
  };
  EXPECT_EQ(writer.Run(put, 999).status().code(),
            absl::StatusCode::kDeadlineExceeded);
  EXPECT_FALSE(database_->Latest().Get("a")->has_value());
  EXPECT_TRUE(writer.Run(put, 1000).ok());
}

TEST_P(WriterTest, WhatIsSubmittedBeforeTheEndIsRun) {
  std::atomic<int> done = 0;
  {
    Writer writer(*database_, Options());
    for (int i = 0; i < 1000; ++i) {
      writer.Submit([](Transaction& t) { return Add(t, "n", 1); },
                    [&](absl::StatusOr<uint64_t> r) { done += r.ok(); });
    }
  }
  EXPECT_EQ(done, 1000);
  EXPECT_EQ(**database_->Latest().Get("n"), "1000");
}

INSTANTIATE_TEST_SUITE_P(Every, WriterTest,
                         testing::Values(Kind::kMemory, Kind::kRocksDb),
                         KindName);

TEST(WriterFaultTest, AFullDiskMakesItReadOnlyUntilThereIsSpace) {
  MemoryDatabase database;
  std::atomic<int64_t> now_ms = 10000;
  Writer::Options options = Options();
  options.now_ms = [&] { return now_ms.load(); };
  Writer writer(database, options);
  const auto put = [](Transaction& t) {
    t.Put("a", "1");
    return absl::OkStatus();
  };
  database.SetFull(true);
  EXPECT_EQ(writer.Run(put).status().code(),
            absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(writer.read_only());
  EXPECT_FALSE(database.Latest().Get("a")->has_value());
  database.SetFull(false);
  now_ms += 499;
  EXPECT_FALSE(writer.Run(put).ok());
  now_ms += 1;
  EXPECT_TRUE(writer.Run(put).ok());
  EXPECT_FALSE(writer.read_only());
}

TEST(WriterFaultTest, AWriteOfUnknownOutcomeStopsTheStore) {
  MemoryDatabase database;
  std::atomic<int> fatal = 0;
  Writer writer(database, Options([&](const absl::Status&) { ++fatal; }));
  const auto put = [](Transaction& t) {
    t.Put("a", "1");
    return absl::OkStatus();
  };
  database.FailNextWrite(absl::UnavailableError("fsync"));
  EXPECT_EQ(writer.Run(put).status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(writer.Run(put).status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(fatal, 1);
}

// A body that failed over changes of its group must not answer so once they are
// dropped: nobody took the place it was refused.
TEST(WriterFaultTest, NoAnswerRestsOnChangesThatWereDropped) {
  MemoryDatabase database;
  Writer writer(database, Options());
  std::promise<void> gate, running;
  auto opened = gate.get_future().share();
  writer.Submit(
      [&, opened](Transaction&) {
        running.set_value();
        opened.wait();
        return absl::OkStatus();
      },
      [](auto) {});
  running.get_future().wait();
  const auto take_place = [](Transaction& t) {
    if ((*t.Get("place")).has_value())
      return absl::FailedPreconditionError("taken");
    t.Put("place", "1");
    return absl::OkStatus();
  };
  std::vector<absl::StatusCode> codes;
  std::promise<void> finished;
  for (int i = 0; i < 2; ++i) {
    writer.Submit(take_place, [&](absl::StatusOr<uint64_t> r) {
      codes.push_back(r.status().code());
      if (codes.size() == 2) finished.set_value();
    });
  }
  database.FailNextWrite(absl::ResourceExhaustedError("the disk is full"));
  gate.set_value();
  finished.get_future().wait();
  EXPECT_THAT(codes, testing::Each(absl::StatusCode::kResourceExhausted));
}

TEST(WriterFaultTest, TooManyWaitingAreRefusedAtOnce) {
  MemoryDatabase database;
  Writer::Options options = Options();
  options.max_waiting = 2;
  options.max_group = 1;
  Writer writer(database, options);
  std::promise<void> gate, running;
  auto opened = gate.get_future().share();
  writer.Submit(
      [&, opened](Transaction&) {
        running.set_value();
        opened.wait();
        return absl::OkStatus();
      },
      [](auto) {});
  running.get_future().wait();
  std::atomic<int> refused = 0;
  for (int i = 0; i < 5; ++i) {
    writer.Submit([](Transaction&) { return absl::OkStatus(); },
                  [&](absl::StatusOr<uint64_t> r) {
                    refused += absl::IsUnavailable(r.status());
                  });
  }
  EXPECT_EQ(refused, 3);
  gate.set_value();
}

}  // namespace
}  // namespace talentcard::store
