#ifndef TALENTCARD_ENGINE_IDENTITY_NAME_H_
#define TALENTCARD_ENGINE_IDENTITY_NAME_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/identity/sensitive.h"

namespace talentcard::identity {

inline constexpr int kLongestName = 100;  // Characters.

// A person's full name in the form it is stored and compared in: full-width
// forms of ASCII (letters, digits, signs, the space) made half-width, every
// kind of middle dot made U+00B7, runs of spaces made one, no space at either
// end. All characters of Unicode stay as they are, rare ones too.
//
// kInvalidArgument: not UTF-8, empty, longer than kLongestName, or with a
// control character.
absl::StatusOr<FullName> NormaliseName(std::string_view name);

// What a name can be searched by: its beginnings from two characters up to the
// whole (at most 8, and the whole), folded to lower case where a script has it
// (ASCII). `normalised` comes from NormaliseName; text that is not UTF-8 has
// none.
std::vector<NameKey> NameSearchKeys(const FullName& normalised);

// The key one typed text is looked up by; same folding.
NameKey NameSearchKey(const FullName& normalised);

}  // namespace talentcard::identity

#endif  // TALENTCARD_ENGINE_IDENTITY_NAME_H_
