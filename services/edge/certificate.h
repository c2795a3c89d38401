#ifndef TALENTCARD_SERVICES_EDGE_CERTIFICATE_H_
#define TALENTCARD_SERVICES_EDGE_CERTIFICATE_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace talentcard::edge {

// The one header in which the edge says whose certificate it has verified. The
// edge always writes it over; nobody else can reach the edge's socket.
//
//   asker-certificate: SUCCESS SERIAL SUBJECT
//
// SERIAL is 1 to 40 upper-case hexadecimal digits; SUBJECT is an RFC 2253 name
// of these attributes and no others, in this order:
//   UID  optional: `people/{person}`, the staff member's own record
//   CN   who holds the key: `staff/wang` or `devices/his-1`
//   OU   a kind of access.yaml: `hospital`
//   O    the institution: `hospitals/haicheng-central`
inline constexpr char kCertificateHeader[] = "asker-certificate";

struct Certificate {
  std::string serial;
  std::string person;  // Empty if it names none.
  std::string holder;
  std::string kind;
  std::string institution;

  bool operator==(const Certificate&) const = default;
};

// kUnauthenticated unless it is exactly of the form above.
absl::StatusOr<Certificate> ReadCertificateHeader(std::string_view value);
// The header's value for a certificate whose parts are names.
std::string CertificateHeader(const Certificate& certificate);

// Whether it can name an asker in a log or an index row: 1 to 64 letters,
// digits, `/`, `-`, `_` and `.` (64: X.520's bound for CN, OU and O).
bool IsAskerName(std::string_view text);

}  // namespace talentcard::edge

#endif  // TALENTCARD_SERVICES_EDGE_CERTIFICATE_H_
