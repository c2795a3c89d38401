#include "services/store/keys.h"

#include <random>
#include <tuple>

#include "gtest/gtest.h"

namespace talentcard::store {
namespace {

TEST(KeysTest, OrderByTheirParts) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937_64 random(seed);
  const auto part = [&] {
    std::string text(random() % 3, 'a');
    for (char& c : text) c = static_cast<char>('a' + random() % 3);
    return text;
  };
  for (int i = 0; i < 20000; ++i) {
    const auto a = std::make_tuple(part(), random() % 4, part());
    const auto b = std::make_tuple(part(), random() % 4, part());
    const auto key = [](const auto& t) {
      return Key(Table::kPlaces)
          .Add(std::get<0>(t))
          .Add(uint64_t{std::get<1>(t)})
          .Add(std::get<2>(t))
          .bytes();
    };
    ASSERT_EQ(a < b, key(a) < key(b));
  }
}

TEST(KeysTest, APrefixHoldsItsPartsAndNothingElse) {
  const Key holder = Key(Table::kCardsOfHolder).Add("ab");
  const std::string inside =
      Key(Table::kCardsOfHolder).Add("ab").Add("c").bytes();
  const std::string outside = Key(Table::kCardsOfHolder).Add("abc").bytes();
  EXPECT_TRUE(holder.First() <= inside && inside < holder.Last());
  EXPECT_FALSE(holder.First() <= outside && outside < holder.Last());
}

TEST(KeysTest, NumbersSurvive) {
  for (uint64_t n : {uint64_t{0}, uint64_t{255}, uint64_t{256}, ~uint64_t{0}}) {
    std::string bytes;
    AppendNumber(n, bytes);
    EXPECT_EQ(ReadNumber(bytes, 0), n);
  }
}

TEST(KeysTest, ThePrefixEndIsTheNextPrefix) {
  EXPECT_EQ(PrefixEnd("a"), "b");
  EXPECT_EQ(PrefixEnd("a\xFF\xFF"), "b");
}

}  // namespace
}  // namespace talentcard::store
