#include "engine/identity/masking.h"

#include "engine/identity/unicode.h"

namespace talentcard::identity {
namespace {

// Text that is not UTF-8 shows nothing.
std::string KeepEnds(std::string_view text, size_t head, size_t tail,
                     size_t hidden_at_least) {
  const auto characters = DecodeUtf8(text);
  const size_t length = characters ? characters->size() : text.size();
  if (!characters || length < head + tail + hidden_at_least) {
    return std::string(length, '*');
  }
  std::string out;
  for (size_t i = 0; i < length; ++i) {
    AppendUtf8(i < head || i >= length - tail ? (*characters)[i] : U'*', out);
  }
  return out;
}

}  // namespace

std::string MaskDocumentNumber(std::string_view number) {
  return KeepEnds(number, 2, 2, 3);
}

std::string MaskPhone(std::string_view phone) {
  return KeepEnds(phone, 3, 2, 3);
}

std::string MaskName(std::string_view name) {
  const auto characters = DecodeUtf8(name);
  std::string out;
  if (characters && characters->size() > 1) AppendUtf8((*characters)[0], out);
  return out + "＊";
}

}  // namespace talentcard::identity
