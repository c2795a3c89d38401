#include "engine/identity/check_digit.h"

#include <array>
#include <cstddef>

namespace talentcard::identity {
namespace {

constexpr std::string_view kUsccAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

// 0–9, then A=10 … Z=35; -1 otherwise.
int Base36(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'Z') return c - 'A' + 10;
  return -1;
}

}  // namespace

char Mod11_2(std::string_view digits) {
  constexpr std::array<int, 17> kWeights = {7, 9, 10, 5,  8, 4, 2, 1, 6,
                                            3, 7, 9,  10, 5, 8, 4, 2};
  int sum = 0;
  for (size_t i = 0; i < kWeights.size(); ++i) {
    sum += (digits[i] - '0') * kWeights[i];
  }
  return "10X98765432"[sum % 11];
}

char UsccCheck(std::string_view first17) {
  int sum = 0;
  int weight = 1;
  for (char c : first17) {
    const size_t value = kUsccAlphabet.find(c);
    if (value == std::string_view::npos) return '\0';
    sum += static_cast<int>(value) * weight;
    weight = weight * 3 % 31;
  }
  return kUsccAlphabet[(31 - sum % 31) % 31];
}

char OrganisationCheck(std::string_view first8) {
  constexpr std::array<int, 8> kWeights = {3, 7, 9, 10, 5, 8, 4, 2};
  int sum = 0;
  for (size_t i = 0; i < kWeights.size(); ++i) {
    const int value = Base36(first8[i]);
    if (value < 0) return '\0';
    sum += value * kWeights[i];
  }
  const int check = 11 - sum % 11;
  if (check == 10) return 'X';
  return check == 11 ? '0' : static_cast<char>('0' + check);
}

char MrzCheck(std::string_view field) {
  constexpr std::array<int, 3> kWeights = {7, 3, 1};
  int sum = 0;
  for (size_t i = 0; i < field.size(); ++i) {
    const int value = field[i] == '<' ? 0 : Base36(field[i]);
    if (value < 0) return '\0';
    sum += value * kWeights[i % 3];
  }
  return static_cast<char>('0' + sum % 10);
}

}  // namespace talentcard::identity
