#include "tools/chengzhou/story.h"

#include <atomic>
#include <thread>

#include "services/answer/replay.h"
#include "services/ledger/verify.h"
#include "tests/integration/world.h"

namespace talentcard {
namespace {

class StoryTest : public World {};

TEST_F(StoryTest, TheMainJobGivesEveryExpectedAnswerTwiceAndTheLogVerifies) {
  Publish();
  ImportFamilies();
  std::atomic<bool> done = false;
  std::thread signing([&] {
    while (!done) EXPECT_TRUE(checkpointer_.Update().ok());
  });
  const client::StoryFiles files = {
      Rules(), TALENTCARD_SOURCE_DIR "/tools/verify/receipt.mjs"};
  EXPECT_TRUE(client::TellStory(*client_, client::Language::kEnglish, files));
  EXPECT_TRUE(client::TellStory(*client_, client::Language::kChinese, files));
  done = true;
  signing.join();
  const auto report =
      ledger::VerifyLog(*database_.TakeSnapshot(), vault_, signer_.verifier());
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_TRUE(report->differences.empty()) << report->differences[0];
  EXPECT_GT(report->leaves, 40u);
  const auto replay = answer::ReplayLog(*database_.TakeSnapshot(), vault_);
  ASSERT_TRUE(replay.ok()) << replay.status();
  EXPECT_TRUE(replay->differences.empty()) << replay->differences[0];
  EXPECT_GT(replay->decisions, 10u);
}

}  // namespace
}  // namespace talentcard
