#ifndef TALENTCARD_ENGINE_IDENTITY_USCC_H_
#define TALENTCARD_ENGINE_IDENTITY_USCC_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace talentcard::identity {

// Reads a unified social credit code (GB 32100-2015) and returns it in its one
// stored form: half-width, upper case. Positions 3–8 (registering region) must
// be digits, and which is not judged: an employer may be registered anywhere.
//
// kInvalidArgument for a wrong length or alphabet; else with every mistake: the
// region, the organisation code's own check (GB 11714-1997, position 17), the
// check character.
absl::StatusOr<std::string> ParseUscc(std::string_view text);

}  // namespace talentcard::identity

#endif  // TALENTCARD_ENGINE_IDENTITY_USCC_H_
