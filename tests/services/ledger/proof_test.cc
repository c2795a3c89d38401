#include "services/ledger/proof.h"

#include <random>

#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"
#include "tests/services/ledger/naive_tree.h"

namespace talentcard::ledger {
namespace {

const NoteSigner& Signer() {
  static const NoteSigner* const signer = [] {
    store::SecretKey seed;
    seed.bytes.fill(7);
    return new NoteSigner("card.chengzhou.example/log", seed);
  }();
  return *signer;
}

std::string LeafOf(uint64_t i) { return "leaf " + std::to_string(i); }

TlogProof ProofOf(uint64_t index, uint64_t size) {
  std::vector<Hash> leaves;
  for (uint64_t i = 0; i < size; ++i) leaves.push_back(HashLeaf(LeafOf(i)));
  Checkpoint head{Signer().verifier().name(), size, NaiveRoot(leaves)};
  return {"what the application adds", index, NaivePath(index, leaves),
          Signer().Sign(head.Body())};
}

TEST(TlogProofTest, EveryLeafOfEveryTreeUpToSeventeenIsProven) {
  for (uint64_t size = 1; size <= 17; ++size) {
    for (uint64_t index = 0; index < size; ++index) {
      const auto proof = TlogProof::Parse(ProofOf(index, size).Format());
      ASSERT_TRUE(proof.ok()) << proof.status();
      EXPECT_EQ(*proof, ProofOf(index, size));
      const auto head = VerifyProof(*proof, LeafOf(index), Signer().verifier());
      ASSERT_TRUE(head.ok()) << head.status();
      EXPECT_EQ(head->size, size);
      EXPECT_FALSE(
          VerifyProof(*proof, LeafOf(index + 1), Signer().verifier()).ok());
    }
  }
}

TEST(TlogProofTest, TheExtraDataMayBeLeftOut) {
  TlogProof proof = ProofOf(3, 9);
  proof.extra.clear();
  EXPECT_EQ(proof.Format().find("extra"), std::string::npos);
  EXPECT_EQ(*TlogProof::Parse(proof.Format()), proof);
}

struct Case {
  const char* what;
  const char* from;
  const char* to;
};

class MalformedProofTest : public testing::TestWithParam<Case> {};

TEST_P(MalformedProofTest, IsRefused) {
  const std::string good = ProofOf(3, 9).Format();
  const std::string bad =
      absl::StrReplaceAll(good, {{GetParam().from, GetParam().to}});
  ASSERT_NE(bad, good) << GetParam().what;
  EXPECT_TRUE(absl::IsInvalidArgument(TlogProof::Parse(bad).status()))
      << GetParam().what;
}

INSTANTIATE_TEST_SUITE_P(
    Cases, MalformedProofTest,
    testing::ValuesIn<Case>({
        {"another version", "@v1", "@v2"},
        {"no first line", "c2sp.org/tlog-proof@v1\n", ""},
        {"carriage returns", "\n", "\r\n"},
        {"a leading zero", "index 3", "index 03"},
        {"a plus sign", "index 3", "index +3"},
        {"an index beyond 64 bits", "index 3", "index 18446744073709551616"},
        {"no index", "index 3\n", ""},
        {"empty extra data",
         "extra d2hhdCB0aGUgYXBwbGljYXRpb24gYWRkcw==", "extra "},
        {"extra data that are no base64", "extra d2h", "extra *2h"},
        {"base64 without its padding", "=\n", "\n"},
    }));

TEST(TlogProofTest, NoBitMayBeAnother) {
  const TlogProof whole = ProofOf(5, 11);
  const std::string good = whole.Format();
  for (size_t bit = 0; bit < good.size() * 8; ++bit) {
    std::string bad = good;
    bad[bit / 8] ^= static_cast<char>(1 << bit % 8);
    const auto proof = TlogProof::Parse(bad);
    if (!proof.ok()) continue;
    // Only the extra data are not vouched for.
    if (VerifyProof(*proof, LeafOf(5), Signer().verifier()).ok()) {
      EXPECT_NE(proof->extra, whole.extra) << bit;
      EXPECT_EQ(proof->index, whole.index) << bit;
    }
  }
}

TEST(TlogProofTest, ACheckpointOfAnotherLogIsNone) {
  TlogProof proof = ProofOf(3, 9);
  Checkpoint head =
      *Checkpoint::Parse(*Signer().verifier().Open(proof.checkpoint));
  head.origin = "card.chengzhou.example/another";
  proof.checkpoint = Signer().Sign(head.Body());
  EXPECT_TRUE(absl::IsInvalidArgument(
      VerifyProof(proof, LeafOf(3), Signer().verifier()).status()));
}

TEST(TlogProofTest, AProofLongerThanAMebibyteIsNotRead) {
  TlogProof proof = ProofOf(3, 9);
  proof.extra.assign(800 << 10, 'x');
  EXPECT_FALSE(TlogProof::Parse(proof.Format()).ok());
  proof.extra.assign(700 << 10, 'x');
  EXPECT_TRUE(TlogProof::Parse(proof.Format()).ok());
}

}  // namespace
}  // namespace talentcard::ledger
