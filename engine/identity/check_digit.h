#ifndef TALENTCARD_ENGINE_IDENTITY_CHECK_DIGIT_H_
#define TALENTCARD_ENGINE_IDENTITY_CHECK_DIGIT_H_

#include <string_view>

namespace talentcard::identity {

// ISO 7064 MOD 11-2 as in GB 11643-1999: the check character (`0`–`9`, `X`) of
// 17 digits. `digits` must be 17 ASCII digits.
char Mod11_2(std::string_view digits);

// GB 32100-2015: the check character of the first 17 characters of a unified
// social credit code; '\0' if one of them is outside its alphabet.
char UsccCheck(std::string_view first17);

// GB 11714-1997: the check character (`0`–`9`, `X`) of the 8 characters of an
// organisation code; '\0' if one of them is not 0–9 or A–Z.
char OrganisationCheck(std::string_view first8);

// ICAO 9303: the 7-3-1 check digit of a machine-readable field (0–9, A–Z, `<`);
// '\0' if another character occurs.
char MrzCheck(std::string_view field);

}  // namespace talentcard::identity

#endif  // TALENTCARD_ENGINE_IDENTITY_CHECK_DIGIT_H_
