#include "services/rpc/asker.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "engine/identity/unicode.h"
#include "engine/status_macros.h"
#include "services/edge/certificate.h"
#include "services/rpc/errors.h"

namespace talentcard::rpc {
namespace {

constexpr size_t kLongestPurpose = 500;

std::string Value(const Metadata& metadata, const char* key) {
  const auto it = metadata.find(key);
  return it == metadata.end()
             ? ""
             : std::string(it->second.data(), it->second.size());
}

std::string PercentDecoded(const std::string& text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool escape =
        text[i] == '%' && i + 2 < text.size() &&
        absl::ascii_isxdigit(static_cast<unsigned char>(text[i + 1])) &&
        absl::ascii_isxdigit(static_cast<unsigned char>(text[i + 2]));
    if (escape) {
      out += absl::HexStringToBytes(text.substr(i + 1, 2));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

// It is kept in the log: what cannot be read there is not taken.
absl::Status CheckPurpose(const std::string& purpose) {
  const auto characters = identity::DecodeUtf8(purpose);
  const bool readable =
      characters &&
      std::none_of(characters->begin(), characters->end(),
                   [](char32_t c) { return c < 0x20 || c == 0x7F; });
  if (readable && purpose.size() <= kLongestPurpose) return absl::OkStatus();
  return Invalid({{"asker-purpose",
                   absl::StrCat("say why in UTF-8, percent-encoded, without "
                                "control characters, in at most ",
                                kLongestPurpose, " bytes")}});
}

absl::Status Unknown(std::string_view message) {
  return Error(absl::StatusCode::kUnauthenticated, v1::ASKER_UNKNOWN, message);
}

// Refuses whatever else names an asker: a client that sends it believes in it.
absl::StatusOr<Asker> AskerOfCertificate(const Metadata& metadata) {
  for (const char* name :
       {"asker-kind", "asker-institution", "asker-staff", "asker-person"}) {
    if (metadata.contains(name))
      return Unknown(absl::StrCat("leave out `", name,
                                  "`: here the certificate says who asks"));
  }
  if (metadata.count(edge::kCertificateHeader) != 1)
    return Unknown("exactly one certificate has to come from the edge");
  absl::StatusOr<edge::Certificate> certificate =
      edge::ReadCertificateHeader(Value(metadata, edge::kCertificateHeader));
  if (!certificate.ok())
    return Unknown(std::string(certificate.status().message()));
  Asker asker;
  asker.actor.kind = std::move(certificate->kind);
  asker.actor.institution = std::move(certificate->institution);
  asker.actor.staff = std::move(certificate->holder);
  asker.actor.person = std::move(certificate->person);
  asker.certificate = std::move(certificate->serial);
  return asker;
}

absl::StatusOr<Asker> AskerOfMetadata(const Metadata& metadata) {
  if (metadata.contains(edge::kCertificateHeader))
    return Unknown(
        "no edge vouches for a certificate here; start chengzhoud with --edge");
  Asker asker;
  asker.actor.kind = Value(metadata, "asker-kind");
  asker.actor.institution = Value(metadata, "asker-institution");
  asker.actor.staff = Value(metadata, "asker-staff");
  asker.actor.person = Value(metadata, "asker-person");
  if (!edge::IsAskerName(asker.actor.kind) ||
      !edge::IsAskerName(asker.actor.institution) ||
      !edge::IsAskerName(asker.actor.staff) ||
      !(asker.actor.person.empty() || edge::IsAskerName(asker.actor.person))) {
    return Unknown(
        "say who asks: asker-kind, asker-institution and asker-staff");
  }
  return asker;
}

}  // namespace

absl::StatusOr<Asker> ReadAsker(const Metadata& metadata, Door door) {
  ASSIGN_OR_RETURN(Asker asker, door == Door::kEdge
                                    ? AskerOfCertificate(metadata)
                                    : AskerOfMetadata(metadata));
  asker.purpose = PercentDecoded(Value(metadata, "asker-purpose"));
  RETURN_IF_ERROR(CheckPurpose(asker.purpose));
  asker.session = Value(metadata, kSessionHeader);
  return asker;
}

}  // namespace talentcard::rpc
