#ifndef TALENTCARD_TOOLS_CHENGZHOU_STORY_TELLER_H_
#define TALENTCARD_TOOLS_CHENGZHOU_STORY_TELLER_H_

#include <string>

#include "engine/digest/ed25519.h"
#include "tools/chengzhou/client.h"
#include "tools/chengzhou/wording.h"

namespace talentcard::client {

// Both languages of a line of the story.
struct Line {
  const char* zh;
  const char* en;
};

// The key somebody rules with in a rehearsal; outside of one it never leaves
// its owner's machine.
Ed25519Key RehearsalKeyOf(const Asker& asker);

// Plays steps through the API and tells each: who, what, the answer, the reason
// with its clause, the log index. Every step says what it expects; what differs
// is marked and remembered.
class StoryTeller {
 public:
  StoryTeller(Client& client, Language language)
      : client_(client), language_(language) {}

  void Chapter(Line title);
  // Calls and returns the answer; an error is a failed step unless it is
  // expected. Every call has a request id of its own, if the request does
  // not bring one, the same in every telling.
  Json Do(const Asker& asker, Line what, const std::string& method,
          Json request);
  // The same for a call that must fail with this reason.
  void Refused(const Asker& asker, Line what, const std::string& method,
               Json request, const std::string& reason);
  // What one person cannot do alone: proposed, and approved by a second.
  void Approved(const Asker& asker, const Asker& second, Line what,
                const std::string& method, const Json& request,
                const char* ground);
  // Tells an answer that has `outcome`, `explanation`, `reason`, `decision`,
  // `log_index`.
  void Answered(const Json& answer);
  void Expect(bool as_expected, const std::string& what);
  void Expect(const Json& answer, const char* key, const Json& value);
  void Say(Line line, const std::string& more = "");

  // The story was told on this data before: answers are the first ones, by
  // request id, and what was refused then may be refused for another reason
  // now.
  void set_retelling(bool retelling) { retelling_ = retelling; }
  bool retelling() const { return retelling_; }

  // Says how it went. True if all was as expected.
  bool Close() const;

 private:
  std::string In(Line line) const {
    return language_ == Language::kChinese ? line.zh : line.en;
  }
  void Tell(const Asker& asker, Line what);
  Json WithRequestId(const std::string& method, Json request);

  Client& client_;
  const Language language_;
  bool retelling_ = false;
  int steps_ = 0;
  int mistakes_ = 0;
};

}  // namespace talentcard::client

#endif  // TALENTCARD_TOOLS_CHENGZHOU_STORY_TELLER_H_
