#ifndef TALENTCARD_TOOLS_PRINT_CARD_FACE_H_
#define TALENTCARD_TOOLS_PRINT_CARD_FACE_H_

#include <string>

#include "absl/status/statusor.h"

// The face of a card on paper or plastic: ID-1 of ISO/IEC 7810, 85.60 × 53.98
// mm. It carries no code, because codes live minutes; a desk finds the card by
// its number, online.
namespace talentcard::print {

struct CardFace {
  std::string tier_zh;  // 澄州英才卡·领军卡
  std::string tier_en;
  std::string name;         // In full; shrunk and broken until it fits.
  std::string number;       // 32 hexadecimal digits.
  std::string valid_until;  // YYYY-MM-DD, the last valid day.
  int rank = 1;             // 1 to 5, as tiers are ranked: the band's colour.
};

// kFailedPrecondition if no installed font has some character of it: a name is
// never printed with a box in it.
absl::StatusOr<std::string> CardPdf(const CardFace& face);
absl::StatusOr<std::string> CardPng(const CardFace& face, double dots_per_inch);

}  // namespace talentcard::print

#endif  // TALENTCARD_TOOLS_PRINT_CARD_FACE_H_
