#include "engine/policy/mistake.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "engine/status_macros.h"

namespace talentcard::policy {

std::string ToString(const Mistake& mistake, Language language) {
  const bool zh = language == Language::kChinese;
  std::string out =
      absl::StrCat(mistake.path, ":", mistake.line, ":", mistake.column, ": ",
                   zh ? mistake.message.zh : mistake.message.en);
  if (!mistake.suggestion.empty()) {
    absl::StrAppend(&out, zh ? "；是否应为 `" : "; did you mean `",
                    mistake.suggestion, zh ? "`？" : "`?");
  }
  return out;
}

std::string Quotable(std::string_view text) {
  constexpr int kMostCharacters = 60;
  std::string out;
  int characters = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool starts = (byte & 0xC0) != 0x80;
    if (starts && ++characters > kMostCharacters) return out + "…";
    out += byte < 0x20 || byte == 0x7F ? '?' : c;
  }
  return out;
}

Text Say(std::string_view zh, std::string_view en, std::string_view arg0,
         std::string_view arg1) {
  return {absl::Substitute(A(zh), A(arg0), A(arg1)),
          absl::Substitute(A(en), A(arg0), A(arg1))};
}

}  // namespace talentcard::policy
