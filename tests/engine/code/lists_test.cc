#include "engine/code/key_list.h"
#include "engine/code/sign1.h"
#include "engine/code/status_list.h"
#include "gtest/gtest.h"
#include "tests/engine/code/issuing.h"

namespace talentcard::code {
namespace {

class ListsTest : public testing::TestWithParam<Algorithm> {
 protected:
  const World world_{GetParam()};
  const std::unique_ptr<Signer> root_ = SignerFrom(7, GetParam());
};

INSTANTIATE_TEST_SUITE_P(Profiles, ListsTest,
                         testing::Values(Algorithm::kEdDsa, Algorithm::kSm2Sm3),
                         [](const auto& test) {
                           return test.param == Algorithm::kEdDsa ? "EdDsa"
                                                                  : "Sm2Sm3";
                         });

TEST_P(ListsTest, AKeyListOpensForItsRootOnly) {
  KeyList list = world_.keys;
  list.keys[0].reject_issued_after = kNow;
  const std::string bytes = SignKeyList(list, *root_);
  const auto opened = OpenKeyList(bytes, root_->public_key());
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(*opened, list);
  EXPECT_FALSE(
      OpenKeyList(bytes, SignerFrom(8, GetParam())->public_key()).ok());
}

TEST_P(ListsTest, AKeyIsFoundForItsUseOnly) {
  const std::string id = KeyId(world_.codes->public_key());
  EXPECT_NE(world_.keys.Find(id, TrustedKey::Use::kCodes), nullptr);
  EXPECT_EQ(world_.keys.Find(id, TrustedKey::Use::kLists), nullptr);
  EXPECT_EQ(world_.keys.Find("none", TrustedKey::Use::kCodes), nullptr);
}

TEST_P(ListsTest, AStatusListOpensIfAKeyForListsSignedIt) {
  StatusList list = world_.lists[0];
  list.statuses.Set(0, 1);
  list.statuses.Set(kStatusEntries - 1, 3);
  const auto opened =
      OpenStatusList(SignStatusList(list, *world_.statuses), world_.keys);
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(*opened, list);
  EXPECT_FALSE(
      OpenStatusList(SignStatusList(list, *world_.codes), world_.keys).ok());
  EXPECT_FALSE(OpenStatusList(SignStatusList(list, *root_), world_.keys).ok());
}

TEST_P(ListsTest, EveryFlippedBitAndEveryCutOfAListIsFound) {
  const std::string keys = SignKeyList(world_.keys, *root_);
  for (size_t bit = 0; bit < keys.size() * 8; ++bit) {
    std::string bad = keys;
    bad[bit / 8] ^= static_cast<char>(1 << bit % 8);
    EXPECT_FALSE(OpenKeyList(bad, root_->public_key()).ok()) << bit;
  }
  const std::string statuses =
      SignStatusList(world_.lists[0], *world_.statuses);
  for (size_t bit = 0; bit < statuses.size() * 8; ++bit) {
    std::string bad = statuses;
    bad[bit / 8] ^= static_cast<char>(1 << bit % 8);
    EXPECT_FALSE(OpenStatusList(bad, world_.keys).ok()) << bit;
  }
  for (size_t n = 0; n < statuses.size(); ++n)
    EXPECT_FALSE(OpenStatusList(statuses.substr(0, n), world_.keys).ok());
}

TEST_P(ListsTest, AListSignedForAnotherUseIsNone) {
  const StatusList& list = world_.lists[0];
  const std::string bytes = SignStatusList(list, *world_.statuses);
  const auto envelope = ReadEnvelope(bytes);
  ASSERT_TRUE(envelope.ok());
  EXPECT_FALSE(OpenStatusList(WriteSign1(*world_.statuses, kKeyListContext,
                                         envelope->payload),
                              world_.keys)
                   .ok());
  EXPECT_TRUE(OpenStatusList(WriteSign1(*world_.statuses, kStatusListContext,
                                        envelope->payload),
                             world_.keys)
                  .ok());
}

TEST_P(ListsTest, AListIssuedOutsideItsKeysWindowIsNone) {
  StatusList list = world_.lists[0];
  const TrustedKey& key = world_.keys.keys[1];
  for (const auto& [issued, good] : {std::pair{key.not_before, true},
                                     {key.not_before - absl::Seconds(1), false},
                                     {key.not_after - absl::Seconds(1), true},
                                     {key.not_after, false}}) {
    list.issued = issued;
    EXPECT_EQ(
        OpenStatusList(SignStatusList(list, *world_.statuses), world_.keys)
            .ok(),
        good)
        << issued;
  }
}

TEST(StatusArrayTest, TheLeastSignificantBitsAreTheFirstEntry) {
  for (const int bits : {1, 2, 4, 8}) {
    StatusArray array(bits, 8);
    array.Set(0, 1);
    EXPECT_EQ(array.bytes()[0], 1) << bits;
    const uint8_t most = static_cast<uint8_t>((1 << bits) - 1);
    for (uint32_t i = 0; i < 8; ++i) array.Set(i, most);
    for (uint32_t i = 0; i < 8; ++i) EXPECT_EQ(array.Get(i), most);
    array.Set(3, 0);
    for (uint32_t i = 0; i < 8; ++i) EXPECT_EQ(array.Get(i), i == 3 ? 0 : most);
    EXPECT_EQ(array.entries(), 8u);
  }
  // The order of the Bitstring Status List (most significant first) is another.
  StatusArray array(2, 4);
  array.Set(0, 2);
  EXPECT_NE(static_cast<uint8_t>(array.bytes()[0]), 0x80);
}

std::string ArrayOf(int64_t bits, std::string_view list) {
  return CborMap({{CborText("bits"), CborInteger(bits)},
                  {CborText("lst"), CborBytes(list)}});
}

TEST(StatusArrayTest, UnpacksNoMoreThanIsAllowedAndNothingBroken) {
  const std::string bytes = WriteStatusArray(StatusArray(8, 1000));
  const Cbor map = *ReadCbor(bytes);
  EXPECT_TRUE(ReadStatusArray(map, 1000).ok());
  EXPECT_FALSE(ReadStatusArray(map, 999).ok());
  const std::string packed(map.Find("lst")->string);
  for (const int64_t bits : {0, 3, 5, 7, 9, -1, 16})
    EXPECT_FALSE(ReadStatusArray(*ReadCbor(ArrayOf(bits, packed)), 1000).ok());
  for (const std::string& bad :
       {packed + "x", packed.substr(0, packed.size() - 1), std::string()}) {
    EXPECT_FALSE(ReadStatusArray(*ReadCbor(ArrayOf(8, bad)), 1000).ok());
  }
  EXPECT_FALSE(ReadStatusArray(*ReadCbor(CborMap({})), 1000).ok());
}

TEST(StatusListTest, ATenthOfAPercentOfTheCityIsAFewHundredBytes) {
  StatusList list = World().lists[0];
  for (int i = 0; i < 200; ++i)
    list.statuses.Set(static_cast<uint32_t>(i) * 1307 % kStatusEntries, 1);
  EXPECT_LT(SignStatusList(list, *World().statuses).size(), 1000u);
}

}  // namespace
}  // namespace talentcard::code
