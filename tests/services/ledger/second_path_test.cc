#include "services/ledger/second_path.h"

#include <random>

#include "absl/strings/str_cat.h"
#include "services/ledger/rows.h"
#include "tests/services/ledger/growing_log.h"

namespace talentcard::ledger {
namespace {

class SecondPathTest : public GrowingLog {};

TEST_F(SecondPathTest, AgreesWithTheGrownTreeAtEverySize) {
  Grow(1200);
  Tree tree(database_.Latest(), 1200);
  for (uint64_t size = 0; size <= 1200; ++size) {
    for (const uint64_t checked : {uint64_t{0}, size / 2, size}) {
      EXPECT_EQ(*RootByDefinition(database_.Latest(), size, checked),
                *tree.RootAt(size))
          << size << " " << checked;
    }
  }
}

TEST_F(SecondPathTest, AgreesAboveATileOfTiles) {
  Grow(70000);
  Tree tree(database_.Latest(), 70000);
  const uint32_t seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  for (int i = 0; i < 20; ++i) {
    const uint64_t size = 65536 + (i == 0 ? 0 : random() % 4465);
    EXPECT_EQ(*RootByDefinition(database_.Latest(), size, random() % size),
              *tree.RootAt(size))
        << size;
  }
}

TEST_F(SecondPathTest, SeesAnEntryChangedAfterItsTileWasWritten) {
  Grow(600);
  ASSERT_TRUE(
      database_.WriteSynced({{EntryRow(300), std::string("other")}}).ok());
  const Hash root = *Tree(database_.Latest(), 600).RootAt(600);
  EXPECT_NE(*RootByDefinition(database_.Latest(), 600, 256), root);
  EXPECT_NE(*RootByDefinition(database_.Latest(), 600, 511), root);
  ASSERT_TRUE(database_.WriteSynced({{EntryRow(599), std::nullopt}}).ok());
  EXPECT_TRUE(absl::IsDataLoss(
      RootByDefinition(database_.Latest(), 600, 512).status()));
}

}  // namespace
}  // namespace talentcard::ledger
