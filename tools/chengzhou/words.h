#ifndef TALENTCARD_TOOLS_CHENGZHOU_WORDS_H_
#define TALENTCARD_TOOLS_CHENGZHOU_WORDS_H_

#include <map>
#include <string_view>

namespace talentcard::client {

// The Chinese word for every field name and value that an answer can show; a
// test holds it against the API.
const std::map<std::string_view, std::string_view>& ChineseWords();

}  // namespace talentcard::client

#endif  // TALENTCARD_TOOLS_CHENGZHOU_WORDS_H_
