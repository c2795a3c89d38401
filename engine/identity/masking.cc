#include "engine/identity/masking.h"

#include "engine/identity/unicode.h"

namespace talentcard::identity {
namespace {

std::string KeepEnds(std::string_view text, size_t head, size_t tail,
                     size_t hidden_at_least) {
  if (text.size() < head + tail + hidden_at_least) {
    return std::string(text.size(), '*');
  }
  std::string out(text.size(), '*');
  out.replace(0, head, text.substr(0, head));
  out.replace(text.size() - tail, tail, text.substr(text.size() - tail));
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
