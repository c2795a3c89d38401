#include "services/ledger/checkpoint.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/ledger/rows.h"
#include "services/ledger/tree.h"
#include "services/store/memory/memory_database.h"

namespace talentcard::ledger {
namespace {

using testing::HasSubstr;

constexpr absl::Time kStart = absl::UnixEpoch();

NoteSigner Signer(uint8_t byte) {
  store::SecretKey seed;
  seed.bytes.fill(byte);
  return NoteSigner("test.example/log", seed);
}

class CheckpointerTest : public testing::Test {
 protected:
  void Grow(int count) {
    ASSERT_TRUE(writer_
                    .Run([&](store::Transaction& t) {
                      for (int i = 0; i < count; ++i) {
                        EXPECT_TRUE(
                            AppendLeaf(t, "leaf " + std::to_string(i)).ok());
                      }
                      return absl::OkStatus();
                    })
                    .ok());
  }
  void Overwrite(std::string key, std::optional<std::string> value) {
    ASSERT_TRUE(
        database_.WriteSynced({{std::move(key), std::move(value)}}).ok());
  }
  Checkpointer Restarted() { return Checkpointer(database_, writer_, signer_); }
  uint64_t NewestSize() {
    const std::string note = *NewestNote(database_.Latest());
    return note.empty()
               ? 0
               : Checkpoint::Parse(*signer_.verifier().Open(note))->size;
  }

  store::MemoryDatabase database_;
  const NoteSigner signer_ = Signer(6);
  store::Writer writer_{database_,
                        {.on_fatal = [](const absl::Status&) { FAIL(); },
                         .now_ms = [] { return 1; }}};
  Checkpointer checkpointer_{database_, writer_, signer_};
};

TEST_F(CheckpointerTest, AnEmptyLogHasNoCheckpoint) {
  ASSERT_TRUE(checkpointer_.Update().ok());
  EXPECT_EQ(*NewestNote(database_.Latest()), "");
}

TEST_F(CheckpointerTest, SignsAfterASecondOrAtOnceAfter256Leaves) {
  const struct {
    int leaves;
    absl::Duration after;
    uint64_t newest;
  } steps[] = {
      {1, absl::ZeroDuration(), 1},   {1, absl::Milliseconds(999), 1},
      {0, absl::Milliseconds(1), 2},  {255, absl::Milliseconds(999), 2},
      {1, absl::ZeroDuration(), 258}, {256, absl::ZeroDuration(), 514},
      {0, absl::Hours(1), 514},       {1, absl::ZeroDuration(), 515},
  };
  absl::Time now = kStart;
  for (const auto& step : steps) {
    Grow(step.leaves);
    now += step.after;
    ASSERT_TRUE(checkpointer_.UpdateIfDue(now).ok());
    EXPECT_EQ(NewestSize(), step.newest) << absl::FormatTime(now);
  }
}

TEST_F(CheckpointerTest, GoesOnAfterARestart) {
  Grow(300);
  ASSERT_TRUE(checkpointer_.Update().ok());
  Grow(300);
  Checkpointer restarted = Restarted();
  ASSERT_TRUE(restarted.Update().ok());
  EXPECT_EQ(NewestSize(), 600u);
  Checkpointer again = Restarted();
  ASSERT_TRUE(again.Update().ok());
  EXPECT_EQ(NewestSize(), 600u);
}

TEST_F(CheckpointerTest, NeverWritesAStoredNoteAgain) {
  Grow(3);
  ASSERT_TRUE(checkpointer_.Update().ok());
  const std::string witnessed = *NewestNote(database_.Latest()) +
                                "\xE2\x80\x94 witness.example AAAAAAAA\n";
  Overwrite(CheckpointRow(3), witnessed);
  ASSERT_TRUE(Restarted().Update().ok());
  EXPECT_EQ(*NewestNote(database_.Latest()), witnessed);
}

TEST_F(CheckpointerTest, LeavesANoteThatAppearedSinceItsLastLook) {
  const std::string forged =
      signer_.Sign(Checkpoint{"test.example/log", 3, EmptyRoot()}.Body());
  const std::string witnessed =
      signer_.Sign(Checkpoint{"test.example/log", 3,
                              [] {
                                Frontier tree;
                                for (int i = 0; i < 3; ++i)
                                  tree.Append(
                                      HashLeaf("leaf " + std::to_string(i)));
                                return tree.Root();
                              }()}
                       .Body()) +
      "\xE2\x80\x94 witness.example AAAAAAAA\n";
  const struct {
    std::string appeared;
    bool good;
  } cases[] = {{witnessed, true}, {forged, false}};
  Checkpointer checkpointers[] = {Restarted(), Restarted()};
  for (Checkpointer& checkpointer : checkpointers)
    ASSERT_TRUE(checkpointer.Update().ok());
  Grow(3);
  for (int i = 0; i < 2; ++i) {
    Overwrite(CheckpointRow(3), cases[i].appeared);
    const absl::Status status = checkpointers[i].Update();
    EXPECT_EQ(status.ok(), cases[i].good) << status;
    EXPECT_EQ(absl::IsDataLoss(status), !cases[i].good) << status;
    EXPECT_EQ(*NewestNote(database_.Latest()), cases[i].appeared);
  }
}

TEST_F(CheckpointerTest, RefusesANoteOfAnotherRootAtOneSize) {
  Grow(3);
  Overwrite(
      CheckpointRow(3),
      signer_.Sign(Checkpoint{"test.example/log", 3, EmptyRoot()}.Body()));
  Checkpointer restarted = Restarted();
  EXPECT_THAT(std::string(restarted.Update().message()),
              HasSubstr("another root"));
  EXPECT_TRUE(absl::IsDataLoss(restarted.Update()));
}

TEST_F(CheckpointerTest, RefusesALogShorterThanItsNewestNote) {
  Grow(3);
  Overwrite(
      CheckpointRow(4),
      signer_.Sign(Checkpoint{"test.example/log", 4, EmptyRoot()}.Body()));
  EXPECT_THAT(std::string(Restarted().Update().message()),
              HasSubstr("shorter"));
}

TEST_F(CheckpointerTest, RefusesANewestNoteByAnotherKey) {
  Grow(3);
  ASSERT_TRUE(checkpointer_.Update().ok());
  const NoteSigner other = Signer(7);
  EXPECT_TRUE(absl::IsInvalidArgument(
      Checkpointer(database_, writer_, other).Update()));
}

TEST_F(CheckpointerTest, RefusesToSignOverAChangedRow) {
  Grow(100);
  ASSERT_TRUE(checkpointer_.Update().ok());
  Grow(400);
  const auto original = [&](const std::string& key) {
    return **database_.Latest().Get(key);
  };
  for (const std::string& key :
       {EntryRow(200), EntryRow(299), HeadRow(), TileRootRow(0, 0)}) {
    Checkpointer restarted = Restarted();
    const std::string good = original(key);
    std::string bad = good;
    bad.back() ^= 1;
    Overwrite(key, bad);
    EXPECT_TRUE(absl::IsDataLoss(restarted.Update())) << key;
    EXPECT_EQ(NewestSize(), 100u);
    Overwrite(key, good);
  }
  ASSERT_TRUE(checkpointer_.Update().ok());
  EXPECT_EQ(NewestSize(), 500u);
}

}  // namespace
}  // namespace talentcard::ledger
