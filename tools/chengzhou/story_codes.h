#ifndef TALENTCARD_TOOLS_CHENGZHOU_STORY_CODES_H_
#define TALENTCARD_TOOLS_CHENGZHOU_STORY_CODES_H_

#include <string>

#include "absl/status/statusor.h"
#include "engine/code/verdict.h"
#include "tools/chengzhou/story.h"
#include "tools/chengzhou/story_teller.h"

namespace talentcard::client {

// What the story tells of the card's code (一个码).
class StoryCodes {
 public:
  // All must outlive it.
  StoryCodes(Client& client, StoryTeller& teller, const StoryFiles& files)
      : client_(client), t_(teller), files_(files) {}

  // The root vouches, without network, for the keys codes are signed with; two
  // people publish what it signed.
  void VouchForKeys();
  // The holder's code, judged by a desk that has its lists and no network, and
  // told by two desks.
  std::string Show(const std::string& card);
  // Told again, the code is of the first telling and has expired.
  void Scan(Line what, const std::string& text, code::Finding expected);

 private:
  // What `code-root sign` does, as of the rehearsal's clock.
  absl::StatusOr<Json> Sign(const Json& keys);
  // Two desks had no network and took one code: the first to tell cannot know.
  void Report(const std::string& card, const std::string& code,
              const std::string& time);

  Client& client_;
  StoryTeller& t_;
  const StoryFiles& files_;
};

}  // namespace talentcard::client

#endif  // TALENTCARD_TOOLS_CHENGZHOU_STORY_CODES_H_
