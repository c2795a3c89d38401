#include "engine/policy/digest.h"

#include "absl/strings/str_replace.h"
#include "engine/digest/sha256.h"

namespace talentcard::policy {
namespace {

std::string Length(size_t n) {
  std::string out;
  for (int shift = 56; shift >= 0; shift -= 8)
    out += static_cast<char>(n >> shift);
  return out;
}

}  // namespace

std::string Digest(const std::map<std::string, std::string>& files) {
  std::string canonical;
  for (const auto& [path, content] : files) {
    const std::string text = absl::StrReplaceAll(content, {{"\r\n", "\n"}});
    canonical += Length(path.size()) + Length(text.size()) + path + text;
  }
  return ToHex(Sha256(canonical));
}

}  // namespace talentcard::policy
