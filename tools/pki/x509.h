#ifndef TALENTCARD_TOOLS_PKI_X509_H_
#define TALENTCARD_TOOLS_PKI_X509_H_

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

// Keys, certificates and revocation lists (RFC 5280) through OpenSSL.
namespace talentcard::pki {

template <auto function>
struct Freed {
  template <typename T>
  void operator()(T* thing) const {
    function(thing);
  }
};
using OwnedKey = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using OwnedCertificate = std::unique_ptr<X509, Freed<X509_free>>;

// What is written into a certificate.
struct Content {
  // Short names and values, outermost first: {"O", …}, {"OU", …}, {"CN", …}.
  std::vector<std::pair<std::string, std::string>> subject;
  // OpenSSL's names and values: {"basicConstraints", "critical,CA:TRUE"}.
  std::vector<std::pair<std::string, std::string>> extensions;
  absl::Time from;
  absl::Time until;
};

// A key and its certificate: a certificate authority's, or the edge's.
struct Authority {
  OwnedKey key;
  OwnedCertificate certificate;
};

struct Revoked {
  std::string serial;  // Hexadecimal.
  absl::Time at;
};

OwnedKey NewKey();
// Signed by `issuer`, or by `key` itself if there is none. The serial number is
// random (126 bits). kInvalidArgument if OpenSSL refuses a name or extension.
absl::StatusOr<OwnedCertificate> Certify(const Content& content, EVP_PKEY& key,
                                         const Authority* issuer);

std::string CertificatePem(const X509& certificate);
std::string KeyPem(const EVP_PKEY& key);
// A signed revocation list. kInvalidArgument if a serial number is none.
absl::StatusOr<std::string> ListPem(const Authority& issuer,
                                    const std::vector<Revoked>& revoked,
                                    absl::Time now, absl::Time next);
// The serial numbers on all the lists of a PEM text. kInvalidArgument if there
// is none, or one cannot be read.
absl::StatusOr<std::set<std::string>> SerialsOnLists(const std::string& pem);
// Of a PEM text, the first. kInvalidArgument if there is none.
absl::StatusOr<OwnedCertificate> ReadCertificate(const std::string& pem);
// kInvalidArgument if either is not of this form.
absl::StatusOr<Authority> ReadAuthority(const std::string& key_pem,
                                        const std::string& certificate_pem);

// Upper-case hexadecimal, as the edge writes it.
std::string SerialOf(const X509& certificate);
// RFC 2253, as the edge writes it.
std::string SubjectOf(const X509& certificate);
// The DNS names and addresses that it is for.
std::vector<std::string> NamesOf(const X509& certificate);
// When it ends.
absl::Time EndOf(const X509& certificate);

}  // namespace talentcard::pki

#endif  // TALENTCARD_TOOLS_PKI_X509_H_
