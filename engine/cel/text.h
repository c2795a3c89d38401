#ifndef TALENTCARD_ENGINE_CEL_TEXT_H_
#define TALENTCARD_ENGINE_CEL_TEXT_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"

namespace talentcard::cel {

// UTF-8, whose characters CEL counts and indexes by.
void AppendCharacter(char32_t character, std::string& out);
// Nullopt if it is not UTF-8.
std::optional<std::u32string> Characters(std::string_view utf8);
std::string Encode(std::u32string_view characters);
size_t CountCharacters(std::string_view utf8);

// Numbers and times as string() gives them: the shortest text that reads back
// the same.
std::string DoubleText(double number);
std::string DurationText(absl::Duration duration);  // 90.5s
std::string TimestampText(absl::Time time);         // RFC 3339, in UTC.

// The bounds of the language: years 1 to 9999, and durations shorter than the
// time between them.
bool InRange(absl::Time time);
bool InRange(absl::Duration duration);

}  // namespace talentcard::cel

#endif  // TALENTCARD_ENGINE_CEL_TEXT_H_
