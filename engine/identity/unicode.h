#ifndef TALENTCARD_ENGINE_IDENTITY_UNICODE_H_
#define TALENTCARD_ENGINE_IDENTITY_UNICODE_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace talentcard::identity {

// The code points of `utf8`; nullopt if it is not valid UTF-8 (overlong forms,
// surrogates and values above U+10FFFF are not).
std::optional<std::vector<char32_t>> DecodeUtf8(std::string_view utf8);

// Appends one code point. `c` must be a Unicode scalar value.
void AppendUtf8(char32_t c, std::string& out);

// Full-width forms (U+FF01–U+FF5E, U+3000) as their ASCII twins.
char32_t HalfWidth(char32_t c);

}  // namespace talentcard::identity

#endif  // TALENTCARD_ENGINE_IDENTITY_UNICODE_H_
