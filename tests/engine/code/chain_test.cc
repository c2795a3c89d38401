#include "engine/code/chain.h"

#include "absl/strings/escaping.h"
#include "gtest/gtest.h"

namespace talentcard::code {
namespace {

constexpr CodeId kId = {1, 2, 3, 4, 5, 6, 7, 8};
constexpr ChainValue kSeed = {42, 1, 2, 3};

// Computed by a program of another language (hashlib).
TEST(ChainTest, GivesItsOwnVectors) {
  const HolderChain chain(kId, kSeed);
  EXPECT_EQ(absl::BytesToHexString(WriteStep({1, chain.Anchor()})).substr(4),
            "d3aab15a3877c9b1d10a1a3c4862e47c");
  EXPECT_EQ(absl::BytesToHexString(WriteStep(*chain.StepOf(10))),
            "000b52997b8d69e02638e94c7003c0ccbb4b");
  EXPECT_EQ(absl::BytesToHexString(WriteStep(*chain.StepOf(1439))),
            "05a02a010203000000000000000000000000");
}

TEST(ChainTest, EveryStepLeadsToTheAnchorAndNoOther) {
  const HolderChain chain(kId, kSeed);
  const ChainAnchor anchor{absl::UnixEpoch(), chain.Anchor()};
  for (const int slot : {0, 1, 700, 1438, 1439}) {
    ChainStep step = *chain.StepOf(slot);
    EXPECT_TRUE(LeadsTo(step, kId, anchor)) << slot;
    EXPECT_FALSE(LeadsTo(step, {9}, anchor)) << slot;
    step.value[0] ^= 1;
    EXPECT_FALSE(LeadsTo(step, kId, anchor)) << slot;
    step.value[0] ^= 1;
    ++step.number;
    EXPECT_FALSE(LeadsTo(step, kId, anchor)) << slot;
  }
}

TEST(ChainTest, HasStepsForOneDay) {
  const HolderChain chain(kId, kSeed);
  EXPECT_TRUE(absl::IsOutOfRange(chain.StepOf(-1).status()));
  EXPECT_TRUE(chain.StepOf(0).ok());
  EXPECT_TRUE(chain.StepOf(1439).ok());
  EXPECT_TRUE(absl::IsOutOfRange(chain.StepOf(1440).status()));
}

TEST(ChainTest, TheAnchorItselfIsNoStep) {
  const HolderChain chain(kId, kSeed);
  const ChainAnchor anchor{absl::UnixEpoch(), chain.Anchor()};
  EXPECT_FALSE(LeadsTo({0, anchor.value}, kId, anchor));
  EXPECT_FALSE(LeadsTo({1441, kSeed}, kId, anchor));
}

TEST(ChainTest, ASlotBeginsAtItsMinute) {
  const absl::Time start = absl::FromUnixSeconds(1000);
  EXPECT_EQ(SlotAt(start, start), 0);
  EXPECT_EQ(SlotAt(start, start + absl::Milliseconds(59999)), 0);
  EXPECT_EQ(SlotAt(start, start + absl::Seconds(60)), 1);
  EXPECT_EQ(SlotAt(start, start - absl::Milliseconds(1)), -1);
  EXPECT_EQ(SlotAt(start, start - absl::Seconds(60)), -1);
  EXPECT_EQ(SlotAt(start, start - absl::Seconds(61)), -2);
}

TEST(ChainTest, AStepIsItsEighteenBytes) {
  const ChainStep step{0x0102, {3, 4, 5}};
  const std::string bytes = WriteStep(step);
  EXPECT_EQ(bytes.size(), kChainStepSize);
  EXPECT_EQ(ReadStep(bytes).number, step.number);
  EXPECT_EQ(ReadStep(bytes).value, step.value);
}

}  // namespace
}  // namespace talentcard::code
