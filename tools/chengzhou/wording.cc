#include "tools/chengzhou/wording.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "tools/chengzhou/words.h"

namespace talentcard::client {
namespace {

std::string InChinese(std::string_view text) {
  const std::string_view word = ChineseWord(text);
  return std::string(word.empty() ? text : word);
}

// The first character of a text that is not empty.
std::string_view FirstOf(std::string_view utf8) {
  size_t bytes = 1;
  while (bytes < utf8.size() &&
         (static_cast<unsigned char>(utf8[bytes]) & 0xC0) == 0x80)
    ++bytes;
  return utf8.substr(0, bytes);
}

bool IsOneOf(std::string_view character, std::string_view characters) {
  return characters.find(character) != std::string_view::npos;
}

// What stands on one line whole, and the spaces behind it: a wide character
// with the punctuation that may not be parted from it, or a word.
std::string_view FirstPiece(std::string_view utf8) {
  size_t end = 0;
  std::string_view last;
  while (end < utf8.size()) {
    const std::string_view next = FirstOf(utf8.substr(end));
    const bool wide = Width(next) == 2 || (!last.empty() && Width(last) == 2);
    if (!last.empty() && next != " " &&
        (last == " " ||
         (wide && !IsOneOf(next, "，。；：、！？）」』》〕”,.;:!?)]") &&
          !IsOneOf(last, "（「『《〔“([`"))))
      break;
    end += next.size();
    last = next;
  }
  return utf8.substr(0, end);
}

std::string_view WithoutSpacesBehind(std::string_view text) {
  return text.substr(0, text.find_last_not_of(' ') + 1);
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

std::string Wrapped(std::string_view utf8, int from, int to) {
  std::string out;
  int column = from;
  const auto begin_line = [&] {
    out.erase(WithoutSpacesBehind(out).size());
    out.append("\n").append(from, ' ');
    column = from;
  };
  while (!utf8.empty()) {
    if (utf8.front() == '\n') {
      begin_line();
      utf8.remove_prefix(1);
      continue;
    }
    const std::string_view piece = FirstPiece(utf8.substr(0, utf8.find('\n')));
    if (column > from && column + Width(WithoutSpacesBehind(piece)) > to)
      begin_line();
    out.append(piece);
    column += Width(piece);
    utf8.remove_prefix(piece.size());
  }
  return out;
}

}  // namespace talentcard::client
