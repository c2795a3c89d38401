#include "tools/pki/city_ca.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "engine/status_macros.h"
#include "tools/pki/files.h"
#include "tools/pki/x509.h"

namespace talentcard::pki {
namespace {

constexpr absl::Duration kRootLife = absl::Hours(24 * 365 * 10);
constexpr absl::Duration kIssuingLife = absl::Hours(24 * 365 * 3);
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

// The CA, which nobody else changes meanwhile.
struct Held {
  std::unique_ptr<const DirectoryLock> lock;
  Authority issuing;
};

absl::StatusOr<Held> Hold(const std::string& directory) {
  Held held;
  ASSIGN_OR_RETURN(held.issuing, LoadIssuing(directory));
  ASSIGN_OR_RETURN(held.lock, DirectoryLock::Take(directory));
  return held;
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
  const std::string path = directory + "/edge.key";
  std::error_code error;
  RETURN_IF_ERROR(std::filesystem::exists(path, error)
                      ? ReplaceSecret(path, KeyPem(*key))
                      : WriteFile(path, KeyPem(*key), kSecret));
  // Second: this one's change makes the edge read both.
  return WriteFile(
      directory + "/edge.pem",
      CertificatePem(*certificate) + CertificatePem(*issuing.certificate),
      kPublic);
}

// That what is issued is what the server reads; a name that it would not read
// is refused by the server's own rule.
absl::Status CheckReadable(const X509& certificate, const Subject& subject) {
  const absl::StatusOr<edge::Certificate> read =
      edge::ReadCertificateHeader(absl::StrCat(
          "SUCCESS ", SerialOf(certificate), " ", SubjectOf(certificate)));
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

std::string RecordsOf(const std::string& directory) {
  return directory + "/issued.txt";
}

bool HasDevices(std::string_view kind) {
  return std::find(kKindsWithDevices.begin(), kKindsWithDevices.end(), kind) !=
         kKindsWithDevices.end();
}

// The part of a FileName() behind the kind: institution and holder.
std::string_view WhereOf(std::string_view name) {
  return name.substr(name.find('@') + 1);
}

// That no other institution has a member of staff of this name, unless this one
// has them too.
absl::Status CheckOneInstitution(const Records& records,
                                 const Subject& subject) {
  if (!absl::StartsWith(subject.holder, "staff/")) return absl::OkStatus();
  const std::string name = FileName(subject);
  const std::string_view where = WhereOf(name);
  const std::string_view holder = where.substr(where.find('@'));
  std::string elsewhere;
  for (const Issued& one : records.issued) {
    const std::string_view other = WhereOf(one.name);
    if (other == where) return absl::OkStatus();
    if (other.substr(other.find('@')) == holder)
      elsewhere = std::string(other.substr(0, other.find('@')));
  }
  if (elsewhere.empty()) return absl::OkStatus();
  return absl::AlreadyExistsError(absl::StrCat(
      "`", subject.holder, "` is of `",
      absl::StrReplaceAll(elsewhere, {{"+", "/"}}),
      "`: another person needs another name; the same one needs --also-at"));
}

// What the lists in force have on them; nothing if there are none yet.
absl::StatusOr<std::set<std::string>> SerialsInForce(
    const std::string& directory) {
  const std::string path = directory + "/crl.pem";
  const absl::StatusOr<std::string> lists = ReadFile(path);
  if (absl::IsNotFound(lists.status())) return std::set<std::string>();
  if (!lists.ok()) return lists.status();
  auto serials = SerialsOnLists(*lists);
  if (serials.ok()) return serials;
  return absl::DataLossError(
      absl::StrCat("`", path, "` is no revocation list; take it away to have ",
                   "it written from `", RecordsOf(directory), "` alone"));
}

absl::Status CheckNothingLost(const std::string& directory,
                              const std::string& lists) {
  ASSIGN_OR_RETURN(const std::set<std::string> before,
                   SerialsInForce(directory));
  ASSIGN_OR_RETURN(const std::set<std::string> after, SerialsOnLists(lists));
  for (const std::string& serial : before) {
    if (after.contains(serial)) continue;
    return absl::DataLossError(absl::StrCat(
        "`", serial, "` is revoked by the list in force and `",
        RecordsOf(directory), "` does not say so; put that right first"));
  }
  return absl::OkStatus();
}

// The root's list; the one that was written where its key was, if it is not
// here.
absl::StatusOr<std::string> RootList(const std::string& directory,
                                     absl::Time now) {
  const auto root = Load(directory + "/root/root.key", directory + "/root.pem");
  if (!root.ok()) return ReadFile(directory + "/root.crl");
  return ListPem(*root, {}, now - kEarlier, now + kRootLife);
}

// By whoever holds the directory.
absl::Status WriteListsHere(const std::string& directory,
                            const Authority& issuing, absl::Time now) {
  ASSIGN_OR_RETURN(const Records records, ReadRecords(RecordsOf(directory)));
  ASSIGN_OR_RETURN(
      const std::string list,
      ListPem(issuing, records.revoked, now - kEarlier, now + kListLife));
  ASSIGN_OR_RETURN(const std::string root_list, RootList(directory, now));
  RETURN_IF_ERROR(CheckNothingLost(directory, list + root_list));
  RETURN_IF_ERROR(WriteFile(directory + "/root.crl", root_list, kPublic));
  return WriteFile(directory + "/crl.pem", list + root_list, kPublic);
}

absl::Status MakeDirectories(const std::string& directory) {
  for (const char* const part : {"/root", "/issued"}) {
    std::error_code error;
    std::filesystem::create_directories(directory + part, error);
    if (error)
      return absl::UnavailableError(absl::StrCat("cannot make `", directory,
                                                 part, "`: ", error.message()));
  }
  return absl::OkStatus();
}

}  // namespace

std::string FileName(const Subject& subject) {
  return absl::StrReplaceAll(
      absl::StrCat(subject.kind, "@", subject.institution, "@", subject.holder),
      {{"/", "+"}});
}

absl::Status Found(const std::string& directory,
                   const std::vector<std::string>& edge_names, absl::Time now) {
  RETURN_IF_ERROR(MakeDirectories(directory));
  ASSIGN_OR_RETURN(const auto lock, DirectoryLock::Take(directory));
  std::error_code error;
  if (std::filesystem::exists(directory + "/root.pem", error))
    return absl::AlreadyExistsError(
        absl::StrCat("`", directory, "` has a CA already"));
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
  // From now on it is there: its absence is a loss.
  RETURN_IF_ERROR(WriteFile(RecordsOf(directory), "", kPublic));
  // Last: its being there says that all of it is.
  RETURN_IF_ERROR(WriteFile(directory + "/root.pem", root_pem, kPublic));
  return WriteListsHere(directory, issuing, now);
}

absl::StatusOr<std::string> Issue(const std::string& directory,
                                  const Subject& subject, absl::Duration life,
                                  absl::Time now, Institutions institutions) {
  if (life <= absl::ZeroDuration() || life > kLongestLife)
    return absl::InvalidArgumentError(
        "a certificate lasts 1 to 30 days; renew it instead");
  if (absl::StartsWith(subject.holder, "devices/") && !HasDevices(subject.kind))
    return absl::InvalidArgumentError(absl::StrCat(
        "`", subject.kind, "` has no devices, only people who sign in; ",
        absl::StrJoin(kKindsWithDevices, ", "), " have"));
  ASSIGN_OR_RETURN(const Held held, Hold(directory));
  ASSIGN_OR_RETURN(const Records records, ReadRecords(RecordsOf(directory)));
  const OwnedKey key = NewKey();
  ASSIGN_OR_RETURN(const OwnedCertificate certificate,
                   Certify(ContentOf(subject, life, now), *key, &held.issuing));
  RETURN_IF_ERROR(CheckReadable(*certificate, subject));
  if (institutions == Institutions::kOne)
    RETURN_IF_ERROR(CheckOneInstitution(records, subject));
  // On the list of what can be revoked before anybody can have it.
  RETURN_IF_ERROR(
      RecordIssued(RecordsOf(directory),
                   {SerialOf(*certificate), FileName(subject), now + life}));
  const std::string path =
      absl::StrCat(directory, "/issued/", FileName(subject));
  RETURN_IF_ERROR(WriteFile(path + ".key", KeyPem(*key), kSecret));
  RETURN_IF_ERROR(WriteFile(
      path + ".pem",
      CertificatePem(*certificate) + CertificatePem(*held.issuing.certificate),
      kPublic));
  return path + ".pem";
}

absl::StatusOr<std::vector<std::string>> Revoke(const std::string& directory,
                                                const Subject& subject,
                                                absl::Time now) {
  ASSIGN_OR_RETURN(const Held held, Hold(directory));
  ASSIGN_OR_RETURN(const Records records, ReadRecords(RecordsOf(directory)));
  ASSIGN_OR_RETURN(const std::set<std::string> before,
                   SerialsInForce(directory));
  std::vector<std::string> serials;
  for (const Issued& one : records.issued) {
    if (one.name != FileName(subject) || one.until <= now ||
        before.contains(one.serial))
      continue;
    // One that is revoked and not on the list: writing it failed.
    if (!one.revoked)
      RETURN_IF_ERROR(RecordRevoked(RecordsOf(directory), {one.serial, now}));
    serials.push_back(one.serial);
  }
  if (serials.empty())
    return absl::NotFoundError(absl::StrCat(
        "`", FileName(subject), "` has no certificate that could be revoked"));
  RETURN_IF_ERROR(WriteListsHere(directory, held.issuing, now));
  ASSIGN_OR_RETURN(const std::set<std::string> after,
                   SerialsInForce(directory));
  for (const std::string& serial : serials) {
    if (!after.contains(serial))
      return absl::DataLossError(absl::StrCat(
          "`", serial, "` was revoked and is not on the list; ask again"));
  }
  return serials;
}

absl::Status WriteLists(const std::string& directory, absl::Time now) {
  ASSIGN_OR_RETURN(const Held held, Hold(directory));
  return WriteListsHere(directory, held.issuing, now);
}

absl::StatusOr<absl::Time> RenewEdge(const std::string& directory,
                                     const std::vector<std::string>& names,
                                     absl::Duration within, absl::Time now) {
  ASSIGN_OR_RETURN(const Held held, Hold(directory));
  const auto edge = Load(directory + "/edge.key", directory + "/edge.pem");
  if (edge.ok() && EndOf(*edge->certificate) - now >= within)
    return EndOf(*edge->certificate);
  std::vector<std::string> kept = names;
  if (kept.empty()) {
    ASSIGN_OR_RETURN(const std::string pem, ReadFile(directory + "/edge.pem"));
    ASSIGN_OR_RETURN(const OwnedCertificate former, ReadCertificate(pem));
    kept = NamesOf(*former);
  }
  RETURN_IF_ERROR(IssueEdge(directory, held.issuing, kept, now));
  return now + kEdgeLife;
}

absl::StatusOr<std::vector<Issued>> List(const std::string& directory) {
  ASSIGN_OR_RETURN(Records records, ReadRecords(RecordsOf(directory)));
  return std::move(records.issued);
}

}  // namespace talentcard::pki
