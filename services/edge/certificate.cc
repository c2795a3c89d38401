#include "services/edge/certificate.h"

#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace talentcard::edge {
namespace {

constexpr std::string_view kVerified = "SUCCESS ";
constexpr size_t kLongestSerial = 40;  // RFC 5280 4.1.2.2: 20 octets.

absl::Status Unreadable(std::string_view what) {
  return absl::UnauthenticatedError(
      absl::StrCat("the certificate does not say who asks: ", std::string(what),
                   "; have the city's CA issue a new one"));
}

// Takes `TAG=name` and the comma after it off the front; empty if it is not
// there.
std::string TakeAttribute(std::string_view tag, std::string_view& subject) {
  if (!subject.starts_with(tag)) return "";
  const std::string_view rest = subject.substr(tag.size());
  const size_t end = std::min(rest.find(','), rest.size());
  const std::string_view name = rest.substr(0, end);
  if (!IsAskerName(name)) return "";
  subject = rest.substr(end);
  // A comma has another attribute behind it.
  if (subject.size() > 1) subject.remove_prefix(1);
  return std::string(name);
}

bool IsSerial(std::string_view text) {
  return !text.empty() && text.size() <= kLongestSerial &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F');
         });
}

bool IsHolder(std::string_view name) {
  return (name.starts_with("staff/") && name.size() > 6) ||
         (name.starts_with("devices/") && name.size() > 8);
}

}  // namespace

absl::StatusOr<Certificate> ReadCertificateHeader(std::string_view value) {
  if (!value.starts_with(kVerified))
    return Unreadable("the edge has not verified one");
  value.remove_prefix(kVerified.size());
  const size_t space = value.find(' ');
  Certificate certificate;
  certificate.serial = std::string(value.substr(0, space));
  if (space == std::string_view::npos || !IsSerial(certificate.serial))
    return Unreadable("its serial number is none");
  std::string_view subject = value.substr(space + 1);
  if (subject.starts_with("UID=")) {
    certificate.person = TakeAttribute("UID=", subject);
    if (!std::string_view(certificate.person).starts_with("people/"))
      return Unreadable("its UID is not `people/…`");
  }
  certificate.holder = TakeAttribute("CN=", subject);
  certificate.kind = TakeAttribute("OU=", subject);
  certificate.institution = TakeAttribute("O=", subject);
  if (!IsHolder(certificate.holder) || certificate.kind.empty() ||
      certificate.institution.empty() || !subject.empty()) {
    return Unreadable(
        "its subject is not CN (`staff/…` or `devices/…`), OU (the kind) and O "
        "(the institution)");
  }
  return certificate;
}

std::string CertificateHeader(const Certificate& certificate) {
  return absl::StrCat("SUCCESS ", certificate.serial, " ",
                      certificate.person.empty()
                          ? ""
                          : absl::StrCat("UID=", certificate.person, ","),
                      "CN=", certificate.holder, ",OU=", certificate.kind,
                      ",O=", certificate.institution);
}

bool IsAskerName(std::string_view text) {
  return !text.empty() && text.size() <= 64 &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return absl::ascii_isalnum(c) || c == '/' || c == '-' || c == '_' ||
                  c == '.';
         });
}

}  // namespace talentcard::edge
