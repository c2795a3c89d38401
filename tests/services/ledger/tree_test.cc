#include "services/ledger/tree.h"

#include <random>

#include "gtest/gtest.h"
#include "services/ledger/rows.h"
#include "services/store/memory/memory_database.h"
#include "services/store/writer.h"
#include "tests/services/ledger/naive_tree.h"

namespace talentcard::ledger {
namespace {

// A stored tree with leaves "0", "1", …
class TreeTest : public testing::Test {
 protected:
  void Grow(uint64_t count) {
    ASSERT_TRUE(writer_
                    .Run([&](store::Transaction& t) {
                      for (uint64_t i = 0; i < count; ++i) {
                        const auto index =
                            AppendLeaf(t, std::to_string(hashes_.size()));
                        if (!index.ok()) return index.status();
                        EXPECT_EQ(*index, hashes_.size());
                        hashes_.push_back(
                            HashLeaf(std::to_string(hashes_.size())));
                      }
                      return absl::OkStatus();
                    })
                    .ok());
  }
  int Tiles(uint64_t level) {
    int count = 0;
    EXPECT_TRUE(database_.Latest()
                    .Scan(TileRow(level, 0), TileRow(level + 1, 0),
                          [&](auto, auto) { return ++count, true; })
                    .ok());
    return count;
  }

  store::MemoryDatabase database_;
  store::Writer writer_{database_,
                        {.on_fatal = [](const absl::Status&) { FAIL(); },
                         .now_ms = [] { return 1; }}};
  std::vector<Hash> hashes_;
};

TEST_F(TreeTest, RootsAndProofsOfSmallTreesFollowTheDefinition) {
  for (uint64_t n = 1; n <= 40; ++n) {
    Grow(1);
    Tree tree(database_.Latest(), n);
    for (uint64_t size = 1; size <= n; ++size) {
      const std::span<const Hash> leaves(hashes_.data(), size);
      ASSERT_EQ(*tree.RootAt(size), NaiveRoot(leaves));
      for (uint64_t i = 0; i < size; ++i) {
        const auto proof = tree.InclusionProof(i, size);
        ASSERT_EQ(*proof, NaivePath(i, leaves)) << i << " in " << size;
        ASSERT_TRUE(
            VerifyInclusion(i, size, hashes_[i], *proof, NaiveRoot(leaves))
                .ok());
      }
      const auto proof = tree.ConsistencyProof(size, n);
      ASSERT_EQ(*proof, NaiveSubproof(size, hashes_, true))
          << size << " to " << n;
      ASSERT_TRUE(VerifyConsistency(size, n, *proof, NaiveRoot(leaves),
                                    NaiveRoot(hashes_))
                      .ok());
    }
  }
}

TEST_F(TreeTest, EverySizeTo600FollowsTheDefinition) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937_64 random(seed);
  Grow(600);
  Tree tree(database_.Latest(), 600);
  const auto naive = [&](uint64_t size) {
    return NaiveRoot(std::span<const Hash>(hashes_.data(), size));
  };
  for (uint64_t size = 0; size <= 600; ++size) {
    ASSERT_EQ(*tree.RootAt(size), naive(size)) << size;
    if (size == 0) continue;
    const std::span<const Hash> leaves(hashes_.data(), size);
    for (const uint64_t index : {uint64_t{0}, size - 1, random() % size}) {
      ASSERT_EQ(*tree.InclusionProof(index, size), NaivePath(index, leaves))
          << index << " in " << size;
    }
    const uint64_t from = random() % (size + 1);
    const auto proof = tree.ConsistencyProof(from, size);
    ASSERT_EQ(*proof, from == 0 ? std::vector<Hash>()
                                : NaiveSubproof(from, leaves, true))
        << from << " to " << size;
    ASSERT_TRUE(
        VerifyConsistency(from, size, *proof, naive(from), naive(size)).ok());
  }
}

TEST_F(TreeTest, ATreeThatEndsEarlierThanTheRowsGivesTheSameProofs) {
  Grow(700);
  Tree whole(database_.Latest(), 700);
  for (const uint64_t size : {1u, 255u, 256u, 257u, 511u, 512u, 699u}) {
    Tree part(database_.Latest(), size);
    EXPECT_EQ(*part.RootAt(size), *whole.RootAt(size));
    EXPECT_EQ(*part.InclusionProof(size / 2, size),
              *whole.InclusionProof(size / 2, size));
  }
}

TEST_F(TreeTest, RandomProofsOfALargeTreeFollowTheDefinition) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937_64 random(seed);
  for (int i = 0; i < 70; ++i) Grow(1000);
  EXPECT_EQ(Tiles(0), 273);
  EXPECT_EQ(Tiles(1), 1);
  EXPECT_EQ(Tiles(2), 0);
  Tree tree(database_.Latest(), 70000);
  for (int i = 0; i < 60; ++i) {
    const uint64_t size = 1 + random() % 70000;
    const uint64_t index = random() % size;
    const std::span<const Hash> leaves(hashes_.data(), size);
    const Hash root = NaiveRoot(leaves);
    ASSERT_EQ(*tree.RootAt(size), root);
    ASSERT_EQ(*tree.InclusionProof(index, size), NaivePath(index, leaves));
    const uint64_t to = size + random() % (70001 - size);
    ASSERT_TRUE(
        VerifyConsistency(size, to, *tree.ConsistencyProof(size, to), root,
                          NaiveRoot(std::span<const Hash>(hashes_.data(), to)))
            .ok());
  }
}

TEST_F(TreeTest, TheHeadIsTheFrontierOfTheEntries) {
  Grow(300);
  EXPECT_EQ(ReadHead(database_.Latest())->Root(), NaiveRoot(hashes_));
  EXPECT_EQ(ReadHead(database_.Latest())->size(), 300u);
}

TEST_F(TreeTest, AskingBeyondTheTreeIsAnError) {
  Grow(3);
  Tree tree(database_.Latest(), 3);
  EXPECT_TRUE(absl::IsNotFound(tree.Entry(3).status()));
  EXPECT_TRUE(absl::IsOutOfRange(tree.RootAt(4).status()));
  EXPECT_TRUE(absl::IsOutOfRange(tree.InclusionProof(3, 3).status()));
  EXPECT_TRUE(absl::IsOutOfRange(tree.ConsistencyProof(2, 4).status()));
  EXPECT_TRUE(absl::IsOutOfRange(tree.ConsistencyProof(3, 2).status()));
}

TEST_F(TreeTest, ALeafLongerThanATileEntryIsRefused) {
  const auto result = writer_.Run([](store::Transaction& t) {
    return AppendLeaf(t, std::string(65536, 'x')).status();
  });
  EXPECT_TRUE(absl::IsInvalidArgument(result.status()));
}

}  // namespace
}  // namespace talentcard::ledger
