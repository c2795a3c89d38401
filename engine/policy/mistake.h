#ifndef TALENTCARD_ENGINE_POLICY_MISTAKE_H_
#define TALENTCARD_ENGINE_POLICY_MISTAKE_H_

#include <string>
#include <string_view>
#include <vector>

#include "engine/policy/policy.h"

namespace talentcard::policy {

// More are not collected; see Load.
inline constexpr size_t kMostMistakes = 1000;

// Something wrong in a rule file, and where.
struct Mistake {
  std::string path;
  int line = 1;      // From 1.
  int column = 1;    // From 1, in characters.
  Text message;      // English in lower case, no full stop.
  std::string text;  // The bad text, as Quotable gives it.
  std::string
      suggestion;  // What may have been meant; empty if nothing is near.
};

enum class Language { kEnglish, kChinese };

// `path:line:column: message; did you mean …?`
std::string ToString(const Mistake& mistake,
                     Language language = Language::kEnglish);

// A text from a rule file, fit for one line of a terminal: at most 60
// characters, controls replaced.
std::string Quotable(std::string_view text);

// A message in both languages; `$0` and `$1` stand for the arguments.
Text Say(std::string_view zh, std::string_view en, std::string_view arg0 = "",
         std::string_view arg1 = "");

}  // namespace talentcard::policy

#endif  // TALENTCARD_ENGINE_POLICY_MISTAKE_H_
