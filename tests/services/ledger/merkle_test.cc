#include "services/ledger/merkle.h"

#include "gtest/gtest.h"
#include "services/ledger/leaf.h"
#include "tests/services/ledger/naive_tree.h"

namespace talentcard::ledger {
namespace {

TEST(MerkleTest, TheFrontierHasTheRootOfTheDefinition) {
  std::vector<Hash> leaves;
  Frontier frontier;
  for (int n = 0; n <= 600; ++n) {
    ASSERT_EQ(frontier.Root(), NaiveRoot(leaves)) << n;
    ASSERT_EQ(Frontier::Parse(frontier.Serialise()), frontier);
    leaves.push_back(HashLeaf(std::to_string(n)));
    frontier.Append(leaves.back());
  }
}

TEST(MerkleTest, AMalformedFrontierIsRefused) {
  Frontier frontier;
  for (int i = 0; i < 5; ++i) frontier.Append(HashLeaf("x"));
  const std::string good = frontier.Serialise();
  EXPECT_FALSE(Frontier::Parse("").has_value());
  EXPECT_FALSE(Frontier::Parse(good.substr(1)).has_value());
  EXPECT_FALSE(Frontier::Parse(good + "x").has_value());
}

TEST(LeafTest, EncodesToItsLayoutAndBack) {
  Leaf leaf;
  leaf.kind = LeafKind::kGrant;
  leaf.time_ms = 0x0102030405060708;
  leaf.service_class = 7;
  leaf.decision_code = 1;
  leaf.bundle.fill(0xAA);
  leaf.extension = "ext";
  const std::string bytes = leaf.Encode();
  EXPECT_EQ(bytes.size(), 151u);
  EXPECT_EQ(bytes[0], 1);
  EXPECT_EQ(bytes[1], 2);
  EXPECT_EQ(bytes[9], 8);
  EXPECT_EQ(static_cast<uint8_t>(bytes[18]), 0xAA);
  EXPECT_EQ(bytes[147], 3);
  ASSERT_TRUE(Leaf::Parse(bytes).ok());
  EXPECT_EQ(Leaf::Parse(bytes)->Encode(), bytes);
}

TEST(LeafTest, OtherBytesAreRefused) {
  const std::string good = Leaf{}.Encode();
  EXPECT_FALSE(Leaf::Parse("").ok());
  EXPECT_FALSE(Leaf::Parse(good + "x").ok());
  EXPECT_FALSE(Leaf::Parse(good.substr(0, 147)).ok());
  for (auto [at, value] : {std::pair{0, 2}, {1, 0}, {1, 12}, {147, 1}}) {
    std::string bad = good;
    bad[at] = static_cast<char>(value);
    EXPECT_FALSE(Leaf::Parse(bad).ok()) << at;
  }
}

}  // namespace
}  // namespace talentcard::ledger
