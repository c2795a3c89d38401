#ifndef TALENTCARD_TOOLS_QR_QR_H_
#define TALENTCARD_TOOLS_QR_QR_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

// QR symbols (ISO/IEC 18004) of codes, as pictures and back.
namespace talentcard::qr {

// How much of a symbol may be lost and still be read.
enum class Level {
  kScreen,  // M, 15 %
  kPrint,   // Q, 25 %
};

// A square of modules, without its quiet zone.
struct Symbol {
  int width = 0;
  std::vector<bool> dark;  // Row by row.

  int version() const { return (width - 17) / 4; }
};

inline constexpr int kQuietZone = 4;  // Modules around it.

// kInvalidArgument if the text does not fit into the largest symbol.
absl::StatusOr<Symbol> Encode(std::string_view text, Level level);

std::string Svg(const Symbol& symbol);
// Black on white, so many pixels a module.
std::string Png(const Symbol& symbol, int pixels);

// The text of the one symbol in a picture. kInvalidArgument if it is no PNG or
// JPEG of at most 4096 × 4096, kNotFound if there is no symbol in it.
absl::StatusOr<std::string> ReadPicture(std::string_view picture);

}  // namespace talentcard::qr

#endif  // TALENTCARD_TOOLS_QR_QR_H_
