#include "services/signing/code_keys.h"

#include "engine/code/reader.h"
#include "gtest/gtest.h"
#include "services/signing/signer.h"
#include "tests/engine/code/issuing.h"

namespace talentcard::signing {
namespace {

using Use = code::TrustedKey::Use;

absl::Time At(int year, int month, int day, int hour = 0) {
  return absl::FromCivil(absl::CivilHour(year, month, day, hour),
                         absl::FixedTimeZone(8 * 3600));
}

store::SecretKey Secret(uint8_t byte) {
  store::SecretKey key;
  key.bytes.fill(byte);
  return key;
}

class CodeKeysTest : public testing::TestWithParam<code::Algorithm> {
 protected:
  // What a desk with the list of `listed` says of a code of `issued` at once.
  code::Finding Shown(absl::Time issued, absl::Time listed) const {
    const code::KeyList keys{listed, listed + kWeek,
                             keys_.KeysAround(listed, 2)};
    code::Claims claims = code::SomeClaims();
    claims.issued = issued;
    claims.expires = issued + absl::Seconds(120);
    const std::vector<code::StatusList> lists = {{claims.status_uri, listed,
                                                  issued + absl::Hours(1),
                                                  absl::Seconds(900)}};
    return code::Judge(code::OnlineCode(code::SignCode(
                           claims, keys_.SignerOn(issued, Use::kCodes))),
                       {keys, lists, issued}, nullptr)
        .finding;
  }

  static constexpr absl::Duration kWeek = absl::Hours(7 * 24);
  const CodeKeys keys_{GetParam(), Secret(1)};
};

INSTANTIATE_TEST_SUITE_P(Profiles, CodeKeysTest,
                         testing::Values(code::Algorithm::kEdDsa,
                                         code::Algorithm::kSm2Sm3),
                         [](const auto& test) {
                           return test.param == code::Algorithm::kEdDsa
                                      ? "EdDsa"
                                      : "Sm2Sm3";
                         });

TEST_P(CodeKeysTest, ChangeWithTheMonthInBeijing) {
  const auto key = [&](absl::Time now, Use use) {
    return keys_.SignerOn(now, use).public_key();
  };
  const absl::Time turn = At(2027, 6, 1);
  EXPECT_EQ(key(At(2027, 5, 1), Use::kCodes),
            key(turn - absl::Seconds(1), Use::kCodes));
  EXPECT_NE(key(turn - absl::Seconds(1), Use::kCodes), key(turn, Use::kCodes));
  EXPECT_NE(key(turn, Use::kCodes), key(turn, Use::kLists));
}

TEST_P(CodeKeysTest, AreTheSameAfterARestartAndOthersForAnotherSecret) {
  const absl::Time now = At(2027, 5, 20);
  EXPECT_EQ(CodeKeys(GetParam(), Secret(1)).KeysAround(now, 3),
            keys_.KeysAround(now, 3));
  EXPECT_NE(CodeKeys(GetParam(), Secret(3)).KeysAround(now, 3),
            keys_.KeysAround(now, 3));
}

TEST_P(CodeKeysTest, ADesksListServesForAWeekThroughTheTurnOfAMonth) {
  const absl::Time listed = At(2027, 5, 30);
  EXPECT_EQ(Shown(At(2027, 5, 31, 23), listed), code::Finding::kGood);
  EXPECT_EQ(Shown(At(2027, 6, 1), listed), code::Finding::kGood);
  EXPECT_EQ(Shown(listed + kWeek, listed), code::Finding::kGood);
  EXPECT_EQ(Shown(listed + kWeek + absl::Seconds(1), listed),
            code::Finding::kKeyListStale);
  EXPECT_EQ(Shown(At(2027, 7, 1), listed), code::Finding::kUnknownKey);
}

TEST_P(CodeKeysTest, LastMonthsCodesAreStillKnown) {
  EXPECT_EQ(Shown(At(2027, 5, 31, 23), At(2027, 5, 31, 23)),
            code::Finding::kGood);
  const code::KeyList list{{}, {}, keys_.KeysAround(At(2027, 6, 15), 1)};
  const std::string may =
      code::KeyId(keys_.SignerOn(At(2027, 5, 3), Use::kCodes).public_key());
  ASSERT_NE(list.Find(may, Use::kCodes), nullptr);
  EXPECT_TRUE(list.Find(may, Use::kCodes)->Covers(At(2027, 5, 31, 23)));
  EXPECT_TRUE(list.Find(may, Use::kCodes)->Covers(At(2027, 6, 1, 23)));
  EXPECT_FALSE(list.Find(may, Use::kCodes)->Covers(At(2027, 6, 2)));
}

TEST_P(CodeKeysTest, ASignerSignsWhatItsPublicKeyVerifies) {
  for (int i = 0; i < 50; ++i) {
    const auto signer = MakeSigner(GetParam(), Secret(static_cast<uint8_t>(i)));
    const std::string message(static_cast<size_t>(i) * 7, 'm');
    const std::string signature = signer->Sign(message);
    EXPECT_TRUE(
        code::VerifySignature(signer->public_key(), message, signature));
    EXPECT_FALSE(
        code::VerifySignature(signer->public_key(), message + "x", signature));
  }
}

TEST(SignerTest, ANumberBeyondTheOrderIsReplacedAlwaysByTheSame) {
  // 2^256 - 1 is larger than the order of the curve; 0 is no private number.
  for (const uint8_t byte : {0xFF, 0x00}) {
    const auto one = MakeSigner(code::Algorithm::kSm2Sm3, Secret(byte));
    const auto two = MakeSigner(code::Algorithm::kSm2Sm3, Secret(byte));
    EXPECT_EQ(one->public_key(), two->public_key());
    EXPECT_TRUE(code::VerifySignature(one->public_key(), "m", two->Sign("m")));
  }
}

}  // namespace
}  // namespace talentcard::signing
