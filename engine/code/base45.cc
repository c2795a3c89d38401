#include "engine/code/base45.h"

#include <array>
#include <cstdint>
#include <optional>

#include "absl/status/status.h"

namespace talentcard::code {
namespace {

constexpr std::string_view kAlphabet =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
constexpr uint32_t kBase = 45;
constexpr uint8_t kNone = 255;

constexpr std::array<uint8_t, 256> kValues = [] {
  std::array<uint8_t, 256> values{};
  values.fill(kNone);
  for (size_t i = 0; i < kAlphabet.size(); ++i)
    values[static_cast<uint8_t>(kAlphabet[i])] = static_cast<uint8_t>(i);
  return values;
}();

// The number a group of two or three characters stands for.
std::optional<uint32_t> GroupValue(std::string_view group) {
  uint32_t value = 0;
  for (size_t i = group.size(); i-- > 0;) {
    const uint8_t digit = kValues[static_cast<uint8_t>(group[i])];
    if (digit == kNone) return std::nullopt;
    value = value * kBase + digit;
  }
  return value;
}

}  // namespace

std::string EncodeBase45(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size() / 2 * 3 + bytes.size() % 2 * 2);
  for (size_t i = 0; i < bytes.size(); i += 2) {
    const bool pair = i + 1 < bytes.size();
    uint32_t value = static_cast<uint8_t>(bytes[i]);
    if (pair) value = value << 8 | static_cast<uint8_t>(bytes[i + 1]);
    for (int digits = pair ? 3 : 2; digits > 0; --digits) {
      text.push_back(kAlphabet[value % kBase]);
      value /= kBase;
    }
  }
  return text;
}

absl::StatusOr<std::string> DecodeBase45(std::string_view text,
                                         size_t most_bytes) {
  const size_t size = text.size() / 3 * 2 + (text.size() % 3 == 2 ? 1 : 0);
  const bool fits = size <= most_bytes;
  if (text.size() % 3 == 1)
    return absl::InvalidArgumentError("one character is left over");
  std::string bytes;
  if (fits) bytes.reserve(size);
  for (size_t i = 0; i < text.size(); i += 3) {
    const std::string_view group = text.substr(i, 3);
    const std::optional<uint32_t> value = GroupValue(group);
    if (!value)
      return absl::InvalidArgumentError("a character is not of Base45");
    if (*value > (group.size() == 3 ? 0xFFFFu : 0xFFu))
      return absl::InvalidArgumentError("a group stands for no bytes");
    if (!fits) continue;
    if (group.size() == 3) bytes.push_back(static_cast<char>(*value >> 8));
    bytes.push_back(static_cast<char>(*value & 0xFF));
  }
  if (!fits) return absl::OutOfRangeError("too many bytes");
  return bytes;
}

}  // namespace talentcard::code
