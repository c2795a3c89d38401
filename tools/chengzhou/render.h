#ifndef TALENTCARD_TOOLS_CHENGZHOU_RENDER_H_
#define TALENTCARD_TOOLS_CHENGZHOU_RENDER_H_

#include <string>

#include "tools/chengzhou/client.h"
#include "tools/chengzhou/wording.h"

namespace talentcard::client {

// A failure for a person: in Chinese what it means and what to do, then what
// the server said; with its reason.
std::string Sentence(const Failure& failure, Language language);

// An answer for people: labels on the left, lists as tables, dates as dates,
// texts in the one language.
std::string Render(const Json& answer, Language language);
// All rights of a holder as a table.
std::string RenderRights(const Json& answer, Language language);
// A decision as a tree of its conditions.
std::string RenderDecision(const Json& decision, Language language);
// A bilingual text in one language; empty if it is none.
std::string InLanguage(const Json& text, Language language);

}  // namespace talentcard::client

#endif  // TALENTCARD_TOOLS_CHENGZHOU_RENDER_H_
