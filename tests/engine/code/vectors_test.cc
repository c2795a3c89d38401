// Public test data, read in place; skipped where it is absent (see its
// ORIGIN.md).
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "engine/code/base45.h"
#include "engine/code/sign1.h"
#include "gtest/gtest.h"
#include "tests/engine/code/issuing.h"

namespace talentcard::code {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

std::string Path(const std::string& name) {
  return std::string(TALENTCARD_SHARED_DIR) + "/vectors/" + name;
}

std::string ReadText(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

json ReadJson(const std::string& name) {
  return json::parse(ReadText(Path(name)));
}

std::string FromHex(const json& text) {
  return absl::HexStringToBytes(text.get<std::string>());
}

class CodeVectorsTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(Path("")))
      GTEST_SKIP() << "no public vectors beside this checkout";
  }
};

TEST_F(CodeVectorsTest, Base45IsThatOfTheStandard) {
  const json suite = ReadJson("base45/rfc9285.json");
  for (const json& pair : suite["valid"]) {
    const std::string bytes = pair[0], text = pair[1];
    EXPECT_EQ(EncodeBase45(bytes), text);
    EXPECT_EQ(DecodeBase45(text, 100).value_or("-"), bytes);
  }
  for (const json& pair : suite["reject"])
    EXPECT_FALSE(DecodeBase45(std::string(pair[0]), 100).ok()) << pair;
  EXPECT_EQ(suite["valid"].size() + suite["reject"].size(), 10u);
}

TEST_F(CodeVectorsTest, Ed25519IsJudgedAsWycheproofSays) {
  int cases = 0;
  const json suite = ReadJson("ed25519/wycheproof_ed25519_test.json");
  for (const json& group : suite["testGroups"]) {
    const PublicKey key{Algorithm::kEdDsa, FromHex(group["publicKey"]["pk"])};
    for (const json& c : group["tests"]) {
      EXPECT_EQ(VerifySignature(key, FromHex(c["msg"]), FromHex(c["sig"])),
                c["result"] == "valid")
          << c;
      ++cases;
    }
  }
  EXPECT_EQ(cases, 151);
}

TEST_F(CodeVectorsTest, Sm2IsThatOfTheStandardsAnnexUnderItsIdOnly) {
  const json suite = ReadJson("sm2sm3/sm2_sm3.json");
  const json& c = suite["sm2_sign"];
  const std::string key = FromHex(c["pub"]).substr(1);
  const std::string signature = FromHex(c["r"]) + FromHex(c["s"]);
  const std::string message = c["msg"], id = c["id"];
  EXPECT_EQ(id, kSm2UserId);
  EXPECT_TRUE(VerifySignature({Algorithm::kSm2Sm3, key}, message, signature));
  EXPECT_TRUE(VerifySm2(key, id, message, signature));
  EXPECT_FALSE(VerifySm2(key, std::string(id) + '\0', message, signature));
  EXPECT_FALSE(VerifySm2(key, "", message, signature));
  EXPECT_FALSE(VerifySm2(key, id, message + ".", signature));
  EXPECT_FALSE(VerifySm2(key, id, message,
                         signature.substr(32) + signature.substr(0, 32)));
  store::SecretKey number;
  const std::string d = FromHex(c["d"]);
  std::copy(d.begin(), d.end(), number.bytes.begin());
  const auto signer = signing::MakeSigner(Algorithm::kSm2Sm3, number);
  EXPECT_EQ(signer->public_key().bytes, key);
  EXPECT_TRUE(VerifySignature({Algorithm::kSm2Sm3, key}, message,
                              signer->Sign(message)));
}

// What the profile says of a COSE example.
enum class Taken { kAll, kNotTheHeaders, kNotTheShape };

Taken TakenOf(std::string_view bytes) {
  const auto envelope = ReadEnvelope(bytes);
  if (!envelope.ok()) return Taken::kNotTheShape;
  return ReadHeaders(*envelope).ok() ? Taken::kAll : Taken::kNotTheHeaders;
}

TEST_F(CodeVectorsTest, CoseExamplesAreSignedOverTheSameBytes) {
  int cases = 0;
  for (const auto& file : fs::recursive_directory_iterator(Path("cose"))) {
    if (file.path().extension() != ".json") continue;
    const json example = json::parse(ReadText(file.path()));
    const json& steps = example["intermediates"];
    if (!steps.contains("ToBeSign_hex")) continue;
    const std::string bytes = FromHex(example["output"]["cbor"]);
    const auto envelope = ReadEnvelope(bytes);
    // Wrong tags, no tag, a `protected` that is no byte string.
    if (!envelope.ok()) continue;
    std::string aad;
    if (example["input"]["sign0"].contains("external"))
      aad = FromHex(example["input"]["sign0"]["external"]);
    std::string header(envelope->protected_header);
    // An empty header written as an empty map is signed as an empty string.
    if (header == "\xA0") header.clear();
    const bool changed = absl::StrContains(file.path().string(), "sign-fail");
    const bool same = ToBeSigned(header, aad, envelope->payload) ==
                      FromHex(steps["ToBeSign_hex"]);
    EXPECT_TRUE(same || changed) << file.path();
    ++cases;
  }
  EXPECT_EQ(cases, 15);
}

TEST_F(CodeVectorsTest, AnEd25519ExampleOfCoseVerifies) {
  const json example = ReadJson("cose/eddsa-examples/eddsa-sig-01.json");
  const PublicKey key{Algorithm::kEdDsa,
                      FromHex(example["input"]["sign0"]["key"]["x_hex"])};
  const std::string bytes = FromHex(example["output"]["cbor"]);
  const auto envelope = ReadEnvelope(bytes);
  ASSERT_TRUE(envelope.ok()) << envelope.status();
  const std::string message =
      ToBeSigned(envelope->protected_header, "", envelope->payload);
  EXPECT_TRUE(VerifySignature(key, message, envelope->signature));
  EXPECT_FALSE(VerifySignature(key, message + "x", envelope->signature));
  // Its kid stands in the unprotected header: not ours.
  EXPECT_EQ(TakenOf(bytes), Taken::kNotTheHeaders);
}

TEST_F(CodeVectorsTest, CoseExamplesAreRefusedWhereTheProfileIsNarrower) {
  const std::map<std::string, Taken> expected = {
      {"CWT/A_3", Taken::kNotTheHeaders},  // No kid.
      {"CWT/A_4", Taken::kNotTheShape},    // COSE_Mac0.
      {"CWT/A_5", Taken::kNotTheShape},    // COSE_Encrypt0.
      {"CWT/A_6", Taken::kNotTheShape},    // COSE_Encrypt0.
      {"CWT/A_7", Taken::kNotTheShape},    // COSE_Mac0.
      {"RFC8152/Appendix_C_2_1", Taken::kNotTheHeaders},
      {"sign1-tests/sign-pass-01", Taken::kNotTheHeaders},
      {"sign1-tests/sign-pass-02", Taken::kNotTheHeaders},
      {"sign1-tests/sign-pass-03", Taken::kNotTheShape},  // No tag.
      {"sign1-tests/sign-fail-01", Taken::kNotTheShape},  // Another tag.
      {"sign1-tests/sign-fail-02", Taken::kNotTheHeaders},
      {"sign1-tests/sign-fail-03", Taken::kNotTheHeaders},
      {"sign1-tests/sign-fail-04", Taken::kNotTheHeaders},
      {"sign1-tests/sign-fail-06", Taken::kNotTheHeaders},
      {"sign1-tests/sign-fail-07", Taken::kNotTheHeaders},
      {"ecdsa-examples/ecdsa-01", Taken::kNotTheShape},  // COSE_Sign.
      {"eddsa-examples/eddsa-sig-02", Taken::kNotTheHeaders}};
  for (const auto& [name, taken] : expected) {
    const json example = ReadJson("cose/" + name + ".json");
    EXPECT_EQ(TakenOf(FromHex(example["output"]["cbor"])), taken) << name;
  }
}

// The European certificates: other prefix, compressed, other claims. None is a
// card, and each of their own faults is found where it lies.
TEST_F(CodeVectorsTest, EuropeanCertificatesAreRefusedAtTheirStep) {
  const World world;
  int cases = 0, base45 = 0;
  for (const auto& file : fs::directory_iterator(Path("hcert"))) {
    const json c = json::parse(ReadText(file.path()));
    const std::string text = c.value("PREFIX", "");
    EXPECT_EQ(world.JudgeAt(kNow, text), Finding::kNotOurs) << file.path();
    ++cases;
    const json& results = c["EXPECTEDRESULTS"];
    const std::string inner = c.value("BASE45", "");
    if (results.contains("EXPECTEDB45DECODE") && !inner.empty()) {
      EXPECT_EQ(DecodeBase45(inner, 10000).ok(),
                results["EXPECTEDB45DECODE"].get<bool>())
          << file.path();
      EXPECT_LE(InfoOf(world.JudgeAt(kNow, "CZ1:" + inner)).step, Step::kShape);
      ++base45;
    }
    if (!c.contains("COSE")) continue;
    const std::string cose = FromHex(c["COSE"]);
    EXPECT_NE(TakenOf(cose), Taken::kAll) << file.path();
    EXPECT_LE(InfoOf(world.JudgeAt(kNow, OnlineCode(cose))).step, Step::kShape);
  }
  EXPECT_EQ(cases, 38);
  EXPECT_EQ(base45, 5);
}

// The draft writes `bits` before `lst`, which is not the deterministic order.
std::string Sorted(std::string_view map) {
  std::vector<std::string> items;
  for (size_t at = 1, length = 0; at < map.size(); at += length) {
    if (!ReadCborPrefix(map.substr(at), length).ok()) return "";
    items.emplace_back(map.substr(at, length));
  }
  if (items.size() != 4) return "";
  return CborMap({{items[0], items[1]}, {items[2], items[3]}});
}

// `hex` of a file of the draft: what follows its comment lines.
std::string DraftHex(const std::string& file) {
  std::string hex;
  std::istringstream lines(ReadText(Path("status_list/examples/" + file)));
  for (std::string line; std::getline(lines, line);) {
    std::string text(absl::StripAsciiWhitespace(line));
    text = absl::StrReplaceAll(text, {{"\\", ""}});
    const bool is_hex =
        !text.empty() &&
        text.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (is_hex) hex += text;
  }
  return Sorted(absl::HexStringToBytes(hex));
}

TEST_F(CodeVectorsTest, StatusListsHaveTheValuesOfTheDraft) {
  const json suite = ReadJson("status_list/expected.json");
  int lists = 0;
  uint64_t values = 0;
  for (const auto& [file, expected] : suite["expected"].items()) {
    if (!absl::StrContains(file, "cbor")) continue;
    const std::string bytes = DraftHex(file);
    const auto map = ReadCbor(bytes);
    ASSERT_TRUE(map.ok()) << file << ": " << map.status();
    const auto array = ReadStatusArray(*map, 1 << 20);
    ASSERT_TRUE(array.ok()) << file << ": " << array.status();
    EXPECT_EQ(array->bits(), expected["bits"].get<int>());
    ASSERT_EQ(array->entries(), expected["entries"].get<uint32_t>());
    for (uint32_t i = 0; i < array->entries(); ++i) {
      const std::string key = std::to_string(i);
      const int value = array->Get(i);
      const bool listed = expected["nonzero"].contains(key);
      if (value == 0 && !listed) continue;
      EXPECT_EQ(value, listed ? expected["nonzero"][key].get<int>() : 0)
          << file << " " << i;
    }
    values += array->entries();
    ++lists;
  }
  EXPECT_EQ(lists, 4);
  EXPECT_EQ(values, 4u << 20);
}

TEST_F(CodeVectorsTest, ShortStatusListsAreThoseOfTheDraftsText) {
  const std::string one = DraftHex("status_list_encoding_cbor.md");
  const auto map = ReadCbor(one);
  ASSERT_TRUE(map.ok()) << map.status();
  const auto array = ReadStatusArray(*map, 2);
  ASSERT_TRUE(array.ok()) << array.status();
  EXPECT_EQ(array->bytes(), "\xB9\xA3");
  EXPECT_EQ(WriteStatusArray(*array), one);
  const std::string two = DraftHex("status_list_encoding2_cbor.md");
  const auto second = ReadStatusArray(*ReadCbor(two), 3);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->bits(), 2);
  const std::vector<int> statuses = {1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3};
  for (size_t i = 0; i < statuses.size(); ++i)
    EXPECT_EQ(second->Get(i), statuses[i]) << i;
}

}  // namespace
}  // namespace talentcard::code
