// The checker is checked: each kind of damage is planted and must be named.
#include "tools/crash/journal.h"

#include <functional>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/store/keys.h"
#include "services/store/memory/memory_database.h"
#include "services/store/writer.h"

namespace talentcard::crash {
namespace {

std::string Bytes(uint64_t number) {
  std::string bytes;
  store::AppendNumber(number, bytes);
  return bytes;
}

class JournalTest : public testing::Test {
 protected:
  JournalTest() {
    store::Writer::Options options;
    options.on_fatal = [](const absl::Status&) { FAIL(); };
    options.now_ms = [] { return int64_t{1000}; };
    store::Writer writer(database_, options);
    for (uint64_t number = 1; number <= 3; ++number) {
      for (uint64_t thread = 0; thread < 2; ++thread) {
        const auto revision = writer.Run([&](store::Transaction& transaction) {
          const Step step{thread, number, number * 0x3000000012345678};
          Note(transaction, step);
          return workload_->Change(transaction, step);
        });
        EXPECT_TRUE(revision.ok());
        acknowledged_[{thread, number}] = *revision;
      }
    }
  }

  absl::Status Check() {
    return CheckJournal(database_.Latest(), acknowledged_);
  }
  void Plant(const std::string& key, std::optional<std::string> value) {
    ASSERT_TRUE(database_.WriteSynced({{key, std::move(value)}}).ok());
  }

  const std::unique_ptr<Workload> workload_ = *MakeWorkload("records");
  store::MemoryDatabase database_;
  Acknowledged acknowledged_;
};

TEST_F(JournalTest, AcceptsWhatWasWrittenAndAnEmptyStore) {
  EXPECT_TRUE(Check().ok()) << Check();
  EXPECT_TRUE(workload_->Check(database_.Latest()).ok());
  const store::MemoryDatabase empty;
  EXPECT_TRUE(CheckJournal(empty.Latest(), {}).ok());
  EXPECT_FALSE(CheckJournal(empty.Latest(), acknowledged_).ok());
}

TEST_F(JournalTest, NamesALostAcknowledgement) {
  acknowledged_[{0, 4}] = 7;
  EXPECT_THAT(Check().message(),
              testing::HasSubstr("step 4 of thread 0 is lost"));
}

TEST_F(JournalTest, NamesAnotherRevision) {
  acknowledged_[{0, 1}] = 2;
  EXPECT_THAT(Check().message(), testing::HasSubstr("another revision than 2"));
}

TEST_F(JournalTest, NamesAHole) {
  acknowledged_.clear();
  Plant("~s" + Bytes(0) + Bytes(1), std::nullopt);
  EXPECT_THAT(Check().message(), testing::HasSubstr("has a hole"));
}

TEST_F(JournalTest, NamesATornStep) {
  Plant("~t" + Bytes(0), Bytes(2));
  EXPECT_THAT(Check().message(), testing::HasSubstr("torn"));
}

TEST_F(JournalTest, NamesALostGroupTail) {
  acknowledged_.clear();
  Plant(store::Key(store::Table::kRevision).bytes(), Bytes(7));
  EXPECT_THAT(Check().message(),
              testing::HasSubstr("6 steps after 7 revisions"));
}

TEST_F(JournalTest, NamesARevisionThatIsBehind) {
  acknowledged_.clear();
  Plant(store::Key(store::Table::kRevision).bytes(), Bytes(5));
  EXPECT_THAT(Check().message(), testing::HasSubstr("beyond 5"));
}

TEST_F(JournalTest, NamesAKnownTimeThatLeadsElsewhere) {
  Plant(store::Key(store::Table::kTimes).Add(uint64_t{9999}).bytes(), Bytes(5));
  EXPECT_THAT(Check().message(), testing::HasSubstr("instant"));
}

TEST_F(JournalTest, NamesHalfATransfer) {
  Plant("~a" + Bytes(63), "5");
  EXPECT_FALSE(workload_->Check(database_.Latest()).ok());
}

TEST_F(JournalTest, NamesAVersionTooMany) {
  Plant(store::Key(store::Table::kCard).Add("planted").bytes(), "x");
  EXPECT_FALSE(workload_->Check(database_.Latest()).ok());
}

}  // namespace
}  // namespace talentcard::crash
