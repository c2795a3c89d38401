#include <map>
#include <random>
#include <thread>

#include "gmock/gmock.h"
#include "tests/services/store/databases.h"

namespace talentcard::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

using Rows = std::vector<std::pair<std::string, std::string>>;

Rows All(const Reader& reader, std::string_view begin, std::string_view end,
         bool backwards = false) {
  Rows rows;
  const Reader::Visitor visit = [&](std::string_view key,
                                    std::string_view value) {
    rows.emplace_back(key, value);
    return true;
  };
  EXPECT_TRUE((backwards ? reader.ScanBackwards(begin, end, visit)
                         : reader.Scan(begin, end, visit))
                  .ok());
  return rows;
}

class DatabaseTest : public DatabaseSuite {
 protected:
  void Write(std::vector<Mutation> mutations) {
    ASSERT_TRUE(database_->WriteSynced(mutations).ok());
  }
};

TEST_P(DatabaseTest, GivesBackWhatWasWritten) {
  Write({{"a", "1"}, {"", "empty key"}, {"b", ""}});
  EXPECT_EQ(**database_->Latest().Get("a"), "1");
  EXPECT_EQ(**database_->Latest().Get(""), "empty key");
  EXPECT_EQ(**database_->Latest().Get("b"), "");
  EXPECT_FALSE(database_->Latest().Get("c")->has_value());
}

TEST_P(DatabaseTest, AppliesMutationsInOrder) {
  Write({{"a", "1"},
         {"a", std::nullopt},
         {"a", "2"},
         {"b", "1"},
         {"b", std::nullopt}});
  EXPECT_EQ(**database_->Latest().Get("a"), "2");
  EXPECT_FALSE(database_->Latest().Get("b")->has_value());
}

TEST_P(DatabaseTest, ScansHalfOpenRangesBothWays) {
  Write({{"a", "1"},
         {"b", "2"},
         {std::string("b\0", 2), "3"},
         {"c", "4"},
         {"\xFF", "5"}});
  EXPECT_THAT(All(database_->Latest(), "a", "c"),
              ElementsAre(Pair("a", "1"), Pair("b", "2"),
                          Pair(std::string("b\0", 2), "3")));
  EXPECT_THAT(All(database_->Latest(), "a", "c", true),
              ElementsAre(Pair(std::string("b\0", 2), "3"), Pair("b", "2"),
                          Pair("a", "1")));
  EXPECT_THAT(All(database_->Latest(), "b", "b"), IsEmpty());
  EXPECT_THAT(All(database_->Latest(), "c", "\xFF"),
              ElementsAre(Pair("c", "4")));
  EXPECT_THAT(All(database_->Latest(), "c", "\xFF", true),
              ElementsAre(Pair("c", "4")));
}

TEST_P(DatabaseTest, EndsAScanWhenTheVisitorSaysSo) {
  Write({{"a", "1"}, {"b", "2"}});
  int visits = 0;
  ASSERT_TRUE(database_->Latest()
                  .Scan("a", "z", [&](auto, auto) { return ++visits, false; })
                  .ok());
  EXPECT_EQ(visits, 1);
}

TEST_P(DatabaseTest, ASnapshotStaysAsItWas) {
  Write({{"a", "1"}, {"b", "1"}});
  const auto snapshot = database_->TakeSnapshot();
  Write({{"a", "2"}, {"b", std::nullopt}, {"c", "2"}});
  EXPECT_EQ(**snapshot->Get("a"), "1");
  EXPECT_THAT(All(*snapshot, "", "z"),
              ElementsAre(Pair("a", "1"), Pair("b", "1")));
  EXPECT_THAT(All(database_->Latest(), "", "z"),
              ElementsAre(Pair("a", "2"), Pair("c", "2")));
}

TEST_P(DatabaseTest, HoldsLargeValues) {
  const std::string large(3 << 20, 'x');
  Write({{"large", large}});
  EXPECT_EQ(**database_->Latest().Get("large"), large);
}

TEST_P(DatabaseTest, AgreesWithAPlainMapOnRandomWrites) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  std::map<std::string, std::string> model;
  for (int round = 0; round < 60; ++round) {
    std::vector<Mutation> mutations;
    for (int i = 0; i < 20; ++i) {
      std::string key(random() % 3, '\0');
      for (char& c : key) c = static_cast<char>(random() % 4 * 85);
      if (random() % 3 == 0) {
        mutations.push_back({key, std::nullopt});
        model.erase(key);
      } else {
        mutations.push_back({key, std::to_string(random())});
        model[key] = *mutations.back().value;
      }
    }
    Write(mutations);
    Rows expected(model.begin(), model.end());
    ASSERT_EQ(All(database_->Latest(), "", "\xFF\xFF\xFF\xFF"), expected);
    std::reverse(expected.begin(), expected.end());
    ASSERT_EQ(All(database_->Latest(), "", "\xFF\xFF\xFF\xFF", true), expected);
  }
}

TEST_P(DatabaseTest, ReadersRunBesideTheWriter) {
  Write({{"n", "0"}});
  std::atomic<bool> stop = false;
  std::thread reader([&] {
    int last = 0;
    while (!stop) {
      const int now = std::stoi(**database_->Latest().Get("n"));
      EXPECT_GE(now, last);
      last = now;
    }
  });
  for (int i = 1; i <= 200; ++i) Write({{"n", std::to_string(i)}});
  stop = true;
  reader.join();
}

INSTANTIATE_TEST_SUITE_P(Every, DatabaseTest,
                         testing::Values(Kind::kMemory, Kind::kRocksDb),
                         KindName);

TEST(RocksDbTest, KeepsWhatWasWrittenAcrossARestart) {
  TemporaryDirectory directory;
  {
    auto database = OpenRocksDb(directory.path());
    ASSERT_TRUE((*database)->WriteSynced({{"a", "1"}}).ok());
  }
  auto database = OpenRocksDb(directory.path());
  EXPECT_EQ(**(*database)->Latest().Get("a"), "1");
}

TEST(RocksDbTest, ASecondProcessIsRefused) {
  TemporaryDirectory directory;
  auto first = OpenRocksDb(directory.path());
  ASSERT_TRUE(first.ok());
  const absl::Status second = OpenRocksDb(directory.path()).status();
  EXPECT_EQ(second.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(second.message(), testing::HasSubstr("another process uses"));
}

}  // namespace
}  // namespace talentcard::store
