// Every write operation of a small script fails once: what then?
#include <rocksdb/env.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <map>
#include <thread>

#include "gmock/gmock.h"
#include "services/store/keys.h"
#include "services/store/writer.h"
#include "tests/services/store/databases.h"
#include "tests/services/store/faulty_files.h"

namespace talentcard::store {
namespace {

using Fault = FaultyFiles::Fault;

constexpr int kSteps = 40;

// Small, so that the script flushes, compacts and starts new logs.
RocksDbOptions Small(std::shared_ptr<FaultyFiles> files) {
  return {.block_cache_bytes = 1 << 20,
          .write_buffer_bytes = 64 << 10,
          .write_ahead_log_bytes = 128 << 10,
          .file_system = std::move(files)};
}

// Writes steps through a Writer and remembers what was acknowledged.
class Script {
 public:
  explicit Script(const std::string& directory) : directory_(directory) {}

  // False if the database does not open.
  bool Open() {
    auto database = OpenRocksDb(directory_, Small(files_));
    if (!database.ok()) return false;
    database_ = *std::move(database);
    Writer::Options options;
    options.now_ms = [this] { return now_ms_; };
    options.on_fatal = [this](const absl::Status& status) {
      ++fatal_;
      why_ = status.ToString();
    };
    writer_ = std::make_unique<Writer>(*database_, options);
    return true;
  }
  void Close() {
    writer_.reset();
    database_.reset();
  }

  absl::Status Step(int n) {
    now_ms_ += 500;  // Always late enough for another try on a full disk.
    steps_ = std::max(steps_, n + 1);
    const std::string value = std::to_string(n) + std::string(8000, 'v');
    const auto revision = writer_->Run([&](Transaction& t) {
      t.Put(RowKey(n), value);
      t.Put("count", std::to_string(n));
      return absl::OkStatus();
    });
    if (revision.ok()) acknowledged_[n] = value;
    return revision.status();
  }

  // What was acknowledged is there; what was not is there only if it `may`.
  void ExpectNothingLost(bool unacknowledged_may_be_there) {
    for (int n = 0; n < steps_; ++n) {
      const auto row = database_->Latest().Get(RowKey(n));
      ASSERT_TRUE(row.ok()) << row.status();
      const auto known = acknowledged_.find(n);
      if (known != acknowledged_.end()) {
        ASSERT_TRUE(row->has_value())
            << "step " << n << " was acknowledged and is lost";
        EXPECT_TRUE(**row == known->second);
      } else if (!unacknowledged_may_be_there) {
        ASSERT_FALSE(row->has_value())
            << "step " << n << " was refused and is there";
      }
    }
  }

  static std::string RowKey(int n) {
    return Key(Table::kCard).Add(std::to_string(n)).bytes();
  }

  FaultyFiles& files() { return *files_; }
  const Database& database() const { return *database_; }
  const Writer& writer() const { return *writer_; }
  int fatal() const { return fatal_; }
  // Of the last one.
  const std::string& why() const { return why_; }

 private:
  const std::string directory_;
  const std::shared_ptr<FaultyFiles> files_ = std::make_shared<FaultyFiles>();
  std::unique_ptr<Database> database_;
  std::unique_ptr<Writer> writer_;
  std::map<int, std::string> acknowledged_;
  int64_t now_ms_ = 0;
  int steps_ = 0;
  int fatal_ = 0;
  std::string why_;
};

int64_t OperationsOfTheScript(Fault fault) {
  TemporaryDirectory directory;
  Script script(directory.path());
  EXPECT_TRUE(script.Open());
  script.files().Arm(fault, std::numeric_limits<int64_t>::max());
  for (int n = 0; n < kSteps; ++n) EXPECT_TRUE(script.Step(n).ok());
  script.Close();
  return script.files().operations();
}

// Runs `body` for every index below `count`. Side by side, because a background
// thread that met a fault waits a second before it goes on.
void ForEveryIndex(int64_t count, const std::function<void(int64_t)>& body) {
  for (const auto pool :
       {rocksdb::Env::Priority::LOW, rocksdb::Env::Priority::HIGH}) {
    rocksdb::Env::Default()->SetBackgroundThreads(24, pool);
  }
  std::atomic<int64_t> next = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 24; ++i) {
    threads.emplace_back([&] {
      while (!testing::Test::HasFailure()) {
        const int64_t index = next++;
        if (index >= count) return;
        SCOPED_TRACE(testing::Message() << "operation " << index);
        body(index);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(FaultTest, AFullDiskRefusesWritesAndGivesThemBackWithoutARestart) {
  const int64_t operations = OperationsOfTheScript(Fault::kFull);
  ASSERT_GT(operations, 100);
  std::atomic<int64_t> refused_at = 0;
  ForEveryIndex(operations, [&](int64_t index) {
    TemporaryDirectory directory;
    Script script(directory.path());
    ASSERT_TRUE(script.Open());
    script.files().Arm(Fault::kFull, index);
    int refused = 0;
    for (int n = 0; n < kSteps; ++n) {
      const absl::Status status = script.Step(n);
      if (status.ok()) continue;
      ++refused;
      ASSERT_EQ(status.code(), absl::StatusCode::kResourceExhausted)
          << status << ": " << script.why();
      ASSERT_TRUE(script.writer().read_only());
      script.ExpectNothingLost(false);  // Reads go on.
      if (refused == 3) break;
    }
    refused_at += refused > 0;
    script.files().Heal();
    for (int n = kSteps; n < 2 * kSteps; ++n) {
      const absl::Status status = script.Step(n);
      ASSERT_TRUE(status.ok())
          << "step " << n << ": " << status << ": " << script.why();
    }
    ASSERT_FALSE(script.writer().read_only());
    EXPECT_EQ(script.fatal(), 0);
    script.ExpectNothingLost(false);
    script.Close();
    ASSERT_TRUE(script.Open());
    script.ExpectNothingLost(false);
  });
  std::printf("%ld operations, writes were refused after %ld of them\n",
              operations, refused_at.load());
  EXPECT_GT(refused_at, operations / 2);
}

TEST(FaultTest, WhatAFullDiskRefusedStaysRefusedAfterACrash) {
  ForEveryIndex(OperationsOfTheScript(Fault::kFull), [&](int64_t index) {
    TemporaryDirectory directory;
    Script script(directory.path());
    ASSERT_TRUE(script.Open());
    script.files().Arm(Fault::kFull, index);
    for (int n = 0; n < kSteps && script.Step(n).ok();) ++n;
    script.files().Arm(Fault::kMedium, 0);  // Nothing more reaches the disk.
    script.Close();
    script.files().Heal();
    ASSERT_TRUE(script.Open());
    script.ExpectNothingLost(false);
  });
}

// The medium fails: the process must end, and the next one finds everything
// that was acknowledged, or refuses to open.
void FailAtEveryOperation(Fault fault, bool always_fatal) {
  const int64_t operations = OperationsOfTheScript(fault);
  ASSERT_GT(operations, 10);
  ForEveryIndex(operations, [&](int64_t index) {
    TemporaryDirectory directory;
    Script script(directory.path());
    ASSERT_TRUE(script.Open());
    script.files().Arm(fault, index);
    bool stopped = false;
    // A background thread's failure is heard of by a later write.
    const auto unheard = [&] {
      return always_fatal && script.files().failed() && !stopped;
    };
    for (int n = 0; n < kSteps || (unheard() && n < 50 * kSteps); ++n) {
      const absl::Status status = script.Step(n);
      ASSERT_TRUE(status.ok() || absl::IsUnavailable(status)) << status;
      ASSERT_FALSE(stopped && status.ok()) << "went on after a failed write";
      stopped |= !status.ok();
    }
    EXPECT_EQ(script.fatal(), stopped);
    EXPECT_FALSE(unheard());
    script.Close();
    script.files().Heal();
    ASSERT_TRUE(script.Open());
    script.ExpectNothingLost(true);
  });
  std::printf("%ld operations\n", operations);
}

TEST(FaultTest, AFailingMediumStopsTheStoreAndLosesNothing) {
  FailAtEveryOperation(Fault::kMedium, /*always_fatal=*/false);
}

TEST(FaultTest, AFailedSyncOfTheLogStopsTheStore) {
  FailAtEveryOperation(Fault::kSyncFails, /*always_fatal=*/true);
}

// The bytes may be there already, so "nothing was applied" would be a lie.
TEST(FaultTest, ASyncThatFindsNoSpaceStopsTheStoreToo) {
  FailAtEveryOperation(Fault::kSyncFull, /*always_fatal=*/true);
}

}  // namespace
}  // namespace talentcard::store
