// Public test data, read in place; skipped where it is absent (see its
// ORIGIN.md).
#include <bit>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <span>
#include <sstream>

#include "absl/strings/escaping.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "services/ledger/checkpoint.h"
#include "services/ledger/merkle.h"
#include "services/ledger/note.h"
#include "services/ledger/tree.h"
#include "services/store/memory/memory_database.h"
#include "services/store/writer.h"
#include "tests/services/ledger/naive_tree.h"

namespace talentcard::ledger {
namespace {

using nlohmann::json;

std::string Path(const std::string& name) {
  return std::string(TALENTCARD_SHARED_DIR) + "/vectors/" + name;
}

std::string ReadText(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

class VectorsTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(Path("")))
      GTEST_SKIP() << "no public vectors beside this checkout";
  }
};

// nullopt unless it is base64.
std::optional<std::string> BytesOf(const json& text) {
  std::string bytes;
  if (!text.is_string() ||
      !absl::Base64Unescape(text.get<std::string>(), &bytes)) {
    return std::nullopt;
  }
  return bytes;
}

// nullopt unless it is 32 bytes of base64.
std::optional<Hash> HashOf(const json& text) {
  const auto bytes = BytesOf(text);
  Hash hash;
  if (!bytes || bytes->size() != hash.size()) return std::nullopt;
  std::copy(bytes->begin(), bytes->end(), hash.begin());
  return hash;
}

std::optional<std::vector<Hash>> ProofOf(const json& list) {
  std::vector<Hash> proof;
  if (list.is_null()) return proof;
  for (const json& text : list) {
    const auto hash = HashOf(text);
    if (!hash) return std::nullopt;
    proof.push_back(*hash);
  }
  return proof;
}

TEST_F(VectorsTest, InclusionProofsAreJudgedAsTheReferenceJudges) {
  int cases = 0;
  const json suite = json::parse(ReadText(Path("merkle/inclusion.json")));
  for (const json& c : suite["cases"]) {
    const auto root = HashOf(c["root"]);
    const auto leaf = HashOf(c["leafHash"]);
    const auto proof = ProofOf(c["proof"]);
    const bool good =
        root && leaf && proof &&
        VerifyInclusion(c["leafIdx"], c["treeSize"], *leaf, *proof, *root).ok();
    EXPECT_EQ(good, !c["wantErr"].get<bool>()) << c["path"];
    ++cases;
  }
  EXPECT_EQ(cases, 98);
}

TEST_F(VectorsTest, ConsistencyProofsAreJudgedAsTheReferenceJudges) {
  int cases = 0;
  const json suite = json::parse(ReadText(Path("merkle/consistency.json")));
  for (const json& c : suite["cases"]) {
    const auto first = BytesOf(c["root1"]);
    const auto second = BytesOf(c["root2"]);
    const auto proof = ProofOf(c["proof"]);
    const bool good =
        first && second && proof &&
        VerifyConsistency(c["size1"], c["size2"], *proof, *first, *second).ok();
    EXPECT_EQ(good, !c["wantErr"].get<bool>()) << c["path"];
    ++cases;
  }
  EXPECT_EQ(cases, 98);
}

TEST_F(VectorsTest, RootsOfTheReferenceTreeAreReproduced) {
  const json vectors = json::parse(ReadText(Path("merkle/rfc6962_tree.json")));
  const json& leaves = vectors["leaf_inputs_hex"];
  const json& roots = vectors["root_by_size_hex"];
  ASSERT_EQ(leaves.size(), 8u);
  Frontier frontier;
  EXPECT_EQ(ToHex(frontier.Root()), roots[0]);
  for (size_t n = 0; n < leaves.size(); ++n) {
    frontier.Append(
        HashLeaf(absl::HexStringToBytes(leaves[n].get<std::string>())));
    EXPECT_EQ(ToHex(frontier.Root()), roots[n + 1]) << n;
  }
}

// True if [start, end) is a subtree of the draft the vectors come from.
bool IsSubtree(uint64_t start, uint64_t end) {
  return start == 0 || start == end || start % std::bit_ceil(end - start) == 0;
}

TEST_F(VectorsTest, AllSubtreesToSize130HaveThePublishedHashesAndProofs) {
  const json vectors =
      json::parse(ReadText(Path("merkle/rfc6962_tree.json")))["accumulated"];
  std::vector<Hash> leaves;
  for (int i = 0; i < 130; ++i)
    leaves.push_back(HashLeaf(std::string(1, static_cast<char>(i))));
  std::string hashes;
  std::string proofs;
  for (uint64_t end = 0; end <= leaves.size(); ++end) {
    for (uint64_t start = 0; start <= end; ++start) {
      if (!IsSubtree(start, end)) continue;
      const auto subtree =
          std::span<const Hash>(leaves).subspan(start, end - start);
      Frontier frontier;
      for (const Hash& leaf : subtree) frontier.Append(leaf);
      hashes +=
          absl::StrFormat("[%d, %d) %s\n", start, end, ToHex(frontier.Root()));
      for (uint64_t i = start; i < end; ++i) {
        const std::vector<Hash> path = NaivePath(i - start, subtree);
        ASSERT_TRUE(VerifyInclusion(i - start, end - start, leaves[i], path,
                                    frontier.Root())
                        .ok());
        proofs += absl::StrFormat("%d [%d, %d)", i, start, end);
        for (const Hash& hash : path) proofs += " " + ToHex(hash);
        proofs += "\n";
      }
    }
  }
  EXPECT_EQ(ToHex(Sha256(hashes)), vectors["subtree_hash"]["sha256"]);
  EXPECT_EQ(ToHex(Sha256(proofs)), vectors["inclusion"]["sha256"]);
}

TEST_F(VectorsTest, TheNoteOfTheSpecificationOpens) {
  const json example =
      json::parse(ReadText(Path("note/signed_note.json")))["example"];
  const auto verifier = NoteVerifier::Parse(example["vkey"].get<std::string>());
  ASSERT_TRUE(verifier.ok()) << verifier.status();
  EXPECT_EQ(*verifier->Open(example["note"].get<std::string>()),
            "This is an example message.\n");
}

TEST_F(VectorsTest, SigningAForeignCheckpointGivesTheSameBytes) {
  const json log =
      json::parse(ReadText(Path("note/signed_note.json")))["testlog"];
  const std::vector<std::string> parts =
      absl::StrSplit(log["skey"].get<std::string>(), absl::MaxSplits('+', 4));
  std::string key;
  ASSERT_TRUE(absl::Base64Unescape(parts[4], &key));
  ASSERT_EQ(key.size(), 33u);
  store::SecretKey seed;
  std::copy(key.begin() + 1, key.end(), seed.bytes.begin());
  const NoteSigner signer(parts[2], seed);
  EXPECT_EQ(signer.verifier().ToString(), log["vkey"]);
  const std::string note = ReadText(Path("tlog_testlog/checkpoint.15"));
  EXPECT_EQ(signer.Sign(note.substr(0, note.find("\n\n") + 1)), note);
}

TEST_F(VectorsTest, EveryCheckpointOfAForeignLogOpensAndItsRootIsRecomputed) {
  const auto verifier = NoteVerifier::Parse(
      json::parse(ReadText(Path("note/signed_note.json")))["testlog"]["vkey"]
          .get<std::string>());
  ASSERT_TRUE(verifier.ok()) << verifier.status();
  std::vector<Hash> tile;
  const std::string bytes = ReadText(Path("tlog_testlog/tile/0/000.p/15"));
  for (size_t i = 0; i + 32 <= bytes.size(); i += 32) {
    Hash hash;
    std::copy_n(bytes.begin() + i, 32, hash.begin());
    tile.push_back(hash);
  }
  ASSERT_EQ(tile.size(), 15u);
  // The entries give the tile: uint16 length, bytes.
  const std::string bundle =
      ReadText(Path("tlog_testlog/tile/entries/000.p/15"));
  size_t at = 0;
  for (const Hash& hash : tile) {
    const size_t length = static_cast<uint8_t>(bundle[at]) << 8 |
                          static_cast<uint8_t>(bundle[at + 1]);
    EXPECT_EQ(HashLeaf(bundle.substr(at + 2, length)), hash);
    at += 2 + length;
  }
  EXPECT_EQ(at, bundle.size());
  int checkpoints = 0;
  for (int n = 0; n <= 15; ++n) {
    const auto body = verifier->Open(
        ReadText(Path("tlog_testlog/checkpoint." + std::to_string(n))));
    ASSERT_TRUE(body.ok()) << n << body.status();
    const auto checkpoint = Checkpoint::Parse(*body);
    ASSERT_TRUE(checkpoint.ok());
    Frontier frontier;
    for (uint64_t i = 0; i < checkpoint->size; ++i) frontier.Append(tile[i]);
    EXPECT_EQ(frontier.Root(), checkpoint->root) << n;
    ++checkpoints;
  }
  EXPECT_EQ(checkpoints, 16);
}

TEST_F(VectorsTest, AForeignLogStoredHereHasItsTilesAndItsRoots) {
  store::MemoryDatabase database;
  store::Writer writer(database,
                       {.on_fatal = [](const absl::Status& s) { FAIL() << s; },
                        .now_ms = [] { return 1; }});
  const std::string bundle =
      ReadText(Path("tlog_testlog/tile/entries/000.p/15"));
  std::string tile;
  for (size_t at = 0; at < bundle.size();) {
    const size_t length = static_cast<uint8_t>(bundle[at]) << 8 |
                          static_cast<uint8_t>(bundle[at + 1]);
    const std::string leaf = bundle.substr(at + 2, length);
    at += 2 + length;
    ASSERT_TRUE(writer
                    .Run([&](store::Transaction& t) {
                      return AppendLeaf(t, leaf).status();
                    })
                    .ok());
    const Hash hash = HashLeaf(leaf);
    tile += AsBytes(hash);
    const uint64_t size = ReadHead(database.Latest())->size();
    const std::string name = std::to_string(size);
    EXPECT_EQ(tile, ReadText(Path("tlog_testlog/tile/0/000.p/" + name)));
    EXPECT_EQ(bundle.substr(0, at),
              ReadText(Path("tlog_testlog/tile/entries/000.p/" + name)));
    const std::string note = ReadText(Path("tlog_testlog/checkpoint." + name));
    const auto checkpoint =
        Checkpoint::Parse(note.substr(0, note.find("\n\n") + 1));
    ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
    EXPECT_EQ(checkpoint->size, size);
    EXPECT_EQ(checkpoint->root, *Tree(database.Latest(), size).RootAt(size));
  }
  EXPECT_EQ(ReadHead(database.Latest())->size(), 15u);
}

TEST_F(VectorsTest, Ed25519SignaturesAreJudgedAsWycheproofSays) {
  const json suite =
      json::parse(ReadText(Path("ed25519/wycheproof_ed25519_test.json")));
  int cases = 0;
  for (const json& group : suite["testGroups"]) {
    const std::string pk =
        absl::HexStringToBytes(group["publicKey"]["pk"].get<std::string>());
    ASSERT_EQ(pk.size(), 32u);
    std::array<uint8_t, 32> key;
    std::copy(pk.begin(), pk.end(), key.begin());
    for (const json& test : group["tests"]) {
      const bool good = VerifyEd25519(
          key, absl::HexStringToBytes(test["msg"].get<std::string>()),
          absl::HexStringToBytes(test["sig"].get<std::string>()));
      EXPECT_EQ(good, test["result"] == "valid")
          << test["tcId"] << test["comment"];
      ++cases;
    }
  }
  EXPECT_EQ(cases, 151);
}

}  // namespace
}  // namespace talentcard::ledger
