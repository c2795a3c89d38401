#include "services/store/purge.h"

#include "gmock/gmock.h"
#include "services/store/keys.h"
#include "services/store/sealing.h"
#include "tests/services/store/databases.h"

namespace talentcard::store {
namespace {

class PurgeTest : public DatabaseSuite {
 protected:
  void Write(const std::vector<Mutation>& mutations) {
    const auto body = [&](Transaction& t) {
      for (const Mutation& m : mutations) {
        m.value ? t.Put(m.key, *m.value) : t.Delete(m.key);
      }
      return absl::OkStatus();
    };
    ASSERT_TRUE(writer_.Run(body).ok());
  }
  std::string RowOf(const char* person) {
    return Key(Table::kPersonKey).Add(person).bytes();
  }

  Writer writer_{*database_,
                 {.on_fatal = [](const absl::Status& s) { ADD_FAILURE() << s; },
                  .now_ms = [] { return int64_t{1}; }}};
  SeededRandom random_{42};
  const Vault vault_{SecretKey{}, random_};
};

TEST_P(PurgeTest, KeepsWhatIsThere) {
  Write({{"a", "1"}, {"b", "2"}, {"c", "3"}});
  Write({{"a", "4"}, {"b", std::nullopt}});
  ASSERT_TRUE(database_->Purge("a", "c").ok());
  EXPECT_EQ(**database_->Latest().Get("a"), "4");
  EXPECT_FALSE(database_->Latest().Get("b")->has_value());
  EXPECT_EQ(**database_->Latest().Get("c"), "3");
}

TEST_P(PurgeTest, OfADestroyedKeyNoFileHoldsABit) {
  const auto run = [&](const Writer::Body& body) {
    ASSERT_TRUE(writer_.Run(body).ok());
  };
  for (const char* person : {"anna", "bert", "cora"}) {
    run([&](Transaction& t) {
      return vault_.PersonKeyOrNew(t, person).status();
    });
  }
  const std::string gone = **database_->Latest().Get(RowOf("bert"));
  const std::string kept = **database_->Latest().Get(RowOf("cora"));
  run([&](Transaction& t) {
    vault_.DestroyPersonKey(t, "bert");
    RequestPurge(t);
    return absl::OkStatus();
  });
  const bool on_disk = GetParam() == Kind::kRocksDb;
  EXPECT_EQ(AnyFileHolds(directory_.path(), gone), on_disk);
  ASSERT_TRUE(PurgeIfRequested(*database_, writer_).ok());
  EXPECT_FALSE(AnyFileHolds(directory_.path(), gone));
  EXPECT_EQ(AnyFileHolds(directory_.path(), kept), on_disk);
  EXPECT_TRUE(vault_.PersonKey(database_->Latest(), "cora").ok());
  EXPECT_TRUE(
      absl::IsNotFound(vault_.PersonKey(database_->Latest(), "bert").status()));
  EXPECT_TRUE(*vault_.IsDestroyed(database_->Latest(), "bert"));
  EXPECT_FALSE(
      database_->Latest().Get(Key(Table::kPurge).bytes())->has_value());
}

TEST_P(PurgeTest, WaitsForReadersOfTheTimeBefore) {
  Write({{RowOf("anna"), "secret"}});
  auto before = database_->TakeSnapshot();
  Write({{RowOf("anna"), std::nullopt}});
  const Key keys(Table::kPersonKey);
  if (GetParam() == Kind::kRocksDb) {
    EXPECT_TRUE(
        absl::IsUnavailable(database_->Purge(keys.First(), keys.Last())));
    EXPECT_EQ(**before->Get(RowOf("anna")), "secret");
  }
  before.reset();
  EXPECT_TRUE(database_->Purge(keys.First(), keys.Last()).ok());
  EXPECT_FALSE(AnyFileHolds(directory_.path(), "secret"));
}

TEST_P(PurgeTest, UnaskedDoesNothing) {
  ASSERT_TRUE(PurgeIfRequested(*database_, writer_).ok());
  EXPECT_EQ(writer_.Durable().revision, 0u);
}

INSTANTIATE_TEST_SUITE_P(Every, PurgeTest,
                         testing::Values(Kind::kMemory, Kind::kRocksDb),
                         KindName);

}  // namespace
}  // namespace talentcard::store
