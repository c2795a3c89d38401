#ifndef TALENTCARD_TOOLS_CHENGZHOU_WORDS_H_
#define TALENTCARD_TOOLS_CHENGZHOU_WORDS_H_

#include <string_view>

namespace talentcard::client {

// The Chinese word for a field name or a constant that an answer can show; a
// test holds it against the API. Empty if there is none.
std::string_view ChineseWord(std::string_view word);

}  // namespace talentcard::client

#endif  // TALENTCARD_TOOLS_CHENGZHOU_WORDS_H_
