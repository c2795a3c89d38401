#include "tools/pki/city_ca.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "engine/status_macros.h"
#include "tools/pki/files.h"
#include "tools/pki/x509.h"

namespace talentcard::pki {
namespace {

constexpr absl::Duration kRootLife = absl::Hours(24 * 365 * 10);
constexpr absl::Duration kIssuingLife = absl::Hours(24 * 365 * 3);
constexpr absl::Duration kEdgeLife = absl::Hours(24 * 90);
// Clocks of desks differ.
constexpr absl::Duration kEarlier = absl::Minutes(5);

absl::StatusOr<Authority> Load(const std::string& key_path,
                               const std::string& certificate_path) {
  ASSIGN_OR_RETURN(const std::string key, ReadFile(key_path));
  ASSIGN_OR_RETURN(const std::string certificate, ReadFile(certificate_path));
  return ReadAuthority(key, certificate);
}

absl::StatusOr<Authority> LoadIssuing(const std::string& directory) {
  auto issuing = Load(directory + "/issuing.key", directory + "/issuing.pem");
  if (absl::IsNotFound(issuing.status()))
    return absl::NotFoundError(
        absl::StrCat("`", directory, "` has no CA; found it with pki init"));
  return issuing;
}

absl::StatusOr<Authority> NewAuthority(const std::string& name,
                                       const std::string& constraints,
                                       absl::Duration life,
                                       const Authority* issuer,
                                       absl::Time now) {
  Authority out;
  out.key = NewKey();
  Content content{{{"O", "Haicheng"}, {"CN", name}},
                  {{"basicConstraints", constraints},
                   {"keyUsage", "critical,keyCertSign,cRLSign"},
                   {"subjectKeyIdentifier", "hash"}},
                  now - kEarlier,
                  now + life};
  if (issuer != nullptr)
    content.extensions.push_back({"authorityKeyIdentifier", "keyid:always"});
  ASSIGN_OR_RETURN(out.certificate, Certify(content, *out.key, issuer));
  return out;
}

std::string AlternativeNames(const std::vector<std::string>& names) {
  std::vector<std::string> out;
  for (const std::string& name : names) {
    const bool address =
        absl::StrContains(name, ":") ||
        name.find_first_not_of("0123456789.") == std::string::npos;
    out.push_back(absl::StrCat(address ? "IP:" : "DNS:", name));
  }
  return absl::StrJoin(out, ",");
}

absl::Status IssueEdge(const std::string& directory, const Authority& issuing,
                       const std::vector<std::string>& names, absl::Time now) {
  const OwnedKey key = NewKey();
  ASSIGN_OR_RETURN(const OwnedCertificate certificate,
                   Certify({{{"O", "Haicheng"}, {"CN", "edge"}},
                            {{"basicConstraints", "critical,CA:FALSE"},
                             {"keyUsage", "critical,digitalSignature"},
                             {"extendedKeyUsage", "serverAuth"},
                             {"subjectAltName", AlternativeNames(names)},
                             {"authorityKeyIdentifier", "keyid:always"}},
                            now - kEarlier,
                            now + kEdgeLife},
                           *key, &issuing));
  RETURN_IF_ERROR(WriteFile(directory + "/edge.key", KeyPem(*key), kSecret));
  return WriteFile(
      directory + "/edge.pem",
      CertificatePem(*certificate) + CertificatePem(*issuing.certificate),
      kPublic);
}

// That what is issued is what the server reads; a name that it would not read
// is refused by the server's own rule.
absl::Status CheckReadable(const X509& certificate, const Subject& subject) {
  const absl::StatusOr<rpc::Certificate> read =
      rpc::ReadCertificateHeader(absl::StrCat("SUCCESS ", SerialOf(certificate),
                                              " ", SubjectOf(certificate)));
  Subject expected = subject;
  expected.serial = SerialOf(certificate);
  if (read.ok() && *read == expected) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "kind, institution and holder (staff/… or devices/…) are 1 to 64 "
      "letters, digits, `/`, `-`, `_` and `.`");
}

Content ContentOf(const Subject& subject, absl::Duration life, absl::Time now) {
  Content content{{{"O", subject.institution},
                   {"OU", subject.kind},
                   {"CN", subject.holder}},
                  {{"basicConstraints", "critical,CA:FALSE"},
                   {"keyUsage", "critical,digitalSignature"},
                   {"extendedKeyUsage", "clientAuth"},
                   {"subjectAltName",
                    absl::StrCat("URI:spiffe://chengzhou/", subject.kind, "/",
                                 subject.institution, "/", subject.holder)},
                   {"authorityKeyIdentifier", "keyid:always"}},
                  now - kEarlier,
                  now + life};
  if (!subject.person.empty())
    content.subject.push_back({"UID", subject.person});
  return content;
}

absl::StatusOr<std::vector<Revoked>> ListRevoked(const std::string& directory) {
  std::vector<Revoked> out;
  const absl::StatusOr<std::string> text = ReadFile(directory + "/issued.txt");
  if (!text.ok()) return out;  // Nothing was issued yet.
  for (const auto line : absl::StrSplit(*text, '\n', absl::SkipEmpty())) {
    const std::vector<std::string> words = absl::StrSplit(line, ' ');
    int64_t at = 0;
    if (words.size() == 3 && words[0] == "revoked" &&
        absl::SimpleAtoi(words[2], &at))
      out.push_back({words[1], absl::FromUnixSeconds(at)});
  }
  return out;
}

}  // namespace

std::string FileName(const Subject& subject) {
  return absl::StrReplaceAll(
      absl::StrCat(subject.kind, "@", subject.institution, "@", subject.holder),
      {{"/", "+"}});
}

absl::Status Found(const std::string& directory,
                   const std::vector<std::string>& edge_names, absl::Time now) {
  std::error_code error;
  if (std::filesystem::exists(directory + "/root.pem", error))
    return absl::AlreadyExistsError(
        absl::StrCat("`", directory, "` has a CA already"));
  std::filesystem::create_directories(directory + "/root", error);
  std::filesystem::create_directories(directory + "/issued", error);
  if (error)
    return absl::UnavailableError(
        absl::StrCat("cannot make `", directory, "`: ", error.message()));
  ASSIGN_OR_RETURN(
      const Authority root,
      NewAuthority("Chengzhou Talent Card Root CA",
                   "critical,CA:TRUE,pathlen:1", kRootLife, nullptr, now));
  ASSIGN_OR_RETURN(
      const Authority issuing,
      NewAuthority("Chengzhou Talent Card Issuing CA",
                   "critical,CA:TRUE,pathlen:0", kIssuingLife, &root, now));
  const std::string root_pem = CertificatePem(*root.certificate);
  const std::string issuing_pem = CertificatePem(*issuing.certificate);
  RETURN_IF_ERROR(
      WriteFile(directory + "/root/root.key", KeyPem(*root.key), kSecret));
  RETURN_IF_ERROR(
      WriteFile(directory + "/issuing.key", KeyPem(*issuing.key), kSecret));
  RETURN_IF_ERROR(WriteFile(directory + "/issuing.pem", issuing_pem, kPublic));
  RETURN_IF_ERROR(
      WriteFile(directory + "/ca.pem", issuing_pem + root_pem, kPublic));
  RETURN_IF_ERROR(IssueEdge(directory, issuing, edge_names, now));
  // Last: its being there says that all of it is.
  RETURN_IF_ERROR(WriteFile(directory + "/root.pem", root_pem, kPublic));
  return WriteLists(directory, now);
}

absl::StatusOr<std::string> Issue(const std::string& directory,
                                  const Subject& subject, absl::Duration life,
                                  absl::Time now) {
  if (life <= absl::ZeroDuration() || life > kLongestLife)
    return absl::InvalidArgumentError(
        "a certificate lasts 1 to 30 days; renew it instead");
  ASSIGN_OR_RETURN(const Authority issuing, LoadIssuing(directory));
  const OwnedKey key = NewKey();
  ASSIGN_OR_RETURN(const OwnedCertificate certificate,
                   Certify(ContentOf(subject, life, now), *key, &issuing));
  RETURN_IF_ERROR(CheckReadable(*certificate, subject));
  // On the list of what can be revoked before anybody can have it.
  RETURN_IF_ERROR(AppendLine(
      directory + "/issued.txt",
      absl::StrCat("issued ", SerialOf(*certificate), " ",
                   absl::ToUnixSeconds(now + life), " ", FileName(subject))));
  const std::string path =
      absl::StrCat(directory, "/issued/", FileName(subject));
  RETURN_IF_ERROR(WriteFile(path + ".key", KeyPem(*key), kSecret));
  RETURN_IF_ERROR(WriteFile(
      path + ".pem",
      CertificatePem(*certificate) + CertificatePem(*issuing.certificate),
      kPublic));
  return path + ".pem";
}

absl::StatusOr<std::vector<std::string>> Revoke(const std::string& directory,
                                                const Subject& subject,
                                                absl::Time now) {
  ASSIGN_OR_RETURN(const std::vector<Issued> issued, List(directory));
  std::vector<std::string> serials;
  for (const Issued& one : issued) {
    if (one.name != FileName(subject) || one.revoked || one.until <= now)
      continue;
    RETURN_IF_ERROR(AppendLine(
        directory + "/issued.txt",
        absl::StrCat("revoked ", one.serial, " ", absl::ToUnixSeconds(now))));
    serials.push_back(one.serial);
  }
  if (serials.empty())
    return absl::NotFoundError(absl::StrCat(
        "`", FileName(subject), "` has no certificate that could be revoked"));
  RETURN_IF_ERROR(WriteLists(directory, now));
  return serials;
}

absl::Status WriteLists(const std::string& directory, absl::Time now) {
  ASSIGN_OR_RETURN(const Authority issuing, LoadIssuing(directory));
  const auto root = Load(directory + "/root/root.key", directory + "/root.pem");
  if (root.ok()) {
    ASSIGN_OR_RETURN(const std::string list,
                     ListPem(*root, {}, now - kEarlier, now + kRootLife));
    RETURN_IF_ERROR(WriteFile(directory + "/root.crl", list, kPublic));
  }
  ASSIGN_OR_RETURN(const std::string root_list,
                   ReadFile(directory + "/root.crl"));
  ASSIGN_OR_RETURN(const std::vector<Revoked> revoked, ListRevoked(directory));
  ASSIGN_OR_RETURN(const std::string list,
                   ListPem(issuing, revoked, now - kEarlier, now + kListLife));
  return WriteFile(directory + "/crl.pem", list + root_list, kPublic);
}

absl::StatusOr<std::vector<Issued>> List(const std::string& directory) {
  std::vector<Issued> out;
  ASSIGN_OR_RETURN(const std::string text, ReadFile(directory + "/issued.txt"));
  for (const auto line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    const std::vector<std::string> words = absl::StrSplit(line, ' ');
    int64_t until = 0;
    if (words.size() == 4 && words[0] == "issued" &&
        absl::SimpleAtoi(words[2], &until))
      out.push_back({words[1], words[3], absl::FromUnixSeconds(until)});
  }
  ASSIGN_OR_RETURN(const std::vector<Revoked> revoked, ListRevoked(directory));
  for (Issued& one : out) {
    one.revoked =
        std::any_of(revoked.begin(), revoked.end(),
                    [&](const Revoked& r) { return r.serial == one.serial; });
  }
  return out;
}

}  // namespace talentcard::pki
