#include "services/restore/order.h"

#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace talentcard::restore {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

store::SecretKey KeyOf(uint8_t byte) {
  store::SecretKey key;
  key.bytes.fill(byte);
  return key;
}

Order AnOrder() {
  Order order;
  order.genesis.origin = "card.example/log-2";
  order.genesis.predecessor = {"card.example/log", 1234, {}};
  order.genesis.predecessor.root.fill(7);
  order.size = 1200;
  order.root.fill(8);
  order.reason = "机房进水，最近的备份是昨晚的";
  return order;
}

// Wang's key is 1, Li's 2; nobody else has one.
absl::StatusOr<std::optional<std::string>> KeyOnRecord(std::string_view staff) {
  const int byte = staff == "staff/wang" ? 1 : staff == "staff/li" ? 2 : 0;
  if (byte == 0) return std::nullopt;
  const Ed25519Key key(KeyOf(static_cast<uint8_t>(byte)).bytes);
  return std::string(key.public_key().begin(), key.public_key().end());
}

std::set<std::string> Signers(const std::string& note) {
  const auto read = ReadSigned(note, KeyOnRecord);
  EXPECT_TRUE(read.ok()) << read.status();
  return read.ok() ? read->staff : std::set<std::string>();
}

TEST(OrderTest, IsReadAsItWasWritten) {
  const auto read = Order::Parse(AnOrder().Text());
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->Text(), AnOrder().Text());
  EXPECT_EQ(read->genesis.predecessor.size, 1234u);
  EXPECT_EQ(read->reason, AnOrder().reason);
}

TEST(OrderTest, WhatIsNoneIsRefused) {
  const std::string good = AnOrder().Text();
  const std::vector<std::pair<const char*, std::string>> cases = {
      {"nothing", ""},
      {"a line is missing", good.substr(good.find('\n') + 1)},
      {"a line too many", good + "more\n"},
      {"no newline at the end", good.substr(0, good.size() - 1)},
      {"another heading", absl::StrReplaceAll(good, {{"/v1", "/v2"}})},
      {"a number written in two ways",
       absl::StrReplaceAll(good, {{"1200", "01200"}})},
      {"more left than there was",
       absl::StrReplaceAll(good, {{"1200", "1235"}})},
      {"the name stays", absl::StrReplaceAll(good, {{"log-2", "log"}})},
      {"a space in the name", absl::StrReplaceAll(good, {{"log-2", "lo g"}})},
      {"no name", absl::StrReplaceAll(good, {{"card.example/log-2", ""}})},
      {"no reason", absl::StrReplaceAll(good, {{AnOrder().reason, ""}})},
  };
  for (const auto& [name, text] : cases)
    EXPECT_TRUE(absl::IsInvalidArgument(Order::Parse(text).status())) << name;
}

TEST(OrderTest, WhoSignsIsCountedOnceAndByTheirOwnKey) {
  const std::string text = AnOrder().Text();
  const std::string one = *Sign(text, "staff/wang", KeyOf(1));
  const std::string two = *Sign(one, "staff/li", KeyOf(2));
  EXPECT_THAT(Signers(one), ElementsAre("staff/wang"));
  EXPECT_THAT(Signers(two), ElementsAre("staff/li", "staff/wang"));
  EXPECT_THAT(Signers(*Sign(one, "staff/wang", KeyOf(1))),
              ElementsAre("staff/wang"));
  EXPECT_THAT(Signers(*Sign(one, "staff/li", KeyOf(1))),
              ElementsAre("staff/wang"))
      << "in another's name";
  EXPECT_THAT(Signers(*Sign(one, "staff/zhao", KeyOf(3))),
              ElementsAre("staff/wang"))
      << "whose key nobody knows";
}

TEST(OrderTest, AnotherOrderIsSignedByNobody) {
  const std::string note = *Sign(
      *Sign(AnOrder().Text(), "staff/wang", KeyOf(1)), "staff/li", KeyOf(2));
  EXPECT_THAT(Signers(absl::StrReplaceAll(note, {{"1200 ", "1199 "}})),
              IsEmpty());
}

TEST(OrderTest, OnlyAnOrderIsSignedAndOnlyByAName) {
  EXPECT_FALSE(
      Sign("chengzhou/ruling/v1\n00\napprove\n", "staff/wang", KeyOf(1)).ok());
  EXPECT_FALSE(Sign(AnOrder().Text(), "staff/wang li", KeyOf(1)).ok());
  EXPECT_FALSE(Sign(AnOrder().Text(), "", KeyOf(1)).ok());
}

}  // namespace
}  // namespace talentcard::restore
