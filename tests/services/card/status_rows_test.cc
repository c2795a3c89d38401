#include "services/card/status_rows.h"

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "services/store/memory/memory_database.h"
#include "services/store/writer.h"

namespace talentcard::card {
namespace {

using code::CardStatus;

// Draws what it is told.
class TellingRandom : public store::Random {
 public:
  void Fill(std::span<uint8_t> out) override {
    for (size_t i = 0; i < out.size(); ++i) out[i] = bytes[i % 3];
  }
  uint8_t bytes[3] = {0, 0, 0};
};

class StatusRowsTest : public testing::Test {
 protected:
  // Records of a change, without its leaf.
  class Records : public store::StateWriter {
   public:
    explicit Records(store::Transaction& transaction)
        : transaction_(transaction) {}
    absl::Status Put(store::Table table, std::string_view id,
                     std::string_view payload) override {
      return store::WriteVersion(transaction_, table, id, 1, payload);
    }

   private:
    store::Transaction& transaction_;
  };

  static v1::Card Card(int number, v1::Card::State state = v1::Card::ACTIVE) {
    v1::Card card;
    card.set_name(absl::StrCat("cards/", number));
    card.set_state(state);
    return card;
  }
  uint64_t Number(const v1::Card& card) {
    uint64_t number = 0;
    EXPECT_TRUE(writer_
                    .Run([&](store::Transaction& t) {
                      Records records(t);
                      const auto drawn = NumberOrNew(t, records, random_, card);
                      number = drawn.value_or(0);
                      return drawn.status();
                    })
                    .ok());
    return number;
  }
  void Mark(const v1::Card& card) {
    EXPECT_TRUE(writer_
                    .Run([&](store::Transaction& t) {
                      Records records(t);
                      return MarkStatus(t, records, card);
                    })
                    .ok());
  }
  CardStatus StatusAt(uint64_t number) const {
    const auto lists = ReadStatusLists(database_.Latest());
    EXPECT_TRUE(lists.ok()) << lists.status();
    const StatusPlace place = PlaceOf(number);
    for (const code::StatusList& list : *lists) {
      if (list.uri == place.uri)
        return static_cast<CardStatus>(list.statuses.Get(place.index));
    }
    ADD_FAILURE() << "no list " << place.uri;
    return CardStatus::kValid;
  }

  TellingRandom random_;
  store::MemoryDatabase database_;
  store::Writer writer_{database_,
                        {.on_fatal = [](const absl::Status&) {},
                         .now_ms = [this] { return ++now_ms_; }}};
  int64_t now_ms_ = 0;
};

TEST_F(StatusRowsTest, ACardKeepsItsNumberAndTwoNeverShareOne) {
  EXPECT_EQ(Number(Card(1)), 0u);
  EXPECT_EQ(Number(Card(1)), 0u);
  // The place drawn again and again is taken: the next list is begun.
  EXPECT_EQ(Number(Card(2)), uint64_t{code::kStatusEntries});
  EXPECT_EQ(Number(Card(3)), 2 * uint64_t{code::kStatusEntries});
  random_.bytes[2] = 1;
  EXPECT_EQ(Number(Card(4)), 1u);
}

TEST_F(StatusRowsTest, NumbersReachTheEndsOfAList) {
  random_.bytes[0] = random_.bytes[1] = random_.bytes[2] = 0xFF;
  EXPECT_EQ(Number(Card(1)), uint64_t{code::kStatusEntries} - 1);
  EXPECT_EQ(PlaceOf(code::kStatusEntries - 1).uri, "cz:s/0");
  EXPECT_EQ(PlaceOf(code::kStatusEntries).uri, "cz:s/1");
  EXPECT_EQ(PlaceOf(code::kStatusEntries).index, 0u);
}

TEST_F(StatusRowsTest, AMarkFollowsTheStateOfTheCard) {
  const uint64_t number = Number(Card(1));
  for (const auto& [state, status] :
       {std::pair{v1::Card::SUSPENDED, CardStatus::kSuspended},
        {v1::Card::ACTIVE, CardStatus::kValid},
        {v1::Card::LOST, CardStatus::kSuspended},
        {v1::Card::CANCELLED, CardStatus::kRevoked},
        {v1::Card::REPLACED, CardStatus::kRevoked},
        {v1::Card::REVOKED, CardStatus::kRevoked}}) {
    Mark(Card(1, state));
    EXPECT_EQ(StatusAt(number), status) << v1::Card::State_Name(state);
  }
}

TEST_F(StatusRowsTest, AMarkOnALaterListIsFound) {
  Number(Card(1));
  const uint64_t number = Number(Card(2));
  Mark(Card(2, v1::Card::REVOKED));
  EXPECT_EQ(StatusAt(number), CardStatus::kRevoked);
  EXPECT_EQ(StatusAt(0), CardStatus::kValid);
}

TEST_F(StatusRowsTest, ACardThatNeverShowedACodeTakesNoPlace) {
  Mark(Card(1, v1::Card::REVOKED));
  const auto lists = ReadStatusLists(database_.Latest());
  ASSERT_TRUE(lists.ok()) << lists.status();
  ASSERT_EQ(lists->size(), 1u);
  EXPECT_EQ((*lists)[0].statuses,
            code::StatusArray(code::kStatusBits, code::kStatusEntries));
}

}  // namespace
}  // namespace talentcard::card
