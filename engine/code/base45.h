#ifndef TALENTCARD_ENGINE_CODE_BASE45_H_
#define TALENTCARD_ENGINE_CODE_BASE45_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

// Base45 (RFC 9285): bytes in the 45 characters of a QR code's alphanumeric
// mode.
namespace talentcard::code {

std::string EncodeBase45(std::string_view bytes);

// The whole text or nothing. kInvalidArgument if a character is not of the
// alphabet, a group stands for more than its bytes hold, or one character is
// left over; else kOutOfRange if it stands for more than `most_bytes`, of which
// nothing is kept.
absl::StatusOr<std::string> DecodeBase45(std::string_view text,
                                         size_t most_bytes);

}  // namespace talentcard::code

#endif  // TALENTCARD_ENGINE_CODE_BASE45_H_
