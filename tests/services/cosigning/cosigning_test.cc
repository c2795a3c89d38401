#include "services/cosigning/cosigning.h"

#include <unistd.h>

#include <filesystem>
#include <map>
#include <optional>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/ledger/tree.h"
#include "services/store/memory/memory_database.h"

namespace talentcard::cosigning {
namespace {

using ledger::WitnessReply;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

store::SecretKey KeyOf(uint8_t byte) {
  store::SecretKey key;
  key.bytes.fill(byte);
  return key;
}

// A log, and two witnesses that are reached without a network.
class CosigningTest : public testing::Test {
 protected:
  CosigningTest() {
    for (const char* const url : {"one", "two"}) StartWitness(url);
  }
  ~CosigningTest() override {
    for (const auto& [url, witness] : witnesses_)
      std::filesystem::remove(Memory(url));
  }

  static std::string Memory(const std::string& url) {
    return absl::StrCat(testing::TempDir(), "/", url, "-", getpid());
  }
  static ledger::Cosigner CosignerOf(const std::string& url) {
    return {"witness.example/" + url, KeyOf(static_cast<uint8_t>(url[0]))};
  }
  static WitnessAddress Address(const std::string& url) {
    return {url, CosignerOf(url).verifier()};
  }
  void StartWitness(const std::string& url) {
    std::filesystem::remove(Memory(url));
    witnesses_[url] = std::make_unique<ledger::Witness>(
        signer_.verifier(), CosignerOf(url),
        *ledger::AnchorFile::Open(Memory(url)), [this] { return now_; });
  }
  void Grow(int count) {
    ASSERT_TRUE(
        writer_
            .Run([&](store::Transaction& t) {
              for (int i = 0; i < count; ++i)
                EXPECT_TRUE(
                    ledger::AppendLeaf(t, absl::StrCat("leaf", i)).ok());
              return absl::OkStatus();
            })
            .ok());
    ASSERT_TRUE(checkpointer_.Update().ok());
  }
  std::string Note() { return *ledger::NewestNote(database_.Latest()); }
  // When a witness cosigned the newest checkpoint; nullopt if it did not.
  std::optional<absl::Time> CosignedBy(const std::string& url) {
    const auto found = CosignerOf(url).verifier().Find(Note());
    if (!found.ok()) return std::nullopt;
    return found->time;
  }
  Cosigning Started() {
    return Cosigning(
        database_, writer_, signer_.verifier(),
        {Address("one"), Address("two")},
        [this](const std::string& url,
               const std::string& body) -> absl::StatusOr<WitnessReply> {
          ++asked_;
          if (away_ == url) return absl::UnavailableError("nobody there");
          return answer_ ? answer_(body) : witnesses_[url]->AddCheckpoint(body);
        },
        [this](std::string_view alarm) { alarms_.emplace_back(alarm); });
  }

  absl::Time now_ = absl::FromUnixSeconds(1747008000);
  store::MemoryDatabase database_;
  const ledger::NoteSigner signer_{"test.example/log", KeyOf(6)};
  store::Writer writer_{database_,
                        {.on_fatal = [](const absl::Status&) { FAIL(); },
                         .now_ms = [] { return 1; }}};
  ledger::Checkpointer checkpointer_{database_, writer_, signer_};
  std::map<std::string, std::unique_ptr<ledger::Witness>> witnesses_;
  std::string away_;
  std::function<WitnessReply(const std::string&)> answer_;
  std::vector<std::string> alarms_;
  int asked_ = 0;
  Cosigning cosigning_ = Started();
};

TEST_F(CosigningTest, EachCheckpointIsCosignedByEveryWitnessOnce) {
  ASSERT_TRUE(cosigning_.Update(now_).ok());
  EXPECT_EQ(asked_, 0) << "nothing is signed yet";
  for (const int leaves : {1, 5, 300}) {
    Grow(leaves);
    asked_ = 0;
    ASSERT_TRUE(cosigning_.Update(now_).ok());
    EXPECT_EQ(CosignedBy("one"), now_);
    EXPECT_EQ(CosignedBy("two"), now_);
    EXPECT_TRUE(signer_.verifier().Open(Note()).ok());
    ASSERT_TRUE(cosigning_.Update(now_).ok());
    EXPECT_EQ(asked_, 2);
    ASSERT_TRUE(checkpointer_.Update().ok()) << "its lines disturb nobody";
    now_ += absl::Seconds(1);
  }
  EXPECT_THAT(alarms_, IsEmpty());
}

TEST_F(CosigningTest, AnHourLaterTheSameCheckpointIsCosignedAnew) {
  Grow(3);
  ASSERT_TRUE(cosigning_.Update(now_).ok());
  now_ += kCosignAgain - absl::Seconds(1);
  ASSERT_TRUE(cosigning_.Update(now_).ok());
  EXPECT_EQ(asked_, 2);
  now_ += absl::Seconds(1);
  ASSERT_TRUE(cosigning_.Update(now_).ok());
  EXPECT_EQ(CosignedBy("one"), now_);
  EXPECT_EQ(ledger::ParsedNote::Parse(Note())->signatures.size(), 3u)
      << "the older line is gone";
}

TEST_F(CosigningTest, AfterARestartTheWitnessSaysWhereItIs) {
  Grow(10);
  ASSERT_TRUE(cosigning_.Update(now_).ok());
  Grow(10);
  Cosigning restarted = Started();
  ASSERT_TRUE(restarted.Update(now_).ok());
  EXPECT_EQ(CosignedBy("two"), now_);
  EXPECT_THAT(alarms_, IsEmpty());
}

TEST_F(CosigningTest, OneThatIsAwayDoesNotKeepTheOtherFromCosigning) {
  Grow(10);
  away_ = "one";
  EXPECT_TRUE(absl::IsUnavailable(cosigning_.Update(now_)));
  EXPECT_FALSE(CosignedBy("one"));
  EXPECT_TRUE(CosignedBy("two"));
  EXPECT_FALSE(cosigning_.Update(now_).ok());
  EXPECT_THAT(alarms_, ElementsAre(HasSubstr("one` does not answer")));
  away_ = "";
  ASSERT_TRUE(cosigning_.Update(now_).ok());
  EXPECT_TRUE(CosignedBy("one"));
  EXPECT_EQ(asked_, 4);
}

TEST_F(CosigningTest, AWitnessThatSawMoreThanThereIsRaisesOneAlarm) {
  Grow(10);
  // Of the same history, but longer: this log was put back.
  ledger::Frontier tree;
  for (int i = 0; i < 12; ++i)
    tree.Append(ledger::HashLeaf(absl::StrCat("leaf", i)));
  const std::string note = signer_.Sign(
      ledger::Checkpoint{"test.example/log", 12, tree.Root()}.Body());
  ASSERT_EQ(witnesses_["one"]
                ->AddCheckpoint(ledger::WitnessRequest{0, {}, note}.Format())
                .code,
            200);
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(cosigning_.Update(now_).ok());
  EXPECT_THAT(alarms_, ElementsAre(HasSubstr("put back")));
  EXPECT_FALSE(CosignedBy("one"));
  EXPECT_TRUE(CosignedBy("two"));
}

TEST_F(CosigningTest, AWitnessOfAnotherHistoryRaisesAnAlarm) {
  Grow(10);
  const std::string note = signer_.Sign(
      ledger::Checkpoint{"test.example/log", 5, ledger::HashLeaf("other")}
          .Body());
  ASSERT_EQ(witnesses_["one"]
                ->AddCheckpoint(ledger::WitnessRequest{0, {}, note}.Format())
                .code,
            200);
  EXPECT_FALSE(cosigning_.Update(now_).ok());
  EXPECT_THAT(alarms_, ElementsAre(HasSubstr("422")));
}

TEST_F(CosigningTest, WhatIsNoSignatureIsNeverKept) {
  Grow(10);
  const std::string before = Note();
  const std::string body = ledger::ParsedNote::Parse(before)->text;
  const std::string good = CosignerOf("one").Cosign(body, now_);
  const ledger::Cosigner stranger("witness.example/one", KeyOf(99));
  for (const WitnessReply& reply : std::vector<WitnessReply>{
           {200, "", ""},
           {200, "", "hello\n"},
           {200, "", stranger.Cosign(body, now_)},
           {200, "", CosignerOf("one").Cosign(body + "more\n", now_)},
           {200, "", good + "hello\n"},
           {200, "", "hello\n\n" + good},
           {500, "", good},
           {409, "", "twelve\n"},
           {409, "", "0\n"},
           {0, "", ""}}) {
    answer_ = [&](const std::string&) { return reply; };
    EXPECT_FALSE(cosigning_.Update(now_).ok()) << reply.body;
    EXPECT_EQ(Note(), before) << reply.body;
  }
  // Of several lines only the witness's own is kept.
  answer_ = [&](const std::string&) {
    return WitnessReply{200, "", stranger.Cosign(body, now_) + good};
  };
  cosigning_.Update(now_).IgnoreError();
  EXPECT_EQ(Note(), before + good);
}

TEST(WitnessAddressTest, IsAnAddressAndAKey) {
  const std::string key = ledger::Cosigner("witness.example/w", KeyOf(1))
                              .verifier()
                              .key()
                              .ToString();
  const auto parsed = WitnessAddress::Parse("http://127.0.0.1:7380=" + key);
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(parsed->url, "http://127.0.0.1:7380");
  EXPECT_EQ(parsed->key.key().ToString(), key);
  for (const std::string& bad :
       {std::string(""), key, "=" + key, std::string("http://a="),
        "http://a=" + key.substr(1),
        "http://a=" + ledger::NoteSigner("a", KeyOf(1)).verifier().ToString()})
    EXPECT_FALSE(WitnessAddress::Parse(bad).ok()) << bad;
}

}  // namespace
}  // namespace talentcard::cosigning
