#ifndef TALENTCARD_ENGINE_IDENTITY_DOCUMENT_H_
#define TALENTCARD_ENGINE_IDENTITY_DOCUMENT_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/date/civil_date.h"
#include "engine/identity/sensitive.h"

namespace talentcard::identity {

// Values equal those of chengzhou.talentcard.v1.DocumentKind.
enum class DocumentKind {
  kResidentIdentityCard = 1,
  kOldResidentNumber = 2,
  kHmtResidencePermit = 3,
  kForeignPermanentResident = 4,
  kForeignPermanentResident2017 = 5,
  kHkMacauTravelPermit = 6,
  kTaiwanTravelPermit = 7,
  kPassport = 8,
  kBirthCertificate = 9,
};

// A document number, read and checked.
struct Document {
  DocumentKind kind;
  // The one form it is stored and compared in: half-width, upper case, without
  // a renewal counter. Two spellings of one document have one canonical form.
  DocumentNumber canonical;
  // Renewal counter of a travel permit, if it was given; not part of the key.
  std::string renewal_counter;
  // What the number itself says; never to be taken for more.
  std::optional<CivilDate> birth_date;
  std::optional<bool> female;
  // What no format forbids but a person must look at: an age of 140 or more, or
  // a birth after `today`. A caller who registers somebody must not drop them.
  std::vector<std::string> warnings;
};

struct DocumentRules {
  // The day ages are judged against.
  CivilDate today;
  // Region 219900 is not allocated; only test and rehearsal data may use it.
  bool allow_unallocated_region = false;
};

// Reads a number as printed. Full-width characters and lower-case letters are
// accepted; anything else out of the format, also a space at an end, is
// kInvalidArgument, with every mistake and what to do. Formats are
// domain standards: GB 11643-1999 (and -1989), the 2018 rules for residence
// permits (810000, 820000, 830000), the 2023 and 2017 foreign permanent
// resident cards, travel permits, ICAO 9303 passports, and birth certificates.
absl::StatusOr<Document> ParseDocument(DocumentKind kind, std::string_view text,
                                       const DocumentRules& rules);

}  // namespace talentcard::identity

#endif  // TALENTCARD_ENGINE_IDENTITY_DOCUMENT_H_
