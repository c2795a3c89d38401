#include "tools/chengzhou/story.h"

#include <atomic>
#include <thread>

#include "services/answer/replay.h"
#include "services/ledger/tiles.h"
#include "services/ledger/verify.h"
#include "tests/integration/world.h"

namespace talentcard {
namespace {

// Every row, and the log as others get it.
std::string AllThatIsKept(const store::Database& database,
                          const ledger::NoteVerifier& log) {
  std::string all;
  const auto append = [&](std::string_view name, std::string_view bytes) {
    absl::StrAppend(&all, absl::string_view(name.data(), name.size()), "\n",
                    absl::string_view(bytes.data(), bytes.size()), "\n");
  };
  const auto reader = database.TakeSnapshot();
  EXPECT_TRUE(reader
                  ->Scan("", "\xFF",
                         [&](std::string_view key, std::string_view value) {
                           append(key, value);
                           return true;
                         })
                  .ok());
  const std::string note = *ledger::NewestNote(*reader);
  EXPECT_TRUE(ledger::ExportTiles(
                  *reader, *ledger::OpenCheckpoint(log, note), note,
                  [&](const std::string& path, std::string_view content) {
                    append(path, content);
                    return absl::OkStatus();
                  })
                  .ok());
  return all;
}

// Names and numbers of everybody in the story.
std::vector<std::string> PersonalData() {
  std::vector<std::string> data = {"李桂兰", "张建国", "王浩然", "王雨桐",
                                   "周淑芬"};
  for (const auto& [birth, sequence] :
       {std::pair("19820314", 801), std::pair("19550202", 802),
        std::pair("19530707", 803), std::pair("19840909", 804),
        std::pair("20190831", 805), std::pair("20190901", 806),
        std::pair("19610606", 805)})
    data.push_back(population::IdNumber(birth, sequence));
  for (const auto& [role, person] : population::StoryFamilies()) {
    data.push_back(person.full_name());
    for (const auto& document : person.documents())
      data.push_back(document.number());
  }
  return data;
}

class StoryTest : public World {};

TEST_F(StoryTest, TheMainJobGivesEveryExpectedAnswerTwiceAndTheLogVerifies) {
  Publish();
  ImportFamilies();
  std::atomic<bool> done = false;
  std::thread signing([&] {
    while (!done) EXPECT_TRUE(checkpointer_.Update().ok());
  });
  const client::StoryFiles files = {
      Rules(), TALENTCARD_SOURCE_DIR "/tools/verify/receipt.mjs",
      testing::TempDir() + "/story-code-root.key"};
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
  const std::string kept = AllThatIsKept(database_, signer_.verifier());
  EXPECT_NE(kept.find("海委发"), std::string::npos)
      << "what is public is readable: the search works";
  for (const std::string& personal : PersonalData())
    EXPECT_EQ(kept.find(personal), std::string::npos) << personal;
}

}  // namespace
}  // namespace talentcard
