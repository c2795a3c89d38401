#include "engine/identity/document.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/identity/check_digit.h"
#include "engine/identity/unicode.h"
#include "engine/status_macros.h"

namespace talentcard::identity {
namespace {

// Age from which a birth date is more likely a slip than a person.
constexpr int kOldestPlausibleAge = 140;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool AllDigits(std::string_view s) {
  return std::all_of(s.begin(), s.end(), IsDigit);
}
bool AllUpper(std::string_view s) {
  return std::all_of(s.begin(), s.end(), IsUpper);
}

absl::StatusOr<DocumentNumber> Canonical(std::string_view text) {
  const auto characters = DecodeUtf8(text);
  if (!characters || characters->size() > 64) {
    return absl::InvalidArgumentError("the number is not readable text");
  }
  std::string out;
  for (char32_t raw : *characters) {
    const char32_t c = HalfWidth(raw);
    if (c == U' ') {
      return absl::InvalidArgumentError(
          "the number has a space; type it without spaces");
    }
    if (c > 0x7E || c < 0x21) {
      return absl::InvalidArgumentError(
          "the number has a character that is neither a digit nor a Latin "
          "letter; type it as printed on the document");
    }
    out += absl::ascii_toupper(static_cast<unsigned char>(c));
  }
  return DocumentNumber(std::move(out));
}

absl::Status Mistakes(std::string_view what,
                      const std::vector<std::string>& mistakes) {
  return absl::InvalidArgumentError(
      absl::StrCat("not a ", A(what), ": ", absl::StrJoin(mistakes, "; ")));
}

// GB/T 2260 provinces; region codes of merged counties stay on old cards, so no
// finer check is made.
bool IsProvince(std::string_view two) {
  constexpr std::array<std::string_view, 34> kProvinces = {
      "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34",
      "35", "36", "37", "41", "42", "43", "44", "45", "46", "50", "51", "52",
      "53", "54", "61", "62", "63", "64", "65", "71", "81", "82"};
  return std::find(kProvinces.begin(), kProvinces.end(), two) !=
         kProvinces.end();
}

void CheckRegion(std::string_view region, const DocumentRules& rules,
                 std::vector<std::string>& mistakes) {
  if (!IsProvince(region.substr(0, 2))) {
    mistakes.push_back(absl::StrCat("no province has the code `",
                                    A(region.substr(0, 2)), "`"));
  } else if (region == "219900" && !rules.allow_unallocated_region) {
    mistakes.push_back("no county has the code `219900`");
  }
}

// Fills birth date and sex from positions 7–17 of an 18-character number.
void ReadBirthAndSex(std::string_view birth, char sex,
                     const DocumentRules& rules, Document& document,
                     std::vector<std::string>& mistakes) {
  const auto date = CivilDate::Parse(absl::StrCat(A(birth.substr(0, 4)), "-",
                                                  A(birth.substr(4, 2)), "-",
                                                  A(birth.substr(6, 2))));
  if (!date.ok()) {
    mistakes.push_back(
        absl::StrCat("its birth date `", A(birth), "` is not in the calendar"));
    return;
  }
  document.birth_date = *date;
  document.female = (sex - '0') % 2 == 0;
  if (*date > rules.today) {
    document.warnings.push_back(
        absl::StrCat("born ", date->ToString(),
                     ": in the future; compare it with the card"));
  } else if (date->AddYears(kOldestPlausibleAge) <= rules.today) {
    document.warnings.push_back(
        absl::StrCat("born ", date->ToString(),
                     ": older than anybody known; compare it with the card"));
  }
}

absl::StatusOr<Document> Eighteen(Document document, std::string_view what,
                                  const DocumentRules& rules) {
  const std::string_view n = document.canonical.Reveal();
  std::vector<std::string> mistakes;
  if (n.size() != 18) {
    return Mistakes(what,
                    {absl::StrCat("it has ", n.size(), " characters, not 18")});
  }
  if (!AllDigits(n.substr(0, 17)) || (!IsDigit(n[17]) && n[17] != 'X')) {
    return Mistakes(
        what, {"only the last character may be X, all others are digits"});
  }
  const bool foreign = document.kind == DocumentKind::kForeignPermanentResident;
  const std::string_view region = n.substr(0, 6);
  const bool hmt_region =
      region == "810000" || region == "820000" || region == "830000";
  if (foreign && n[0] != '9') {
    mistakes.push_back("it must begin with 9");
  }
  if (document.kind == DocumentKind::kHmtResidencePermit && !hmt_region) {
    mistakes.push_back("it must begin with 810000, 820000 or 830000");
  }
  if (document.kind == DocumentKind::kResidentIdentityCard) {
    if (hmt_region) {
      mistakes.push_back(
          "it is a residence permit of Hong Kong, Macau or Taiwan residents; "
          "choose that kind");
    } else if (n[0] == '9') {
      mistakes.push_back(
          "it begins with 9, as foreign permanent resident cards do; choose "
          "that kind");
    } else {
      CheckRegion(region, rules, mistakes);
    }
  }
  ReadBirthAndSex(n.substr(6, 8), n[16], rules, document, mistakes);
  if (Mod11_2(n.substr(0, 17)) != n[17]) {
    mistakes.push_back(
        "its last character does not match the other 17; check it for a typing "
        "slip");
  }
  if (!mistakes.empty()) return Mistakes(what, mistakes);
  return document;
}

absl::StatusOr<Document> OldNumber(Document document,
                                   const DocumentRules& rules) {
  constexpr std::string_view kWhat = "15-digit number of before 1999";
  const std::string_view n = document.canonical.Reveal();
  if (n.size() != 15 || !AllDigits(n)) {
    return Mistakes(kWhat, {"it must be 15 digits"});
  }
  std::vector<std::string> mistakes;
  CheckRegion(n.substr(0, 6), rules, mistakes);
  ReadBirthAndSex(absl::StrCat("19", A(n.substr(6, 6))), n[14], rules, document,
                  mistakes);
  if (!mistakes.empty()) return Mistakes(kWhat, mistakes);
  document.warnings.push_back(
      "no longer valid for identification since 2013; ask for the 18-digit "
      "card");
  return document;
}

// A few letters, then a fixed number of digits; optionally two more that count
// renewals and are not part of the key.
absl::StatusOr<Document> TravelPermit(Document document, bool has_letter) {
  const std::string_view what =
      has_letter ? "travel permit of a Hong Kong or Macau resident"
                 : "travel permit of a Taiwan resident";
  const std::string_view n = document.canonical.Reveal();
  const size_t key = has_letter ? 9 : 8;
  if (n.size() != key && n.size() != key + 2) {
    return Mistakes(
        what,
        {has_letter
             ? "it has a letter and 8 digits, or 10 with the renewal counter"
             : "it has 8 digits, or 10 with the issue counter"});
  }
  if (has_letter && n[0] != 'H' && n[0] != 'M') {
    return Mistakes(what, {"it must begin with H or M"});
  }
  if (!AllDigits(n.substr(has_letter ? 1 : 0))) {
    return Mistakes(what, {has_letter ? "only digits may follow the letter"
                                      : "it has only digits"});
  }
  document.renewal_counter = std::string(n.substr(key));
  document.canonical = DocumentNumber(std::string(n.substr(0, key)));
  return document;
}

absl::StatusOr<Document> Foreign2017(Document document) {
  const std::string_view n = document.canonical.Reveal();
  if (n.size() != 15 || !AllUpper(n.substr(0, 3)) || !AllDigits(n.substr(3))) {
    return Mistakes("foreign permanent resident card of 2017",
                    {"it has three letters and 12 digits"});
  }
  return document;
}

absl::StatusOr<Document> Passport(Document document) {
  const std::string_view n = document.canonical.Reveal();
  const bool shaped =
      n.size() >= 5 && n.size() <= 9 &&
      std::all_of(n.begin(), n.end(),
                  [](char c) { return IsDigit(c) || IsUpper(c); }) &&
      std::any_of(n.begin(), n.end(), IsDigit);
  if (!shaped) {
    return Mistakes("passport number", {"it has 5 to 9 letters and digits"});
  }
  return document;
}

absl::StatusOr<Document> BirthCertificate(Document document,
                                          const DocumentRules& /*rules*/) {
  const std::string_view n = document.canonical.Reveal();
  if (n.size() != 10 || !IsUpper(n[0]) || !AllDigits(n.substr(1))) {
    return Mistakes("birth certificate number",
                    {"it has one letter and 9 digits"});
  }
  return document;
}

}  // namespace

absl::StatusOr<Document> ParseDocument(DocumentKind kind, std::string_view text,
                                       const DocumentRules& rules) {
  Document document;
  document.kind = kind;
  ASSIGN_OR_RETURN(document.canonical, Canonical(text));
  switch (kind) {
    case DocumentKind::kResidentIdentityCard:
      return Eighteen(std::move(document), "resident identity card number",
                      rules);
    case DocumentKind::kHmtResidencePermit:
      return Eighteen(
          std::move(document),
          "residence permit number of a Hong Kong, Macau or Taiwan resident",
          rules);
    case DocumentKind::kForeignPermanentResident:
      return Eighteen(std::move(document),
                      "foreign permanent resident card number", rules);
    case DocumentKind::kOldResidentNumber:
      return OldNumber(std::move(document), rules);
    case DocumentKind::kForeignPermanentResident2017:
      return Foreign2017(std::move(document));
    case DocumentKind::kHkMacauTravelPermit:
      return TravelPermit(std::move(document), /*has_letter=*/true);
    case DocumentKind::kTaiwanTravelPermit:
      return TravelPermit(std::move(document), /*has_letter=*/false);
    case DocumentKind::kPassport:
      return Passport(std::move(document));
    case DocumentKind::kBirthCertificate:
      return BirthCertificate(std::move(document), rules);
  }
  return absl::InvalidArgumentError("choose the kind of the document");
}

}  // namespace talentcard::identity
