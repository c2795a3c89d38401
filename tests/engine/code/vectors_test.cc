// Public test data, read in place; skipped where it is absent (see its
// ORIGIN.md).
#include <openssl/evp.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "engine/code/base45.h"
#include "engine/code/sign1.h"
#include "engine/status_macros.h"
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

// Keys and signatures that no honest signer makes, on which verifiers disagree.
// Ours is OpenSSL's rule: no component of low order is ignored, and R is
// compared as it is written.
TEST_F(CodeVectorsTest, Ed25519EdgeCasesAreJudgedByOneRule) {
  int cases = 0, accepted = 0;
  const json suite = ReadJson("ed25519/cctv_ed25519vectors.json");
  for (const json& c : suite) {
    const json& flags = c["flags"];
    const auto has = [&](const char* flag) {
      return std::find(flags.begin(), flags.end(), flag) != flags.end();
    };
    const std::string message = c["msg"];
    const bool verifies = VerifySignature(
        {Algorithm::kEdDsa, FromHex(c["key"])}, message, FromHex(c["sig"]));
    EXPECT_EQ(verifies, !has("low_order_residue") && !has("non_canonical_R"))
        << c;
    accepted += verifies;
    ++cases;
  }
  EXPECT_EQ(cases, 914);
  EXPECT_EQ(accepted, 208);
}

TEST_F(CodeVectorsTest, TheHashUnderSm2IsThatOfTheStandard) {
  const json suite = ReadJson("sm2sm3/sm2_sm3.json");
  for (const json& c : suite["sm3"]) {
    const std::string message = c["msg"];
    std::string hash(32, '\0');
    ASSERT_EQ(EVP_Digest(message.data(), message.size(),
                         reinterpret_cast<unsigned char*>(hash.data()), nullptr,
                         EVP_sm3(), nullptr),
              1);
    EXPECT_EQ(absl::BytesToHexString(hash), c["md"].get<std::string>());
  }
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

// European health certificates: another prefix, compressed, other headers, keys
// and claims. Where one layer is not ours, the next is tried in our place, so
// that each of their faults is found at its own step.
struct EuropeanCase {
  using Found = std::optional<Finding>;
  const char* file;
  // What follows their prefix, under ours.
  Finding text;
  // Their health data, signed by us; nullopt if the case has none, as below.
  Found data = std::nullopt;
  // Their COSE_Sign1, not compressed.
  Found signed_part = std::nullopt;
  // Our claims in it.
  Found claims = std::nullopt;
  // Our code, but for their key id, cut to four bytes.
  Found key_id = std::nullopt;
};

void PrintTo(const EuropeanCase& c, std::ostream* out) { *out << c.file; }

json ReadCase(const std::string& name) {
  return ReadJson("hcert/" + name + ".json");
}

// A COSE_Sign1 of theirs around its payload. Their maps are not sorted, which
// our reader of CBOR refuses.
struct Foreign {
  std::string before, payload, after;
  std::string key_id;
};

// nullopt if the case has none.
std::optional<Foreign> TakeApart(const json& c) {
  const std::string bytes = FromHex(c.value("COSE", json("")));
  const std::string_view cose = bytes;
  for (size_t at = 0; at + 4 < cose.size(); ++at) {
    // A byte string of two bytes' length that begins as a map of four does.
    if (cose[at] != '\x59' || cose[at + 3] != '\xA4') continue;
    size_t length = 0, skipped = 0;
    const auto payload = ReadCborPrefix(cose.substr(at), length);
    const auto key_id =
        ReadCborPrefix(cose.substr(cose.find('\x04') + 1), skipped);
    if (!payload.ok() || !key_id.ok()) return std::nullopt;
    return Foreign{std::string(cose.substr(0, at)),
                   std::string(payload->string),
                   std::string(cose.substr(at + length)),
                   std::string(key_id->string.substr(0, 4))};
  }
  return std::nullopt;
}

// A signed part with this key id, our claims, and `signature`, an item.
std::string OurPart(std::string_view key_id, std::string_view signature) {
  const std::string header = CborMap(
      {{CborInteger(1), CborInteger(-8)}, {CborInteger(4), CborBytes(key_id)}});
  return CborTag(kSign1Tag, CborArray({CborBytes(header), CborMap({}),
                                       CborBytes(WriteClaims(SomeClaims())),
                                       std::string(signature)}));
}

class EuropeanTest : public CodeVectorsTest,
                     public testing::WithParamInterface<EuropeanCase> {
 protected:
  void ExpectFound(const char* layer, EuropeanCase::Found expected,
                   const std::optional<std::string>& code) const {
    ASSERT_EQ(expected.has_value(), code.has_value()) << layer;
    if (!code) return;
    EXPECT_EQ(InfoOf(world_.JudgeAt(kNow, *code)).code, InfoOf(*expected).code)
        << layer;
  }

  const World world_;
};

TEST_P(EuropeanTest, IsRefusedAtItsStep) {
  const EuropeanCase& expected = GetParam();
  const json c = ReadCase(expected.file);
  const std::string text = c["PREFIX"];
  ExpectFound("prefix", Finding::kNotOurs, text);
  const bool has_prefix = text.size() > 3 && text[3] == ':';
  ExpectFound("text", expected.text,
              absl::StrCat(A(kOnlinePrefix), text.substr(has_prefix ? 4 : 0)));
  const json& results = c["EXPECTEDRESULTS"];
  EXPECT_EQ(expected.text != Finding::kNotBase45,
            results.value("EXPECTEDB45DECODE", true));

  EuropeanCase::Found forged;
  std::optional<std::string> data, signed_part, claims, key_id, signature;
  if (c.contains("CBOR"))
    data = OnlineCode(
        WriteSign1(*world_.codes, kOnlinePrefix, FromHex(c["CBOR"])));
  if (c.contains("COSE")) signed_part = OnlineCode(FromHex(c["COSE"]));
  if (const auto foreign = TakeApart(c)) {
    claims = OnlineCode(absl::StrCat(
        foreign->before, CborBytes(WriteClaims(SomeClaims())), foreign->after));
    key_id = OnlineCode(OurPart(foreign->key_id, foreign->after));
    signature =
        OnlineCode(OurPart(KeyId(world_.codes->public_key()), foreign->after));
    forged = Finding::kForged;
  }
  ExpectFound("data", expected.data, data);
  ExpectFound("signed_part", expected.signed_part, signed_part);
  ExpectFound("claims", expected.claims, claims);
  ExpectFound("key_id", expected.key_id, key_id);
  ExpectFound("signature", forged, signature);
}

using enum Finding;
INSTANTIATE_TEST_SUITE_P(
    Common, EuropeanTest,
    testing::ValuesIn<EuropeanCase>({
        // A character outside the alphabet.
        {"B1", kNotBase45},
        // Their CBOR is broken.
        {"CBO1", kMalformed, kMalformed},
        // No COSE_Sign1.
        {"CBO2", kMalformed, kMalformed, kMalformed},
        // RSA, 2048 bits.
        {"CO1", kTooLong, kMalformed, kTooLong, kWrongHeaders, kUnknownKey},
        // RSA, 3072 bits.
        {"CO2", kTooLong, kMalformed, kTooLong, kWrongHeaders, kUnknownKey},
        // ES256, and good; its key id has eight bytes, as most have.
        {"CO3", kMalformed, kMalformed, kMalformed, kWrongHeaders, kUnknownKey},
        // A signature of three bytes.
        {"CO5", kMalformed, kMalformed, kMalformed, kWrongHeaders, kUnknownKey},
        // Keys for another purpose, up to CO11.
        {"CO6", kMalformed, kMalformed, kMalformed, kWrongHeaders, kUnknownKey},
        {"CO7", kMalformed, kMalformed, kMalformed, kWrongHeaders, kUnknownKey},
        {"CO8", kMalformed, kMalformed, kMalformed, kWrongHeaders, kUnknownKey},
        {"CO9", kMalformed, kMalformed, kMalformed, kWrongHeaders, kUnknownKey},
        {"CO10", kMalformed, kMalformed, kMalformed, kWrongHeaders,
         kUnknownKey},
        {"CO11", kMalformed, kMalformed, kMalformed, kWrongHeaders,
         kUnknownKey},
        // Good, up to CO15.
        {"CO12", kMalformed, kMalformed, kMalformed, kWrongHeaders,
         kUnknownKey},
        {"CO13", kMalformed, kMalformed, kMalformed, kWrongHeaders,
         kUnknownKey},
        {"CO14", kMalformed, kMalformed, kMalformed, kWrongHeaders,
         kUnknownKey},
        {"CO15", kMalformed, kMalformed, kMalformed, kWrongHeaders,
         kUnknownKey},
        // Not yet issued.
        {"CO16", kMalformed, kMalformed, kMalformed, kWrongHeaders,
         kUnknownKey},
        // Expired.
        {"CO17", kMalformed, kMalformed, kMalformed, kWrongHeaders,
         kUnknownKey},
        // The key id stands where ours does.
        {"CO18", kMalformed, kMalformed, kMalformed, kWrongHeaders,
         kUnknownKey},
        // The key id is not protected.
        {"CO19", kMalformed, kMalformed, kMalformed, kWrongHeaders,
         kUnknownKey},
        // Nothing is protected, whatever its text says; not sorted.
        {"CO20", kMalformed, kMalformed, kMalformed, kMalformed, kUnknownKey},
        // Another key id that is not protected.
        {"CO21", kMalformed, kMalformed, kMalformed, kWrongHeaders,
         kUnknownKey},
        // A key id of three bytes, and another; not sorted.
        {"CO22", kMalformed, kMalformed, kMalformed, kMalformed, kWrongHeaders},
        // Nothing is protected; three bytes; not sorted.
        {"CO23", kMalformed, kMalformed, kMalformed, kMalformed, kWrongHeaders},
        // The tag of a CWT around that of COSE.
        {"CO28", kMalformed, kMalformed, kMalformed, kMalformed, kUnknownKey},
        // Health data of every kind.
        {"DGC1", kMalformed, kMalformed},
        {"DGC2", kTooLong, kTooLong},
        {"DGC3", kMalformed, kMalformed},
        {"DGC4", kMalformed, kMalformed},
        {"DGC5", kMalformed, kMalformed},
        {"DGC6", kMalformed, kMalformed},
        // Other prefixes, or none; good after it.
        {"H1", kMalformed},
        {"H2", kMalformed},
        {"H3", kMalformed},
        // A broken picture.
        {"Q1", kMalformed},
        // Compression broken.
        {"Z1", kMalformed, {}, kMalformed, kWrongHeaders, kUnknownKey},
        // Not compressed: so CBOR, but not ours.
        {"Z2", kMalformed, {}, kMalformed, kWrongHeaders, kUnknownKey},
    }),
    [](const auto& test) { return std::string(test.param.file); });

// A number of four bytes after its key; 0 if there is none.
int64_t NumberOf(std::string_view payload, std::string_view key) {
  const size_t at = payload.find(std::string(key) + '\x1A');
  size_t length = 0;
  const auto number = ReadCborPrefix(
      payload.substr(std::min(at, payload.size() - 1) + 1), length);
  return at == payload.npos || !number.ok() ? 0 : number->integer;
}

// What a code of ours is found to be at their clock, with their hours shortened
// to two minutes around it.
Finding JudgeHours(const Foreign& foreign, absl::Time clock) {
  const absl::Duration life = absl::Minutes(2);
  Claims claims = SomeClaims();
  claims.issued = std::clamp(
      absl::FromUnixSeconds(absl::ToUnixSeconds(clock)),
      absl::FromUnixSeconds(NumberOf(foreign.payload, "\x06")),
      absl::FromUnixSeconds(NumberOf(foreign.payload, "\x04")) - life);
  claims.expires = claims.issued + life;
  World world;
  world.keys.issued = world.lists[0].issued = clock;
  for (TrustedKey& key : world.keys.keys) key.not_before = absl::UnixEpoch();
  return world.JudgeAt(clock, world.Online(claims));
}

TEST_F(CodeVectorsTest, HoursOfEuropeanCertificatesAreJudgedAtTheirClock) {
  const std::map<std::string, Finding> expected = {{"CO16", kFromTheFuture},
                                                   {"CO17", kExpired}};
  int files = 0, cases = 0;
  for (const auto& file : fs::directory_iterator(Path("hcert"))) {
    ++files;
    const std::string name = file.path().stem();
    const json c = ReadCase(name);
    const auto foreign = TakeApart(c);
    if (!foreign) continue;
    const std::string given = c["TESTCTX"]["VALIDATIONCLOCK"];
    absl::Time clock;
    ASSERT_TRUE(absl::ParseTime(absl::RFC3339_full, given, &clock, nullptr));
    const auto other = expected.find(name);
    EXPECT_EQ(JudgeHours(*foreign, clock),
              other == expected.end() ? kGood : other->second)
        << name;
    ++cases;
  }
  EXPECT_EQ(files, 38);  // As in the table.
  EXPECT_EQ(cases, 25);
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

// What the hexadecimal lines of a file of the draft stand for.
std::string DraftBytes(const std::string& file) {
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
  return absl::HexStringToBytes(hex);
}

std::string DraftList(const std::string& file) {
  return Sorted(DraftBytes(file));
}

TEST_F(CodeVectorsTest, StatusListsHaveTheValuesOfTheDraft) {
  const json suite = ReadJson("status_list/expected.json");
  int lists = 0;
  uint64_t values = 0;
  for (const auto& [file, expected] : suite["expected"].items()) {
    if (!absl::StrContains(file, "cbor")) continue;
    const std::string bytes = DraftList(file);
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
  const std::string one = DraftList("status_list_encoding_cbor.md");
  const auto map = ReadCbor(one);
  ASSERT_TRUE(map.ok()) << map.status();
  const auto array = ReadStatusArray(*map, 2);
  ASSERT_TRUE(array.ok()) << array.status();
  EXPECT_EQ(array->bytes(), "\xB9\xA3");
  EXPECT_EQ(WriteStatusArray(*array), one);
  const std::string two = DraftList("status_list_encoding2_cbor.md");
  const auto second = ReadStatusArray(*ReadCbor(two), 3);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->bits(), 2);
  const std::vector<int> statuses = {1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3};
  for (size_t i = 0; i < statuses.size(); ++i)
    EXPECT_EQ(second->Get(i), statuses[i]) << i;
}

// A list and a token that points into it, signed by another profile.
TEST_F(CodeVectorsTest, CwtsOfTheDraftAreReadButAreNoneOfOurs) {
  const World world;
  for (const char* file : {"status_list_cwt.md", "referenced_token_cwt.md"}) {
    const std::string bytes = DraftBytes(file);
    const auto envelope = ReadEnvelope(bytes);
    ASSERT_TRUE(envelope.ok()) << file << ": " << envelope.status();
    EXPECT_EQ(envelope->signature.size(), kSignatureSize);
    EXPECT_EQ(TakenOf(bytes), Taken::kNotTheHeaders) << file;
    EXPECT_FALSE(OpenStatusList(bytes, world.keys).ok()) << file;
    EXPECT_EQ(world.JudgeAt(kNow, OnlineCode(bytes)), Finding::kMalformed);
  }
  // The list stands at the end of its claims; its values are in the draft's
  // text.
  const std::string bytes = DraftBytes("status_list_cwt.md");
  const std::string_view payload = ReadEnvelope(bytes)->payload;
  const std::string map = Sorted(payload.substr(payload.find("dbits") - 1));
  const auto array = ReadStatusArray(*ReadCbor(map), 2);
  ASSERT_TRUE(array.ok()) << array.status();
  EXPECT_EQ(array->bits(), 1);
  EXPECT_EQ(array->bytes(), "\xB9\xA3");
}

}  // namespace
}  // namespace talentcard::code
