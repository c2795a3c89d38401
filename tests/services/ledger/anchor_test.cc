#include "services/ledger/anchor.h"

#include <fstream>

#include "gtest/gtest.h"
#include "services/ledger/rows.h"
#include "services/ledger/tree.h"
#include "services/store/writer.h"
#include "tests/services/store/databases.h"

namespace talentcard::ledger {
namespace {

class AnchorTest : public testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<store::Database>> Open(
      const std::string& database, const AnchorOptions& options = {}) {
    auto base = store::OpenRocksDb(database);
    if (!base.ok()) return base.status();
    auto anchor = AnchorFile::Open(anchor_);
    if (!anchor.ok()) return anchor.status();
    return OpenAnchored(*std::move(base), *std::move(anchor), options);
  }
  void Append(store::Database& database, int count) {
    store::Writer writer(
        database, {.on_fatal = [](const absl::Status& s) { FAIL() << s; },
                   .now_ms = [] { return 1; }});
    for (int i = 0; i < count; ++i) {
      ASSERT_TRUE(writer
                      .Run([&](store::Transaction& t) {
                        return AppendLeaf(t, "x").status();
                      })
                      .ok());
    }
  }

  store::TemporaryDirectory directory_;
  const std::string anchor_ = directory_.path() + "/anchor";
  const std::string live_ = directory_.path() + "/live";
  const std::string copy_ = directory_.path() + "/copy";
};

TEST_F(AnchorTest, TheSameDatabaseOpensAgain) {
  for (int i = 0; i < 3; ++i) {
    auto database = Open(live_);
    ASSERT_TRUE(database.ok()) << database.status();
    Append(**database, 5);
  }
}

TEST_F(AnchorTest, AnOlderCopyIsRefused) {
  {
    auto database = Open(live_);
    Append(**database, 3);
  }
  std::filesystem::copy(live_, copy_, std::filesystem::copy_options::recursive);
  {
    auto database = Open(live_);
    Append(**database, 1);
  }
  EXPECT_TRUE(absl::IsDataLoss(Open(copy_).status()));
  EXPECT_TRUE(Open(live_).ok());
}

// The engine takes a torn end of its write-ahead log for a write that was never
// acknowledged; only the anchor knows better.
TEST_F(AnchorTest, AcknowledgedEntriesCutOffTheWriteAheadLogAreMissed) {
  {
    auto database = Open(live_);
    Append(**database, 20);
  }
  std::filesystem::path newest;
  for (const auto& file : std::filesystem::directory_iterator(live_)) {
    if (file.path().extension() == ".log" && file.path() > newest)
      newest = file.path();
  }
  ASSERT_GT(std::filesystem::file_size(newest), 200u);
  std::filesystem::resize_file(newest,
                               std::filesystem::file_size(newest) - 100);
  const absl::Status status = Open(live_).status();
  EXPECT_TRUE(absl::IsDataLoss(status)) << status;
  EXPECT_NE(status.message().find("behind its anchor"), absl::string_view::npos)
      << status;
  auto base = store::OpenRocksDb(live_);
  ASSERT_TRUE(base.ok()) << base.status();
  EXPECT_EQ(ReadHead((*base)->Latest())->size(), 19u);
}

TEST_F(AnchorTest, AForkedLogIsRefused) {
  {
    auto database = Open(live_);
    Append(**database, 3);
  }
  {
    auto base = store::OpenRocksDb(copy_);
    store::Writer writer(**base, {.on_fatal = [](const absl::Status&) {},
                                  .now_ms = [] { return 1; }});
    for (int i = 0; i < 5; ++i) {
      ASSERT_TRUE(writer
                      .Run([&](store::Transaction& t) {
                        return AppendLeaf(t, "fork").status();
                      })
                      .ok());
    }
  }
  EXPECT_TRUE(absl::IsDataLoss(Open(copy_).status()));
}

TEST_F(AnchorTest, ATornSlotLeavesTheOtherAndTwoTornAreRefused) {
  const std::string& path = anchor_;
  const auto damage = [&](int offset) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(offset);
    file.put('\x7F');
  };
  {
    auto file = AnchorFile::Open(path);
    EXPECT_FALSE((*file)->last().has_value());
    ASSERT_TRUE((*file)->Write({1, 1, EmptyRoot()}).ok());
    ASSERT_TRUE((*file)->Write({2, 2, EmptyRoot()}).ok());
  }
  EXPECT_EQ((*AnchorFile::Open(path))->last()->revision, 2u);
  damage(10);  // The slot of the second write.
  EXPECT_EQ((*AnchorFile::Open(path))->last()->revision, 1u);
  damage(4096 + 10);
  EXPECT_TRUE(absl::IsDataLoss(AnchorFile::Open(path).status()));
  EXPECT_TRUE(absl::IsDataLoss(ReadAnchor(path).status()));
}

TEST_F(AnchorTest, IsReadWithoutBeingMade) {
  EXPECT_TRUE(absl::IsNotFound(ReadAnchor(anchor_).status()));
  EXPECT_FALSE(std::filesystem::exists(anchor_));
  const Anchor written{7, 5, EmptyRoot()};
  ASSERT_TRUE((*AnchorFile::Open(anchor_))->Write(written).ok());
  EXPECT_EQ(**ReadAnchor(anchor_), written);
}

TEST_F(AnchorTest, ADatabaseWithoutItsAnchorIsRefusedUntilAdopted) {
  {
    auto database = Open(live_);
    Append(**database, 3);
  }
  std::filesystem::remove(anchor_);
  EXPECT_TRUE(absl::IsFailedPrecondition(Open(live_).status()));
  EXPECT_TRUE(Open(live_, {.adopt = true}).ok());
  EXPECT_EQ((*ReadAnchor(anchor_))->size, 3u);
  EXPECT_TRUE(Open(live_).ok());
}

TEST_F(AnchorTest, MoreThanIsRememberedIsNoFault) {
  {
    auto database = Open(live_);
    Append(**database, 3);
  }
  {
    auto base = store::OpenRocksDb(live_);
    Append(**base, 2);
  }
  ASSERT_TRUE(Open(live_).ok());
  EXPECT_EQ((*ReadAnchor(anchor_))->size, 5u);
}

TEST_F(AnchorTest, AHeadThatDoesNotFitItsEntriesIsRefused) {
  {
    auto database = Open(live_);
    Append(**database, 3);
  }
  {
    auto base = store::OpenRocksDb(live_);
    std::string head = ReadHead((*base)->Latest())->Serialise();
    head.back() ^= 1;
    ASSERT_TRUE((*base)->WriteSynced({{HeadRow(), head}}).ok());
  }
  const absl::Status status = Open(live_).status();
  EXPECT_TRUE(absl::IsDataLoss(status)) << status;
  EXPECT_NE(status.message().find("head differs"), absl::string_view::npos)
      << status;
}

TEST_F(AnchorTest, AShorterLogIsRefusedThoughMoreWasWrittenToIt) {
  {
    auto database = Open(live_);
    Append(**database, 3);
  }
  {
    auto base = store::OpenRocksDb(copy_);
    Append(**base, 2);
    store::Writer writer(**base, {.on_fatal = [](const absl::Status&) {},
                                  .now_ms = [] { return 1; }});
    for (int i = 0; i < 5; ++i) {
      ASSERT_TRUE(writer
                      .Run([&](store::Transaction& t) {
                        t.Put(store::Key(store::Table::kSchool).Add("x"),
                              std::to_string(i));
                        return absl::OkStatus();
                      })
                      .ok());
    }
  }
  const absl::Status status = Open(copy_).status();
  EXPECT_TRUE(absl::IsDataLoss(status)) << status;
  EXPECT_NE(status.message().find("log size 2 of 3"), absl::string_view::npos)
      << status;
}

TEST_F(AnchorTest, WithEveryCheckpointOnlyThoseMoveIt) {
  auto database = Open(live_, {.cadence = AnchorCadence::kEveryCheckpoint});
  Append(**database, 3);
  EXPECT_EQ((*ReadAnchor(anchor_))->size, 0u);
  ASSERT_TRUE((*database)->WriteSynced({{CheckpointRow(3), "note"}}).ok());
  EXPECT_EQ((*ReadAnchor(anchor_))->size, 3u);
}

}  // namespace
}  // namespace talentcard::ledger
