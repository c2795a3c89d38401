#include "services/store/memo.h"

#include <atomic>
#include <random>
#include <thread>

#include "gtest/gtest.h"
#include "services/store/keys.h"
#include "services/store/writer.h"
#include "tests/services/store/databases.h"

namespace talentcard::store {
namespace {

// A database whose writer tells stamps, and texts computed from its rows.
class MemoTest : public DatabaseSuite {
 protected:
  // Puts a row, or deletes it if there is no value.
  void Write(const Key& key, std::optional<std::string_view> value) {
    ASSERT_TRUE(writer_
                    .Run([&](Transaction& t) {
                      if (value) {
                        t.Put(key, *value);
                      } else {
                        t.Delete(key);
                      }
                      return absl::OkStatus();
                    })
                    .ok());
  }

  uint64_t Revision(const Reader& reader) {
    const auto row = reader.Get(Key(Table::kRevision));
    return row->has_value() ? ReadNumber(**row, 0) : 0;
  }

  // A row, joined to all rows behind an index key.
  static absl::StatusOr<std::shared_ptr<const std::string>> Join(
      const Reader& reader) {
    ASSIGN_OR_RETURN(const auto row, reader.Get(Key(Table::kPerson).Add("a")));
    auto text = std::make_shared<std::string>(row.value_or("-"));
    const Key cards = Key(Table::kCardsOfHolder).Add("a");
    RETURN_IF_ERROR(reader.Scan(cards.First(), cards.Last(),
                                [&](std::string_view key, std::string_view) {
                                  *text += key.substr(cards.First().size());
                                  return true;
                                }));
    return text;
  }

  std::string Ask(const Reader& snapshot) {
    return **memo_.Get("a", snapshot, Revision(snapshot),
                       [this](const Reader& reader) {
                         ++made_;
                         return Join(reader);
                       });
  }
  std::string AskNow() { return Ask(*database_->TakeSnapshot()); }

  Stamps stamps_;
  Memo<std::string> memo_{stamps_, 64};
  std::atomic<int> made_ = 0;
  Writer writer_{*database_,
                 {.on_fatal = [](const absl::Status&) { FAIL(); },
                  .now_ms = [] { return int64_t{0}; },
                  .stamps = &stamps_}};
};

TEST_P(MemoTest, IsComputedOnceWhileNothingItReadChanges) {
  Write(Key(Table::kPerson).Add("a"), "A");
  EXPECT_EQ(AskNow(), "A");
  Write(Key(Table::kPerson).Add("b"), "B");
  Write(Key(Table::kCardsOfHolder).Add("b").Add("1"), "");
  EXPECT_EQ(AskNow(), "A");
  EXPECT_EQ(made_, 1);
}

TEST_P(MemoTest, EveryChangeOfWhatItReadIsSeen) {
  EXPECT_EQ(AskNow(), "-");
  const struct {
    Key key;
    std::optional<std::string_view> value;
    const char* expected;
  } kChanges[] = {
      {Key(Table::kPerson).Add("a"), "A", "A"},
      {Key(Table::kCardsOfHolder).Add("a").Add("1"), "", "A1"},
      {Key(Table::kCardsOfHolder).Add("a").Add("2"), "", "A12"},
      {Key(Table::kCardsOfHolder).Add("a").Add("1"), std::nullopt, "A2"},
      {Key(Table::kPerson).Add("a"), "B", "B2"},
      {Key(Table::kPerson).Add("a"), std::nullopt, "-2"},
  };
  for (const auto& change : kChanges) {
    Write(change.key, change.value);
    EXPECT_EQ(AskNow(), change.expected);
  }
  EXPECT_EQ(made_, 7);
}

TEST_P(MemoTest, AnOlderSnapshotNeverGetsWhatIsNewer) {
  Write(Key(Table::kPerson).Add("a"), "old");
  const auto before = database_->TakeSnapshot();
  Write(Key(Table::kPerson).Add("a"), "new");
  EXPECT_EQ(AskNow(), "new");
  EXPECT_EQ(Ask(*before), "old");
  EXPECT_EQ(AskNow(), "new");
}

TEST_P(MemoTest, WhatReadsWithoutBoundIsNotKept) {
  const auto count = [&](const Reader& reader)
      -> absl::StatusOr<std::shared_ptr<const std::string>> {
    ++made_;
    int rows = 0;
    RETURN_IF_ERROR(reader.Scan("p", "q", [&](auto, auto) { return ++rows; }));
    return std::make_shared<const std::string>(std::to_string(rows));
  };
  for (const char* expected : {"0", "1", "2"}) {
    const auto snapshot = database_->TakeSnapshot();
    EXPECT_EQ(**memo_.Get("n", *snapshot, Revision(*snapshot), count),
              expected);
    Write(Key(Table::kPerson).Add(expected), "");
  }
  EXPECT_EQ(made_, 3);
}

TEST_P(MemoTest, KeepsAboutAsManyAsItIsTold) {
  const auto make =
      [&](const Reader&) -> absl::StatusOr<std::shared_ptr<const std::string>> {
    ++made_;
    return std::make_shared<const std::string>();
  };
  const auto snapshot = database_->TakeSnapshot();
  std::vector<std::weak_ptr<const std::string>> all;
  for (int i = 0; i < 1000; ++i)
    all.push_back(*memo_.Get(std::to_string(i), *snapshot, 0, make));
  const auto alive = std::count_if(
      all.begin(), all.end(), [](const auto& one) { return !one.expired(); });
  EXPECT_LE(alive, 64);
  EXPECT_GE(alive, 32);
}

TEST_P(MemoTest, AFailureIsNotKept) {
  int calls = 0;
  const auto fail =
      [&](const Reader&) -> absl::StatusOr<std::shared_ptr<const std::string>> {
    ++calls;
    return absl::DataLossError("damaged");
  };
  const auto snapshot = database_->TakeSnapshot();
  for (int i = 0; i < 2; ++i)
    EXPECT_TRUE(absl::IsDataLoss(memo_.Get("a", *snapshot, 0, fail).status()));
  EXPECT_EQ(calls, 2);
}

// Readers race the writer; every answer must be the one its own snapshot gives.
TEST_P(MemoTest, UnderConcurrentWritesEveryAnswerIsThatOfItsSnapshot) {
  std::atomic<bool> done = false;
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      while (!done) {
        const auto snapshot = database_->TakeSnapshot();
        EXPECT_EQ(Ask(*snapshot), **Join(*snapshot));
      }
    });
  }
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  for (int i = 0; i < 400; ++i) {
    const std::string card = std::to_string(random() % 4);
    if (random() % 2 == 0) {
      Write(Key(Table::kPerson).Add("a"), std::to_string(i));
    } else {
      Write(Key(Table::kCardsOfHolder).Add("a").Add(card),
            random() % 2 == 0 ? std::optional<std::string_view>("")
                              : std::nullopt);
    }
  }
  done = true;
  for (std::thread& reader : readers) reader.join();
}

INSTANTIATE_TEST_SUITE_P(Databases, MemoTest,
                         testing::Values(Kind::kMemory, Kind::kRocksDb),
                         KindName);

}  // namespace
}  // namespace talentcard::store
