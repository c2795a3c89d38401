#include "services/store/keys.h"

namespace talentcard::store {

void AppendNumber(uint64_t number, std::string& out) {
  for (int shift = 56; shift >= 0; shift -= 8) {
    out += static_cast<char>(number >> shift);
  }
}

uint64_t ReadNumber(std::string_view bytes, size_t offset) {
  uint64_t number = 0;
  for (size_t i = 0; i < 8; ++i) {
    number = (number << 8) | static_cast<uint8_t>(bytes[offset + i]);
  }
  return number;
}

std::string PrefixEnd(std::string prefix) {
  while (!prefix.empty() && prefix.back() == '\xFF') prefix.pop_back();
  if (!prefix.empty()) ++prefix.back();
  return prefix;
}

Key& Key::Add(std::string_view text) {
  if (text_open_) bytes_ += '\0';
  bytes_ += text;
  text_open_ = true;
  return *this;
}

Key& Key::Add(uint64_t number) {
  if (text_open_) bytes_ += '\0';
  AppendNumber(number, bytes_);
  text_open_ = false;
  return *this;
}

std::string Key::First() const { return text_open_ ? bytes_ + '\0' : bytes_; }

std::string Key::Last() const { return PrefixEnd(First()); }

}  // namespace talentcard::store
