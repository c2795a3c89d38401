#include "engine/code/cbor.h"

#include <limits>
#include <random>

#include "absl/strings/escaping.h"
#include "gtest/gtest.h"
#include "tests/engine/code/rewritten.h"

namespace talentcard::code {
namespace {

struct Item {
  const char* name;
  std::string hex;
  bool good;
};

class CborItemTest : public testing::TestWithParam<Item> {};

TEST_P(CborItemTest, IsReadOnlyInItsOneForm) {
  const std::string bytes = absl::HexStringToBytes(GetParam().hex);
  const auto item = ReadCbor(bytes);
  EXPECT_EQ(item.ok(), GetParam().good) << item.status();
}

std::string Repeated(const char* hex, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += hex;
  return out;
}

INSTANTIATE_TEST_SUITE_P(
    Boundaries, CborItemTest,
    testing::ValuesIn<Item>({
        {"Nothing", "", false},
        {"ZeroInOneByte", "00", true},
        {"ZeroInTwoBytes", "1800", false},
        {"TwentyThreeInOneByte", "17", true},
        {"TwentyThreeInTwoBytes", "1817", false},
        {"TwentyFourInTwoBytes", "1818", true},
        {"TwoHundredFiftyFiveInTwoBytes", "18ff", true},
        {"TwoHundredFiftyFiveInThreeBytes", "1900ff", false},
        {"TwoHundredFiftySixInThreeBytes", "190100", true},
        {"SixtyFiveThousandInThreeBytes", "19ffff", true},
        {"SixtyFiveThousandInFiveBytes", "1a0000ffff", false},
        {"OneMoreInFiveBytes", "1a00010000", true},
        {"FourBillionInFiveBytes", "1affffffff", true},
        {"FourBillionInNineBytes", "1b00000000ffffffff", false},
        {"OneMoreInNineBytes", "1b0000000100000000", true},
        {"TheLargestInteger", "1b7fffffffffffffff", true},
        {"OneMoreIsTooLarge", "1b8000000000000000", false},
        {"TheSmallestInteger", "3b7fffffffffffffff", true},
        {"OneLessIsTooSmall", "3b8000000000000000", false},
        {"MinusOneNotShortest", "3800", false},
        {"ACutArgument", "19ff", false},
        {"AReservedLength", "1c", false},
        {"AnEmptyByteString", "40", true},
        {"AByteStringOfTwo", "420102", true},
        {"ACutByteString", "4201", false},
        {"ALengthBeyondTheBytes", "5b7fffffffffffffff", false},
        {"ALengthNotShortest", "580101", false},
        {"AnIndefiniteByteString", "5f4101ff", false},
        {"AText", "63e6be84", true},
        {"ATextThatIsNotUtf8", "62c0af", false},
        {"ATextWithASurrogate", "63eda080", false},
        {"AnIndefiniteText", "7f6161ff", false},
        {"AnEmptyArray", "80", true},
        {"AnIndefiniteArray", "9fff", false},
        {"AnArrayCutOff", "8201", false},
        {"SixteenElements", "90" + Repeated("00", 16), true},
        {"SeventeenElements", "91" + Repeated("00", 17), false},
        {"AMap", "a201020304", true},
        {"AnIndefiniteMap", "bf0102ff", false},
        {"KeysNotSorted", "a203040102", false},
        {"KeysNotUnique", "a201020102", false},
        {"IntegersBeforeTexts",
         "a3010220036161"
         "04",
         true},
        {"TextsBeforeIntegers",
         "a2616104"
         "0102",
         false},
        {"ShorterTextKeysFirst",
         "a2616200"
         "62616100",
         true},
        {"LongerTextKeysFirst",
         "a262616100"
         "616200",
         false},
        {"AMapWithoutItsLastValue", "a101", false},
        {"SixteenPairs",
         "b0000001000200030004000500060007000800090"
         "00a000b000c000d000e000f00",
         true},
        {"SeventeenPairs",
         "b1000001000200030004000500060007000800090"
         "00a000b000c000d000e000f001000",
         false},
        {"FourDeep", "8181818100", true},
        {"FiveDeep", "818181818100", false},
        {"ManyDeep", Repeated("81", 100000), false},
        {"TheTagOfCoseSign1", "d280", true},
        {"TheTagInside", "81d280", false},
        {"TheTagTwice", "d2d280", false},
        {"TheTagNotShortest", "d81280", false},
        {"AnotherTag", "d180", false},
        {"ManyTags", Repeated("d2", 100000), false},
        {"False", "f4", false},
        {"Null", "f6", false},
        {"AFloat", "fa47c35000", false},
        {"ABreakAlone", "ff", false},
        {"AByteAfterTheItem", "0000", false},
    }),
    [](const auto& test) { return std::string(test.param.name); });

TEST(CborTest, WritersWriteWhatTheReaderTakes) {
  const std::string bytes = CborMap(
      {{CborInteger(-70001), CborBytes("x")},
       {CborInteger(65535), CborMap({{CborText("uri"), CborText("澄")},
                                     {CborText("idx"), CborInteger(7)}})},
       {CborInteger(4), CborArray({CborInteger(-1), CborInteger(1 << 20)})}});
  const auto map = ReadCbor(bytes);
  ASSERT_TRUE(map.ok()) << map.status();
  EXPECT_EQ(map->pairs(), 3u);
  EXPECT_EQ(map->items[0].integer, 4);
  EXPECT_EQ(map->Find(4)->items[1].integer, 1 << 20);
  EXPECT_EQ(map->Find(65535)->Find("uri")->string, "澄");
  EXPECT_EQ(map->Find(-70001)->string, "x");
  EXPECT_EQ(map->Find(5), nullptr);
  EXPECT_EQ(map->Find("uri"), nullptr);
}

TEST(CborTest, EveryIntegerComesBack) {
  for (const int64_t value :
       {int64_t{0}, int64_t{-1}, int64_t{23}, int64_t{24}, int64_t{-24},
        int64_t{-25}, int64_t{1} << 32, std::numeric_limits<int64_t>::max(),
        std::numeric_limits<int64_t>::min()}) {
    const std::string bytes = CborInteger(value);
    EXPECT_EQ(ReadCbor(bytes)->integer, value);
  }
}

TEST(CborTest, WhateverIsReadIsWrittenTheSameAgain) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  // Heads likely to be valid, so that a share of the texts is read.
  const std::string heads =
      absl::HexStringToBytes("0001171818202038404142616280818283a0a1a2d2");
  int read = 0;
  for (int i = 0; i < 200000; ++i) {
    std::string bytes(1 + random() % 12, '\0');
    for (char& c : bytes) {
      c = random() % 4 == 0 ? static_cast<char>(random())
                            : heads[random() % heads.size()];
    }
    const auto item = ReadCbor(bytes);
    if (!item.ok()) continue;
    ++read;
    EXPECT_EQ(Rewritten(*item), bytes) << absl::BytesToHexString(bytes);
  }
  EXPECT_GT(read, 1000);
}

}  // namespace
}  // namespace talentcard::code
