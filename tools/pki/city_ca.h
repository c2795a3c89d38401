#ifndef TALENTCARD_TOOLS_PKI_CITY_CA_H_
#define TALENTCARD_TOOLS_PKI_CITY_CA_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/rpc/certificate.h"

// The city's certificate authority, in a directory:
//   root/root.key      the root's key; kept offline, needed only to found
//   root.pem           the root, which every party trusts
//   issuing.{key,pem}  what signs day by day
//   ca.pem             both certificates: what the edge checks askers against
//   crl.pem            both revocation lists
//   edge.{key,pem}     the edge's own
//   issued/NAME.{key,pem}   what was issued, with its chain; NAME: FileName()
//   issued.txt         a line a fact: `issued SERIAL UNTIL NAME` or `revoked
//                      SERIAL AT`, times in seconds since 1970
// Keys are P-256, readable to their owner only.
namespace talentcard::pki {

// The longest an asker's certificate may last.
inline constexpr absl::Duration kLongestLife = absl::Hours(24 * 30);
// How long a revocation list is good for; the edge refuses everybody after it.
inline constexpr absl::Duration kListLife = absl::Hours(24 * 7);

// Whom a certificate is for: its `serial` is not read.
using Subject = rpc::Certificate;

// `hospital@hospitals+haicheng-central@staff+desk1`; neither `@` nor `+` is in
// a name, so it is one subject's only.
std::string FileName(const Subject& subject);

// Makes root, issuing CA, the edge's certificate for `edge_names` (DNS names or
// addresses) and an empty list. kAlreadyExists if the directory has a CA.
absl::Status Found(const std::string& directory,
                   const std::vector<std::string>& edge_names, absl::Time now);

// A new key and certificate; answers the path of the certificate. The same
// subject's former one stays good until it ends or is revoked, so that
// renewing is issuing again. kInvalidArgument if the server could not read the
// subject or `life` is too long.
absl::StatusOr<std::string> Issue(const std::string& directory,
                                  const Subject& subject, absl::Duration life,
                                  absl::Time now);

// Revokes all certificates of the subject that have not ended, and writes the
// list. Answers their serial numbers; kNotFound if there are none.
absl::StatusOr<std::vector<std::string>> Revoke(const std::string& directory,
                                                const Subject& subject,
                                                absl::Time now);

// Writes both lists anew; the root's only where its key is.
absl::Status WriteLists(const std::string& directory, absl::Time now);

struct Issued {
  std::string serial;
  std::string name;  // FileName() of the subject.
  absl::Time until;
  bool revoked = false;
};
absl::StatusOr<std::vector<Issued>> List(const std::string& directory);

}  // namespace talentcard::pki

#endif  // TALENTCARD_TOOLS_PKI_CITY_CA_H_
