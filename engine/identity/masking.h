#ifndef TALENTCARD_ENGINE_IDENTITY_MASKING_H_
#define TALENTCARD_ENGINE_IDENTITY_MASKING_H_

#include <string>
#include <string_view>

namespace talentcard::identity {

// A character is a Unicode code point; the result is valid UTF-8 for any input.

// First two and last two characters; all stars if there are six or fewer.
std::string MaskDocumentNumber(std::string_view number);
// First three and last two characters; all stars if there are seven or fewer.
std::string MaskPhone(std::string_view phone);
// The first character and one full-width star, however long the name is: 姓＊,
// for 欧阳修 欧＊, for John Smith J＊. A single character is replaced as a
// whole.
std::string MaskName(std::string_view name);

}  // namespace talentcard::identity

#endif  // TALENTCARD_ENGINE_IDENTITY_MASKING_H_
