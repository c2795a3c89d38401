#include "services/ledger/tiles.h"

#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/ledger/rows.h"
#include "tests/services/ledger/growing_log.h"

namespace talentcard::ledger {
namespace {

TEST(TilePathTest, IsThatOfTheSpecification) {
  EXPECT_EQ(TilePath("0", 1234067, 256), "tile/0/x001/x234/067");
  EXPECT_EQ(TilePath("0", 273, 112), "tile/0/273.p/112");
  EXPECT_EQ(TilePath("2", 0, 1), "tile/2/000.p/1");
  EXPECT_EQ(TilePath("entries", 1000, 256), "tile/entries/x001/000");
}

class TilesTest : public GrowingLog {
 protected:
  absl::Status Export(uint64_t size) {
    files_.clear();
    const Checkpoint checkpoint{"test.example/log", size,
                                *Tree(database_.Latest(), size).RootAt(size)};
    return ExportTiles(database_.Latest(), checkpoint, "the note",
                       [&](const std::string& path, std::string_view content) {
                         EXPECT_FALSE(files_.count("checkpoint"));
                         EXPECT_TRUE(files_.emplace(path, content).second);
                         return absl::OkStatus();
                       });
  }
  int Count(const std::string& prefix, bool partial) {
    int count = 0;
    for (const auto& [path, content] : files_) {
      if (absl::StartsWith(path, prefix) &&
          absl::StrContains(path, ".p/") == partial)
        ++count;
    }
    return count;
  }

  std::map<std::string, std::string> files_;
};

// The example of the specification: 273 full tiles and 112 hashes, one full and
// 17, one hash.
TEST_F(TilesTest, HasTheFilesOfTheSpecificationsExample) {
  Grow(70000);
  ASSERT_TRUE(Export(70000).ok());
  EXPECT_EQ(Count("tile/0/", false), 273);
  EXPECT_EQ(files_["tile/0/273.p/112"].size(), 112u * 32);
  EXPECT_EQ(Count("tile/1/", false), 1);
  EXPECT_EQ(files_["tile/1/001.p/17"].size(), 17u * 32);
  EXPECT_EQ(files_["tile/2/000.p/1"].size(), 32u);
  EXPECT_EQ(Count("tile/entries/", false), 273);
  EXPECT_EQ(files_["tile/entries/000"].substr(0, 9),
            std::string("\0\5leaf0\0\5", 9));
  EXPECT_EQ(files_["checkpoint"], "the note");
  EXPECT_EQ(Count("", true), 4);
}

TEST_F(TilesTest, WritesNoCheckpointOfEntriesThatAreNotItsOwn) {
  Grow(300);
  ASSERT_TRUE(
      database_.WriteSynced({{EntryRow(17), std::string("other")}}).ok());
  EXPECT_TRUE(absl::IsDataLoss(Export(300)));
  EXPECT_FALSE(files_.count("checkpoint"));
}

TEST_F(TilesTest, AnEmptyTreeIsItsCheckpointAlone) {
  ASSERT_TRUE(Export(0).ok());
  EXPECT_EQ(files_.size(), 1u);
}

}  // namespace
}  // namespace talentcard::ledger
