#include "engine/cel/text.h"

#include <charconv>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace talentcard::cel {
namespace {

// The length of the character a byte begins; 0 if none begins so.
size_t LengthOf(unsigned char first) {
  return first < 0x80                    ? 1
         : first >= 0xC2 && first < 0xE0 ? 2
         : first >= 0xE0 && first < 0xF0 ? 3
         : first >= 0xF0 && first < 0xF5 ? 4
                                         : 0;
}

std::optional<char32_t> Decode(std::string_view bytes) {
  constexpr char32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  const auto first = static_cast<unsigned char>(bytes[0]);
  if (bytes.size() == 1) return first;
  char32_t character = first & (0x7F >> bytes.size());
  for (const char c : bytes.substr(1)) {
    if ((c & 0xC0) != 0x80) return std::nullopt;
    character = (character << 6) | (c & 0x3F);
  }
  const bool surrogate = character >= 0xD800 && character <= 0xDFFF;
  if (character < kLeast[bytes.size()] || character > 0x10FFFF || surrogate)
    return std::nullopt;
  return character;
}

}  // namespace

void AppendCharacter(char32_t c, std::string& out) {
  if (c < 0x80) {
    out += static_cast<char>(c);
    return;
  }
  const int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
  constexpr unsigned char kFirst[] = {0, 0xC0, 0xE0, 0xF0};
  out += static_cast<char>(kFirst[more] | (c >> (6 * more)));
  for (int i = more - 1; i >= 0; --i)
    out += static_cast<char>(0x80 | ((c >> (6 * i)) & 0x3F));
}

std::optional<std::u32string> Characters(std::string_view utf8) {
  std::u32string characters;
  while (!utf8.empty()) {
    const size_t length = LengthOf(static_cast<unsigned char>(utf8[0]));
    if (length == 0 || length > utf8.size()) return std::nullopt;
    const auto character = Decode(utf8.substr(0, length));
    if (!character) return std::nullopt;
    characters += *character;
    utf8.remove_prefix(length);
  }
  return characters;
}

std::string Encode(std::u32string_view characters) {
  std::string out;
  for (const char32_t c : characters) AppendCharacter(c, out);
  return out;
}

size_t CountCharacters(std::string_view utf8) {
  size_t n = 0;
  for (char c : utf8) n += (c & 0xC0) != 0x80;
  return n;
}

std::string DoubleText(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number < 0 ? "-Infinity" : "Infinity";
  // Beyond these, digits that are zeros would be most of the text.
  const double size = std::abs(number);
  const bool fixed = size == 0 || (size >= 1e-4 && size < 1e21);
  char text[64];
  const auto [end, error] = std::to_chars(
      text, text + sizeof(text), number,
      fixed ? std::chars_format::fixed : std::chars_format::scientific);
  return std::string(text, end);
}

std::string DurationText(absl::Duration duration) {
  const bool negative = duration < absl::ZeroDuration();
  absl::Duration rest;
  const int64_t seconds =
      absl::IDivDuration(absl::AbsDuration(duration), absl::Seconds(1), &rest);
  std::string text = absl::StrCat(negative ? "-" : "", seconds);
  if (const int64_t nanos = absl::ToInt64Nanoseconds(rest); nanos != 0) {
    absl::StrAppend(&text, absl::StrFormat(".%09d", nanos));
    text.erase(text.find_last_not_of('0') + 1);
  }
  return text + "s";
}

std::string TimestampText(absl::Time time) {
  return absl::FormatTime("%E4Y-%m-%dT%H:%M:%E*SZ", time, absl::UTCTimeZone());
}

bool InRange(absl::Time time) {
  static const absl::Time kFirst =
      absl::FromCivil(absl::CivilYear(1), absl::UTCTimeZone());
  static const absl::Time kEnd =
      absl::FromCivil(absl::CivilYear(10000), absl::UTCTimeZone());
  return time >= kFirst && time < kEnd;
}

bool InRange(absl::Duration duration) {
  constexpr int64_t kSeconds = 315'537'897'599;
  return duration > absl::Seconds(-kSeconds) &&
         duration < absl::Seconds(kSeconds);
}

}  // namespace talentcard::cel
