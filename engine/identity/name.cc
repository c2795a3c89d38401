#include "engine/identity/name.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "engine/identity/unicode.h"
#include "engine/status_macros.h"

namespace talentcard::identity {
namespace {

bool IsMiddleDot(char32_t c) {
  return c == 0x00B7 || c == 0x2022 || c == 0x2027 || c == 0x30FB ||
         c == 0xFF65 || c == 0x22C5 || c == 0x2219;
}

NameKey KeyOf(const std::string& beginning) {
  return NameKey(absl::AsciiStrToLower(beginning));
}

}  // namespace

absl::StatusOr<FullName> NormaliseName(std::string_view name) {
  const auto characters = DecodeUtf8(name);
  if (!characters) {
    return absl::InvalidArgumentError("the name is not valid UTF-8");
  }
  std::string out;
  int length = 0;
  bool space_waits = false;
  for (char32_t raw : *characters) {
    const char32_t c = IsMiddleDot(raw) ? 0x00B7 : HalfWidth(raw);
    if (c < 0x20 || (c >= 0x7F && c < 0xA0)) {
      return absl::InvalidArgumentError(
          "the name has a control character; type it again");
    }
    if (c == U' ') {
      space_waits = length > 0;
      continue;
    }
    if (space_waits) {
      out += ' ';
      ++length;
      space_waits = false;
    }
    AppendUtf8(c, out);
    ++length;
  }
  if (length == 0) return absl::InvalidArgumentError("the name is empty");
  if (length > kLongestName) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the name has ", length, " characters; at most ", kLongestName));
  }
  return FullName(std::move(out));
}

NameKey NameSearchKey(const FullName& normalised) {
  return KeyOf(normalised.Reveal());
}

std::vector<NameKey> NameSearchKeys(const FullName& normalised) {
  constexpr size_t kLongestBeginning = 8;
  const auto characters = DecodeUtf8(normalised.Reveal());
  std::vector<NameKey> keys;
  if (!characters) return keys;
  std::string beginning;
  for (size_t i = 0; i < characters->size(); ++i) {
    AppendUtf8((*characters)[i], beginning);
    const bool whole = i + 1 == characters->size();
    if (whole || (i >= 1 && i < kLongestBeginning)) {
      keys.push_back(KeyOf(beginning));
    }
  }
  return keys;
}

}  // namespace talentcard::identity
