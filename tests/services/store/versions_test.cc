#include "services/store/versions.h"

#include "gtest/gtest.h"
#include "services/store/writer.h"
#include "tests/services/store/databases.h"

namespace talentcard::store {
namespace {

class VersionsTest : public DatabaseSuite {
 protected:
  uint64_t Put(std::string_view id, std::optional<std::string_view> payload,
               uint64_t leaf) {
    const auto revision = writer_.Run([&](Transaction& t) {
      return WriteVersion(t, Table::kCard, id, leaf, payload);
    });
    EXPECT_TRUE(revision.ok());
    return *revision;
  }

  std::string At(std::string_view id, uint64_t revision) {
    const auto version =
        ReadVersion(database_->Latest(), Table::kCard, id, revision);
    EXPECT_TRUE(version.ok());
    return version->has_value() ? (*version)->payload : "none";
  }

  int64_t now_ms_ = 1000;
  Writer writer_{*database_,
                 {.on_fatal = [](const absl::Status&) { FAIL(); },
                  .now_ms = [this] { return now_ms_; }}};
};

TEST_P(VersionsTest, EveryVersionStaysReadableAtItsRevision) {
  EXPECT_EQ(Put("a", "one", 10), 1u);
  EXPECT_EQ(Put("other", "x", 11), 2u);
  EXPECT_EQ(Put("a", "two", 12), 3u);
  EXPECT_EQ(Put("a", std::nullopt, 13), 4u);
  EXPECT_EQ(Put("a", "three", 14), 5u);
  EXPECT_EQ(At("a", 0), "none");
  EXPECT_EQ(At("a", 1), "one");
  EXPECT_EQ(At("a", 2), "one");
  EXPECT_EQ(At("a", 3), "two");
  EXPECT_EQ(At("a", 4), "none");
  EXPECT_EQ(At("a", 5), "three");
  EXPECT_EQ(At("a", kLatestRevision), "three");
  EXPECT_EQ(
      (*ReadVersion(database_->Latest(), Table::kCard, "a", 3))->log_index,
      12u);
}

TEST_P(VersionsTest, TheLastWriteOfATransactionIsItsVersion) {
  const auto revision = writer_.Run([&](Transaction& t) {
    EXPECT_TRUE(WriteVersion(t, Table::kCard, "a", 0, "one").ok());
    return WriteVersion(t, Table::kCard, "a", 1, "two");
  });
  EXPECT_EQ(At("a", *revision), "two");
  EXPECT_EQ(At("a", *revision - 1), "none");
}

TEST_P(VersionsTest, ScansGiveCurrentVersionsInOrder) {
  Put("b", "2", 0);
  Put("a", "1", 0);
  Put("c", "3", 0);
  Put("b", std::nullopt, 0);
  std::string seen;
  ASSERT_TRUE(ScanVersions(database_->Latest(), Table::kCard, "",
                           [&](std::string_view id, const Version& version) {
                             seen += std::string(id) + version.payload;
                             return true;
                           })
                  .ok());
  EXPECT_EQ(seen, "a1c3");
}

TEST_P(VersionsTest, AnInstantKnowsTheRevisionDurableThen) {
  Put("a", "1", 0);
  now_ms_ = 2000;
  Put("a", "2", 0);
  Put("a", "3", 0);  // Same millisecond: ordered one later.
  EXPECT_EQ(*RevisionAt(database_->Latest(), 999), 0u);
  EXPECT_EQ(*RevisionAt(database_->Latest(), 1000), 1u);
  EXPECT_EQ(*RevisionAt(database_->Latest(), 1999), 1u);
  EXPECT_EQ(*RevisionAt(database_->Latest(), 2000), 2u);
  EXPECT_EQ(*RevisionAt(database_->Latest(), 2001), 3u);
  EXPECT_EQ(*RevisionAt(database_->Latest(), -1), 0u);
}

INSTANTIATE_TEST_SUITE_P(Every, VersionsTest,
                         testing::Values(Kind::kMemory, Kind::kRocksDb),
                         KindName);

}  // namespace
}  // namespace talentcard::store
