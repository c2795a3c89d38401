#include "services/ledger/witness.h"

#include <unistd.h>

#include <filesystem>
#include <thread>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/ledger/tree.h"
#include "services/store/memory/memory_database.h"
#include "services/store/writer.h"

namespace talentcard::ledger {
namespace {

using testing::HasSubstr;

store::SecretKey KeyOf(uint8_t byte) {
  store::SecretKey key;
  key.bytes.fill(byte);
  return key;
}

// A log of leaves `NAME 0`, `NAME 1` …
class History {
 public:
  explicit History(std::string name, int shared = 0) {
    EXPECT_TRUE(
        writer_
            .Run([&](store::Transaction& t) {
              for (int i = 0; i < 600; ++i) {
                EXPECT_TRUE(
                    AppendLeaf(t, absl::StrCat(i < shared ? "both" : name, i))
                        .ok());
              }
              return absl::OkStatus();
            })
            .ok());
  }
  Checkpoint At(uint64_t size) {
    return {"test.example/log", size,
            *Tree(database_.Latest(), 600).RootAt(size)};
  }
  std::string Request(uint64_t from, uint64_t to, const NoteSigner& log) {
    WitnessRequest request{from, {}, log.Sign(At(to).Body())};
    if (from > 0 && from <= to)
      request.proof = *Tree(database_.Latest(), 600).ConsistencyProof(from, to);
    return request.Format();
  }

 private:
  store::MemoryDatabase database_;
  store::Writer writer_{database_,
                        {.on_fatal = [](const absl::Status&) { FAIL(); },
                         .now_ms = [] { return 1; }}};
};

class WitnessTest : public testing::Test {
 protected:
  WitnessTest() {
    std::filesystem::remove(path_);
    witness_ = Start();
  }
  ~WitnessTest() override { std::filesystem::remove(path_); }

  std::unique_ptr<Witness> Start() {
    return std::make_unique<Witness>(
        log_.verifier(), Cosigner("witness.example/w", KeyOf(8)),
        *AnchorFile::Open(path_), [this] { return now_; });
  }

  const std::string path_ =
      testing::TempDir() + "/witness-" + std::to_string(getpid());
  const NoteSigner log_{"test.example/log", KeyOf(6)};
  const CosignatureVerifier key_ =
      Cosigner("witness.example/w", KeyOf(8)).verifier();
  absl::Time now_ = absl::FromUnixSeconds(1747008000);
  History history_{"one"};
  std::unique_ptr<Witness> witness_;
};

TEST_F(WitnessTest, CosignsWhatExtendsTheLastAndSaysWhen) {
  for (const auto& [from, to] : std::vector<std::pair<uint64_t, uint64_t>>{
           {0, 1}, {1, 2}, {2, 256}, {256, 256}, {256, 257}, {257, 600}}) {
    const WitnessReply reply =
        witness_->AddCheckpoint(history_.Request(from, to, log_));
    ASSERT_EQ(reply.code, 200) << from << ".." << to << ": " << reply.body;
    const auto cosigned =
        key_.Find(log_.Sign(history_.At(to).Body()) + reply.body);
    ASSERT_TRUE(cosigned.ok()) << cosigned.status();
    EXPECT_EQ(cosigned->time, now_);
    now_ += absl::Seconds(1);
  }
}

TEST_F(WitnessTest, EveryRefusalHasItsCode) {
  ASSERT_EQ(witness_->AddCheckpoint(history_.Request(0, 300, log_)).code, 200);
  const NoteSigner stranger("test.example/log", KeyOf(7));
  const NoteSigner other("other.example/log", KeyOf(6));
  History fork("two", 200);
  Checkpoint elsewhere = history_.At(400);
  elsewhere.origin = "other.example/log";
  const std::string good = history_.Request(300, 400, log_);
  std::string bent = good;
  bent[bent.find('\n') + 1] ^= 1;
  const struct {
    const char* what;
    std::string request;
    int code;
    std::string body;
  } cases[] = {
      {"not a request", "hello", 400, "not a request"},
      {"no checkpoint", "old 300\n\n", 404, "not witnessed"},
      {"a number with a zero before it",
       "old 0300" + good.substr(good.find('\n')), 400, "another way"},
      {"a log nobody told of",
       WitnessRequest{0, {}, other.Sign(elsewhere.Body())}.Format(), 404,
       "not witnessed"},
      {"another key's signature", history_.Request(300, 400, stranger), 403,
       "not signed by this key"},
      {"an old size above the checkpoint's", history_.Request(301, 300, log_),
       400, "larger"},
      {"an older size than cosigned", history_.Request(0, 400, log_), 409,
       "300\n"},
      {"a smaller tree", history_.Request(0, 299, log_), 409, "300\n"},
      {"a newer size than cosigned", history_.Request(350, 400, log_), 409,
       "300\n"},
      {"another tree of the same size", fork.Request(300, 300, log_), 409,
       "300\n"},
      {"a fork", fork.Request(300, 400, log_), 422, "root"},
      {"a proof with a bit flipped", bent, 422, ""},
  };
  for (const auto& c : cases) {
    const WitnessReply reply = witness_->AddCheckpoint(c.request);
    EXPECT_EQ(reply.code, c.code) << c.what << ": " << reply.body;
    EXPECT_THAT(reply.body, HasSubstr(c.body)) << c.what;
    EXPECT_EQ(reply.type == kTlogSize, c.code == 409) << c.what;
  }
  EXPECT_EQ(witness_->AddCheckpoint(good).code, 200);
}

TEST_F(WitnessTest, RemembersAfterARestart) {
  ASSERT_EQ(witness_->AddCheckpoint(history_.Request(0, 300, log_)).code, 200);
  witness_ = Start();
  History fork("two");
  EXPECT_EQ(witness_->AddCheckpoint(fork.Request(0, 400, log_)).code, 409);
  EXPECT_EQ(witness_->AddCheckpoint(fork.Request(300, 400, log_)).code, 422);
  EXPECT_EQ(witness_->AddCheckpoint(history_.Request(300, 400, log_)).code,
            200);
}

TEST_F(WitnessTest, AClockPutBackDoesNotMakeItsWordOlder) {
  const absl::Time first = now_;
  ASSERT_EQ(witness_->AddCheckpoint(history_.Request(0, 5, log_)).code, 200);
  now_ -= absl::Hours(24);
  const WitnessReply reply =
      witness_->AddCheckpoint(history_.Request(5, 6, log_));
  EXPECT_EQ(key_.Find(log_.Sign(history_.At(6).Body()) + reply.body)->time,
            first);
}

// The race that the specification draws: both were consistent when they came.
TEST_F(WitnessTest, OfTwoAtOnceOnlyOneExtends) {
  for (uint64_t size = 0; size + 2 <= 100; size += 2) {
    int codes[2];
    {
      std::thread one([&] {
        codes[0] =
            witness_->AddCheckpoint(history_.Request(size, size + 1, log_))
                .code;
      });
      codes[1] =
          witness_->AddCheckpoint(history_.Request(size, size + 2, log_)).code;
      one.join();
    }
    EXPECT_EQ(codes[0] + codes[1], 200 + 409);
    if (codes[0] == 200) {
      ASSERT_EQ(
          witness_->AddCheckpoint(history_.Request(size + 1, size + 2, log_))
              .code,
          200);
    }
  }
}

TEST_F(WitnessTest, EveryBitOfARequestIsLookedAt) {
  ASSERT_EQ(witness_->AddCheckpoint(history_.Request(0, 300, log_)).code, 200);
  std::string request = history_.Request(300, 400, log_);
  for (size_t bit = 0; bit < 8 * request.size(); ++bit) {
    request[bit / 8] ^= 1 << bit % 8;
    EXPECT_NE(witness_->AddCheckpoint(request).code, 200) << bit;
    request[bit / 8] ^= 1 << bit % 8;
  }
  EXPECT_EQ(witness_->AddCheckpoint(request).code, 200);
}

TEST(CosignatureTest, SignsTheMessageOfTheSpecification) {
  const Cosigner cosigner("witness.example.com/w1", KeyOf(9));
  const std::string body =
      "example.com/behind-the-sofa\n20852163\n"
      "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
  const std::string note =
      body + "\n" + cosigner.Cosign(body, absl::FromUnixSeconds(1679315147));
  const auto found = cosigner.verifier().Find(note);
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(absl::ToUnixSeconds(found->time), 1679315147);
  EXPECT_TRUE(VerifyEd25519(cosigner.verifier().key().public_key,
                            "cosignature/v1\ntime 1679315147\n" + body,
                            found->signature.bytes.substr(8)));
  // It is no signature of a note, nor another witness's.
  const NoteKey& key = cosigner.verifier().key();
  EXPECT_FALSE(NoteVerifier(key.name, key.public_key).Open(note).ok());
  EXPECT_FALSE(
      Cosigner("witness.example.com/w2", KeyOf(9)).verifier().Find(note).ok());
  EXPECT_FALSE(NoteVerifier::Parse(key.ToString()).ok());
  const auto parsed = CosignatureVerifier::Parse(key.ToString());
  ASSERT_TRUE(parsed.ok());
  EXPECT_TRUE(parsed->Find(note).ok());
}

}  // namespace
}  // namespace talentcard::ledger
