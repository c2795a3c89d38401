#include "tools/chengzhou/wording.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "tools/chengzhou/words.h"

namespace talentcard::client {
namespace {

std::string InChinese(std::string_view text) {
  const auto it = ChineseWords().find(text);
  return std::string(it == ChineseWords().end() ? text : it->second);
}

}  // namespace

std::string Label(std::string_view field, Language language) {
  if (language == Language::kChinese) return InChinese(field);
  std::string label(field);
  std::replace(label.begin(), label.end(), '_', ' ');
  return label;
}

// A value that happens to be spelt like a field is data.
std::string Word(std::string_view value, Language language) {
  const bool constant =
      !value.empty() &&
      absl::ascii_isupper(static_cast<unsigned char>(value[0]));
  return constant && language == Language::kChinese ? InChinese(value)
                                                    : std::string(value);
}

int Width(std::string_view utf8) {
  int width = 0;
  for (size_t i = 0; i < utf8.size(); ++i) {
    const unsigned char c = static_cast<unsigned char>(utf8[i]);
    if ((c & 0xC0) == 0x80) continue;
    // Everything from U+1100 on that this program prints is wide, but for
    // general punctuation and arrows (U+2000–U+2BFF).
    const bool punctuation = c == 0xE2 && i + 1 < utf8.size() &&
                             static_cast<unsigned char>(utf8[i + 1]) < 0xBA;
    width += c >= 0xE1 && !punctuation ? 2 : 1;
  }
  return width;
}

std::string Padded(std::string_view utf8, int width) {
  std::string out(utf8);
  const int missing = width - Width(utf8);
  if (missing > 0) out.append(missing, ' ');
  return out;
}

}  // namespace talentcard::client
