#ifndef TALENTCARD_TOOLS_CHENGZHOU_WORDING_H_
#define TALENTCARD_TOOLS_CHENGZHOU_WORDING_H_

#include <string>
#include <string_view>

namespace talentcard::client {

enum class Language { kChinese, kEnglish };

// What an answer's field is called in a language, and what one of its constants
// is; the text itself where there is no other.
std::string Label(std::string_view field, Language language);
std::string Word(std::string_view value, Language language);

// Columns a text takes in a terminal: wide characters take two.
int Width(std::string_view utf8);
// The text with spaces up to a width.
std::string Padded(std::string_view utf8, int width);

// Columns that nothing printed for people is wider than.
inline constexpr int kColumns = 100;
// The text between two columns of a terminal, its first line without the margin
// of the others. A word that is longer stays whole.
std::string Wrapped(std::string_view utf8, int from, int to = kColumns);

}  // namespace talentcard::client

#endif  // TALENTCARD_TOOLS_CHENGZHOU_WORDING_H_
