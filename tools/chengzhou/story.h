#ifndef TALENTCARD_TOOLS_CHENGZHOU_STORY_H_
#define TALENTCARD_TOOLS_CHENGZHOU_STORY_H_

#include <string>
#include <vector>

#include "tools/chengzhou/client.h"
#include "tools/chengzhou/wording.h"

namespace talentcard::client {

// Plays the main job as each of its users on a rehearsal's server that has the
// population's story families, and tells it on standard output. `rules` is the
// directory of the bundle to publish first. True only if every step gave the
// expected answer.
bool TellStory(Client& client, Language language, const std::string& rules);

// Everybody who asks in it: at the edge each needs a certificate.
std::vector<Asker> StoryAskers();

}  // namespace talentcard::client

#endif  // TALENTCARD_TOOLS_CHENGZHOU_STORY_H_
