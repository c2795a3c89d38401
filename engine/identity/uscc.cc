#include "engine/identity/uscc.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/identity/check_digit.h"
#include "engine/identity/unicode.h"
#include "engine/status_macros.h"

namespace talentcard::identity {

absl::StatusOr<std::string> ParseUscc(std::string_view text) {
  const auto characters = DecodeUtf8(text);
  std::string code;
  if (characters) {
    for (char32_t c : *characters) AppendUtf8(HalfWidth(c), code);
  }
  absl::AsciiStrToUpper(&code);
  if (code.size() != 18) {
    return absl::InvalidArgumentError(
        "a unified social credit code has 18 characters");
  }
  const char check = UsccCheck(std::string_view(code).substr(0, 17));
  if (check == '\0') {
    return absl::InvalidArgumentError(
        "a unified social credit code has only digits and the letters "
        "ABCDEFGHJKLMNPQRTUWXY (no I, O, S, V, Z)");
  }
  std::vector<std::string> mistakes;
  const std::string_view region = std::string_view(code).substr(2, 6);
  if (!std::all_of(region.begin(), region.end(),
                   [](char c) { return c >= '0' && c <= '9'; })) {
    mistakes.push_back("its positions 3 to 8 are not all digits");
  }
  if (OrganisationCheck(std::string_view(code).substr(8, 8)) != code[16]) {
    mistakes.push_back(
        "the organisation code inside it (positions 9 to 17) has a wrong check "
        "character");
  }
  if (check != code[17]) {
    mistakes.push_back("its last character does not match the other 17");
  }
  if (!mistakes.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "not a unified social credit code: ", absl::StrJoin(mistakes, "; "),
        "; check it for a typing slip"));
  }
  return code;
}

}  // namespace talentcard::identity
