#include "services/ledger/change.h"

#include <set>

#include "engine/status_macros.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/ledger/batch.h"
#include "services/ledger/checkpoint.h"
#include "services/ledger/rows.h"
#include "services/ledger/tree.h"
#include "services/ledger/verify.h"
#include "services/store/memory/memory_database.h"
#include "services/store/writer.h"

namespace talentcard::ledger {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

store::SecretKey KeyOf(uint8_t byte) {
  store::SecretKey key;
  key.bytes.fill(byte);
  return key;
}

class ChangeTest : public testing::Test {
 protected:
  const std::string alice_ = std::string(32, 'a');
  const std::string bob_ = std::string(32, 'b');

  // One change of a card of `subject`.
  uint64_t ChangeCard(const std::string& subject, std::string_view id,
                      std::string_view payload) {
    uint64_t index = 0;
    EXPECT_TRUE(writer_
                    .Run([&](store::Transaction& t) {
                      auto change = Change::Begin(t, vault_);
                      index = change->log_index();
                      EXPECT_TRUE(
                          change->Put(store::Table::kCard, id, payload).ok());
                      Account account;
                      account.subject = subject;
                      account.actor = "clerk";
                      account.facts = "why";
                      return change->Finish(account);
                    })
                    .ok());
    return index;
  }

  // As a service does it: the leaf comes with the destroyed key.
  void Erase(const std::string& person) {
    EXPECT_TRUE(writer_
                    .Run([&](store::Transaction& t) {
                      vault_.DestroyPersonKey(t, person);
                      Account account;
                      account.kind = LeafKind::kErasure;
                      return Change::Begin(t, vault_)->Finish(account);
                    })
                    .ok());
  }

  VerifyReport Verify() {
    auto report = VerifyLog(database_.Latest(), vault_, signer_.verifier());
    EXPECT_TRUE(report.ok()) << report.status();
    return *report;
  }

  void Overwrite(std::string key, std::optional<std::string> value) {
    ASSERT_TRUE(
        database_.WriteSynced({{std::move(key), std::move(value)}}).ok());
  }

  store::MemoryDatabase database_;
  store::SeededRandom random_{1};
  store::Vault vault_{KeyOf(5), random_};
  NoteSigner signer_{"test.example/log", KeyOf(6)};
  store::Writer writer_{database_,
                        {.on_fatal = [](const absl::Status&) { FAIL(); },
                         .now_ms = [] { return 1; }}};
  Checkpointer checkpointer_{database_, writer_, signer_};
};

TEST_F(ChangeTest, AnEntryOpensToWhatItCommitsTo) {
  const uint64_t index = ChangeCard(alice_, "card1", "one");
  const auto leaf =
      Leaf::Parse(*Tree(database_.Latest(), index + 1).Entry(index));
  const auto opening = OpenEntry(database_.Latest(), vault_, index, *leaf);
  ASSERT_TRUE(opening.ok()) << opening.status();
  EXPECT_EQ(opening->facts, "why");
  EXPECT_TRUE(StateHolds(opening->state, store::Table::kCard, "card1", "one"));
  EXPECT_FALSE(StateHolds(opening->state, store::Table::kCard, "card1", "two"));
  EXPECT_FALSE(StateHolds(opening->state, store::Table::kCard, "card2", "one"));
}

TEST_F(ChangeTest, AWholeLogVerifies) {
  for (int i = 0; i < 300; ++i) {
    ChangeCard(i % 2 ? alice_ : bob_, "card" + std::to_string(i % 7),
               std::to_string(i));
    if (i % 50 == 0) {
      ASSERT_TRUE(checkpointer_.Update().ok());
    }
  }
  const VerifyReport report = Verify();
  EXPECT_THAT(report.differences, IsEmpty());
  EXPECT_EQ(report.leaves, 300u);
  EXPECT_EQ(report.records, 7u);
  EXPECT_EQ(report.checkpoints, 6u);
}

TEST_F(ChangeTest, AnEditedEntryIsNamed) {
  for (int i = 0; i < 300; ++i)
    ChangeCard(alice_, "card" + std::to_string(i), "x");
  ASSERT_TRUE(checkpointer_.Update().ok());
  Leaf leaf = *Leaf::Parse(**database_.Latest().Get(EntryRow(100)));
  ++leaf.time_ms;
  Overwrite(EntryRow(100), leaf.Encode());
  EXPECT_THAT(
      Verify().differences,
      testing::AllOf(testing::Contains("entry `100` differs from tile `0/0`"),
                     testing::Contains(
                         testing::StartsWith("entry `100` is not the one"))));
}

TEST_F(ChangeTest, AnEditedEntryIsNamedThoughNoTileNorCheckpointCoversIt) {
  for (int i = 0; i < 9; ++i)
    ChangeCard(alice_, "card" + std::to_string(i), "x");
  Leaf leaf = *Leaf::Parse(**database_.Latest().Get(EntryRow(4)));
  ++leaf.time_ms;
  Overwrite(EntryRow(4), leaf.Encode());
  EXPECT_THAT(Verify().differences,
              ElementsAre(HasSubstr("an entry from `0` to `8` was changed"),
                          testing::StartsWith("entry `4` is not the one")));
}

TEST_F(ChangeTest, ARecordPutBackToAnOlderVersionIsNamed) {
  ChangeCard(alice_, "card1", "in force");
  const std::string key = store::Key(store::Table::kCard).Add("card1").bytes();
  const std::string row = **database_.Latest().Get(key);
  ChangeCard(alice_, "card1", "revoked");
  Overwrite(key, row);
  EXPECT_THAT(Verify().differences,
              ElementsAre("record `c/card1` was put back to entry `0` after "
                          "entry `1` changed it"));
}

TEST_F(ChangeTest, AnEditedOlderVersionIsNamed) {
  for (const char* payload : {"one", "two", "three"})
    ChangeCard(alice_, "card1", payload);
  EXPECT_EQ(Verify().older, 2u);
  const std::string key = store::Key(store::Table::kHistory)
                              .Add("c")
                              .Add("card1")
                              .Add(uint64_t{1})
                              .bytes();
  const std::string good = **database_.Latest().Get(key);
  std::string bad = good;
  bad.back() ^= 1;
  Overwrite(key, bad);
  EXPECT_THAT(
      Verify().differences,
      ElementsAre(
          "record `c/card1`: entry `0` committed to another older version"));
  bad = good;
  bad[8] = 9;  // A revision that would send a reader in circles.
  Overwrite(key, bad);
  EXPECT_THAT(Verify().differences,
              ElementsAre("an older version of record `c/card1` is malformed"));
  Overwrite(key, "");
  EXPECT_THAT(Verify().differences,
              ElementsAre("an older version of record `c/card1` is malformed"));
}

TEST_F(ChangeTest, AMissingRecordIsNamed) {
  ChangeCard(alice_, "card1", "one");
  Overwrite(store::Key(store::Table::kCard).Add("card1").bytes(), std::nullopt);
  EXPECT_THAT(
      Verify().differences,
      ElementsAre(HasSubstr("`c/card1`, written by entry `0`, is missing")));
}

TEST_F(ChangeTest, AMalformedRecordOrHeadIsNamed) {
  ChangeCard(alice_, "card1", "one");
  Overwrite(store::Key(store::Table::kCard).Add("card1").bytes(), "?");
  EXPECT_THAT(Verify().differences,
              testing::Contains("record `c/card1` is malformed"));
  Overwrite(HeadRow(), "?");
  EXPECT_THAT(Verify().differences, testing::Contains("the head is malformed"));
}

TEST_F(ChangeTest, AnEntryHiddenFromItsSubjectIsNamed) {
  ChangeCard(alice_, "card1", "one");
  Overwrite(SubjectRows(alice_).Add(uint64_t{0}).bytes(), std::nullopt);
  EXPECT_THAT(Verify().differences,
              ElementsAre("entry `0` is not listed under its subject"));
}

TEST_F(ChangeTest, AnEditedOrRemovedOpeningIsNamed) {
  ChangeCard(alice_, "card1", "one");
  std::string row = **database_.Latest().Get(OpeningRow(0));
  row.back() ^= 1;
  Overwrite(OpeningRow(0), row);
  EXPECT_THAT(Verify().differences,
              ElementsAre(testing::StartsWith("entry `0` is not the one")));
  Overwrite(OpeningRow(0), std::nullopt);
  EXPECT_THAT(Verify().differences,
              testing::Contains(
                  "entry `0` cannot be opened and no erasure comes after it"));
}

TEST_F(ChangeTest, AnEditedTileOrRootOfATileIsNamed) {
  for (int i = 0; i < 256; ++i)
    ChangeCard(alice_, "card" + std::to_string(i), "x");
  std::string tile = **database_.Latest().Get(TileRow(0, 0));
  tile[32 * 7] ^= 1;
  Overwrite(TileRow(0, 0), tile);
  EXPECT_THAT(Verify().differences,
              ElementsAre("entry `7` differs from tile `0/0`"));
  tile[32 * 7] ^= 1;
  Overwrite(TileRow(0, 0), tile);
  EXPECT_THAT(Verify().differences, IsEmpty());
  Overwrite(TileRootRow(0, 0), std::string(32, 'x'));
  EXPECT_THAT(Verify().differences,
              ElementsAre(HasSubstr("root of tile `0/0`")));
  Overwrite(TileRow(0, 0), std::nullopt);
  EXPECT_THAT(Verify().differences,
              testing::Contains(HasSubstr("tile `0/0` is missing")));
}

TEST_F(ChangeTest, AnAnchorTheLogDoesNotReachOrMeetIsNamed) {
  for (int i = 0; i < 5; ++i) ChangeCard(alice_, "card", std::to_string(i));
  const Hash root = *Tree(database_.Latest(), 5).RootAt(3);
  const struct {
    Anchor anchor;
    std::string difference;
  } cases[] = {
      {{3, 3, root}, ""},
      {{3, 4, root},
       "the anchor at size `4` has another root: it or an entry from `0` to "
       "`3` was changed"},
      {{3, 6, root}, "the anchor remembers `6` entries; there are `5`"},
      {{0, 0, EmptyRoot()}, ""},
  };
  for (const auto& c : cases) {
    const auto report =
        VerifyLog(database_.Latest(), vault_, signer_.verifier(),
                  {.anchor = c.anchor, .progress = {}});
    ASSERT_TRUE(report.ok());
    EXPECT_EQ(report->difference_count, c.difference.empty() ? 0u : 1u);
    if (!c.difference.empty()) {
      EXPECT_THAT(report->differences, ElementsAre(c.difference));
    }
  }
}

TEST_F(ChangeTest, MoreThanAPageOfCheckpointsIsVerified) {
  for (int i = 0; i < 1005; ++i) {
    ChangeCard(alice_, "card", std::to_string(i));
    ASSERT_TRUE(checkpointer_.Update().ok());
  }
  EXPECT_EQ(Verify().checkpoints, 1005u);
  Overwrite(CheckpointRow(1003), **database_.Latest().Get(CheckpointRow(1002)));
  EXPECT_THAT(Verify().differences,
              ElementsAre(HasSubstr("checkpoint `1003`")));
}

TEST_F(ChangeTest, AnEditedRecordIsNamed) {
  ChangeCard(alice_, "card1", "one");
  const std::string key = store::Key(store::Table::kCard).Add("card1").bytes();
  std::string row = **database_.Latest().Get(key);
  row.back() ^= 1;
  Overwrite(key, row);
  EXPECT_THAT(Verify().differences, ElementsAre(HasSubstr("record `c/card1`")));
}

TEST_F(ChangeTest, ARecordNoLeafCommitsToIsNamed) {
  ChangeCard(alice_, "card1", "one");
  const std::string row =
      **database_.Latest().Get(store::Key(store::Table::kCard).Add("card1"));
  Overwrite(store::Key(store::Table::kCard).Add("planted").bytes(), row);
  EXPECT_THAT(Verify().differences,
              ElementsAre(HasSubstr("record `c/planted`")));
}

TEST_F(ChangeTest, AMissingEntryAndAForgedCheckpointAreNamed) {
  for (int i = 0; i < 3; ++i) ChangeCard(alice_, "card", std::to_string(i));
  ASSERT_TRUE(checkpointer_.Update().ok());
  Overwrite(CheckpointRow(2), NoteSigner("test.example/log", KeyOf(7))
                                  .Sign("test.example/log\n2\nx\n"));
  EXPECT_THAT(Verify().differences, ElementsAre(HasSubstr("checkpoint `2`")));
  Overwrite(EntryRow(1), std::nullopt);
  EXPECT_THAT(Verify().differences,
              testing::Contains(HasSubstr("entry `1` is missing")));
}

TEST_F(ChangeTest, NothingIsSignedOverADamagedLog) {
  ChangeCard(alice_, "card", "1");
  ChangeCard(alice_, "card", "2");
  Overwrite(EntryRow(0), Leaf{}.Encode());
  EXPECT_TRUE(absl::IsDataLoss(checkpointer_.Update()));
  EXPECT_TRUE(absl::IsDataLoss(checkpointer_.Update()));
}

TEST_F(ChangeTest, AfterErasureEverythingStillVerifies) {
  ChangeCard(alice_, "card1", "one");
  ChangeCard(bob_, "card2", "one");
  const Hash before = ReadHead(database_.Latest())->Root();
  Erase(alice_);
  const VerifyReport report = Verify();
  EXPECT_THAT(report.differences, IsEmpty());
  EXPECT_EQ(report.erased, 2u);  // The entry and the record.
  Tree tree(database_.Latest(), 3);
  EXPECT_EQ(*tree.RootAt(2), before);
  const Leaf leaf = *Leaf::Parse(*tree.Entry(0));
  EXPECT_TRUE(absl::IsNotFound(
      OpenEntry(database_.Latest(), vault_, 0, leaf).status()));
}

TEST_F(ChangeTest, NothingIsPutOnRecordAboutSomebodyErased) {
  ChangeCard(alice_, "card1", "one");
  Erase(alice_);
  const auto again = writer_.Run([&](store::Transaction& t) {
    Account account;
    account.subject = alice_;
    return Change::Begin(t, vault_)->Finish(account);
  });
  EXPECT_TRUE(absl::IsNotFound(again.status())) << again.status();
  EXPECT_THAT(Verify().differences, IsEmpty());
}

TEST_F(ChangeTest, AWatchedTransactionKnowsWhomItsEntriesAreAbout) {
  ChangeCard(alice_, "card1", "one");
  const std::string carol(32, 'c');
  std::set<std::string> subjects;
  ASSERT_TRUE(writer_
                  .Run([&](store::Transaction& t) -> absl::Status {
                    WatchedTransaction watched(t);
                    auto batch = Change::Begin(watched, vault_);
                    std::vector<BatchAnswer> answers;
                    for (const std::string& who : {bob_, carol}) {
                      answers.push_back(
                          {who, *vault_.PersonKeyOrNew(watched, who), "yes"});
                    }
                    RETURN_IF_ERROR(FinishAnswers(watched, vault_, *batch,
                                                  Account{}, answers));
                    subjects = watched.subjects();
                    return absl::OkStatus();
                  })
                  .ok());
  EXPECT_THAT(subjects, testing::UnorderedElementsAre(
                            bob_, carol, std::string(store::kSystemOwner)));
  EXPECT_EQ(ReadHead(database_.Latest())->size(), 2u);
  EXPECT_THAT(Verify().differences, IsEmpty());
}

TEST_F(ChangeTest, AKeyDestroyedWithoutAnErasureIsNamed) {
  ChangeCard(alice_, "card1", "one");
  ASSERT_TRUE(writer_
                  .Run([&](store::Transaction& t) {
                    vault_.DestroyPersonKey(t, alice_);
                    return absl::OkStatus();
                  })
                  .ok());
  EXPECT_THAT(
      Verify().differences,
      ElementsAre("entry `0` cannot be opened and no erasure comes after it"));
}

TEST_F(ChangeTest, ARecordThatIsNeverErasedCannotHideBehindAnErasedEntry) {
  ChangeCard(alice_, "card1", "one");
  const std::string row =
      **database_.Latest().Get(store::Key(store::Table::kCard).Add("card1"));
  Erase(alice_);
  Overwrite(store::Key(store::Table::kEmployer).Add("planted").bytes(), row);
  EXPECT_THAT(Verify().differences,
              ElementsAre(HasSubstr("record `e/planted`")));
}

TEST_F(ChangeTest, AChangeAboutSomethingThatIsNoIdIsRefused) {
  const auto result = writer_.Run([&](store::Transaction& t) {
    Account account;
    account.subject = "short";
    return Change::Begin(t, vault_)->Finish(account);
  });
  EXPECT_TRUE(absl::IsInvalidArgument(result.status()));
}

TEST_F(ChangeTest, ABatchOfNoneOrTooManyOrWithARecordIsRefused) {
  const struct {
    size_t answers;
    bool record;
    bool good;
  } cases[] = {{0, false, false},
               {1, false, true},
               {1, true, false},
               {256, false, true},
               {257, false, false}};
  for (const auto& c : cases) {
    const auto result = writer_.Run([&](store::Transaction& t) {
      auto change = Change::Begin(t, vault_);
      if (c.record) {
        EXPECT_TRUE(change->Put(store::Table::kCard, "card", "x").ok());
      }
      const BatchAnswer answer{alice_, *vault_.PersonKeyOrNew(t, alice_),
                               "yes"};
      return FinishAnswers(t, vault_, *change, Account{},
                           std::vector<BatchAnswer>(c.answers, answer));
    });
    EXPECT_EQ(result.ok(), c.good) << c.answers << result.status();
  }
  EXPECT_THAT(Verify().differences, IsEmpty());
}

TEST_F(ChangeTest, TwoChangesInOneTransactionAreTwoLeaves) {
  ASSERT_TRUE(writer_
                  .Run([&](store::Transaction& t) {
                    for (const char* id : {"a", "b"}) {
                      auto change = Change::Begin(t, vault_);
                      EXPECT_TRUE(
                          change->Put(store::Table::kCard, id, "x").ok());
                      EXPECT_TRUE(change->Finish(Account{}).ok());
                    }
                    return absl::OkStatus();
                  })
                  .ok());
  EXPECT_EQ(ReadHead(database_.Latest())->size(), 2u);
  EXPECT_THAT(Verify().differences, IsEmpty());
}

TEST_F(ChangeTest, EachAnswerOfABatchIsProvenByItself) {
  std::vector<BatchAnswer> answers;
  ASSERT_TRUE(writer_
                  .Run([&](store::Transaction& t) {
                    answers.clear();
                    for (int i = 0; i < 7; ++i) {
                      const std::string& who = i % 2 ? alice_ : bob_;
                      answers.push_back({who, *vault_.PersonKeyOrNew(t, who),
                                         "answer " + std::to_string(i)});
                    }
                    auto change = Change::Begin(t, vault_);
                    Account account;
                    account.kind = LeafKind::kBatchAnswer;
                    return FinishAnswers(t, vault_, *change, account, answers);
                  })
                  .ok());
  const auto leaf = Leaf::Parse(**database_.Latest().Get(EntryRow(0)));
  auto opened = OpenAnswers(database_.Latest(), vault_, 0, *leaf);
  ASSERT_TRUE(opened.ok()) << opened.status();
  for (int i = 0; i < 7; ++i) {
    EXPECT_EQ((*opened)[i].facts, "answer " + std::to_string(i));
    EXPECT_TRUE(VerifyInclusion(i, 7, (*opened)[i].leaf_hash,
                                (*opened)[i].proof, leaf->facts)
                    .ok());
  }
  ASSERT_TRUE(writer_
                  .Run([&](store::Transaction& t) {
                    vault_.DestroyPersonKey(t, alice_);
                    return absl::OkStatus();
                  })
                  .ok());
  opened = OpenAnswers(database_.Latest(), vault_, 0, *leaf);
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_TRUE((*opened)[1].erased);
  EXPECT_EQ((*opened)[2].facts, "answer 2");
  // A header of 72 bytes and 36 of sealed facts each: the second answer is
  // erased, so that only the root tells of its commitment.
  const std::string row = **database_.Latest().Get(OpeningRow(0));
  for (const size_t at : {3u, 40u, 80u, 108u + 3u}) {
    std::string bad = row;
    bad[at] ^= 1;
    Overwrite(OpeningRow(0), bad);
    const auto damaged = OpenAnswers(database_.Latest(), vault_, 0, *leaf);
    // An answer under an unknown subject reads as erased; its bytes are not
    // lost.
    EXPECT_TRUE(at == 40u ? damaged.ok() && (*damaged)[0].erased
                          : absl::IsDataLoss(damaged.status()))
        << at;
  }
}

}  // namespace
}  // namespace talentcard::ledger
