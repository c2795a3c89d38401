#ifndef TALENTCARD_TOOLS_CHENGZHOU_STORY_H_
#define TALENTCARD_TOOLS_CHENGZHOU_STORY_H_

#include <string>
#include <vector>

#include "tools/chengzhou/client.h"
#include "tools/chengzhou/wording.h"

namespace talentcard::client {

// Where the story finds what is not on the server.
struct StoryFiles {
  std::string rules = "rules/haicheng";  // The bundle to publish first.
  // The receipts' verifier that shares no code with this program.
  std::string verifier = "tools/verify/receipt.mjs";
  // The key of the root of codes, made if there is none.
  std::string code_root = "data/code-root.key";
};

// Plays the main job as each of its users on a rehearsal's server that has the
// population's story families, and tells it on standard output. True only if
// every step gave the expected answer.
bool TellStory(Client& client, Language language, const StoryFiles& files);

// Everybody who asks in it: at the edge each needs a certificate.
std::vector<Asker> StoryAskers();

}  // namespace talentcard::client

#endif  // TALENTCARD_TOOLS_CHENGZHOU_STORY_H_
