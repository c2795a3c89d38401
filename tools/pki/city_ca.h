#ifndef TALENTCARD_TOOLS_PKI_CITY_CA_H_
#define TALENTCARD_TOOLS_PKI_CITY_CA_H_

#include <array>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/edge/certificate.h"
#include "tools/pki/records.h"

// The city's certificate authority, in a directory:
//   root/root.key      the root's key; kept offline, needed only to found
//   root.pem           the root, which every party trusts
//   issuing.{key,pem}  what signs day by day
//   ca.pem             both certificates: what the edge checks askers against
//   crl.pem            both revocation lists
//   edge.{key,pem}     the edge's own
//   issued/NAME.{key,pem}   what was issued, with its chain; NAME: FileName()
//   issued.txt         what was issued and what is revoked: records.h
//   lock               held by whoever changes any of it: files.h
// Keys are P-256, readable to their owner only; the edge's also to a group that
// was let read it, and stays so when it is renewed.
//
// What is revoked stays revoked: if issued.txt is gone, cannot be read or has
// less than the list in force, no list is written and that one stays.
namespace talentcard::pki {

// The longest an asker's certificate may last.
inline constexpr absl::Duration kLongestLife = absl::Hours(24 * 30);
// How long a revocation list is good for; the edge refuses everybody after it.
inline constexpr absl::Duration kListLife = absl::Hours(24 * 7);

// How long the edge's own certificate lasts.
inline constexpr absl::Duration kEdgeLife = absl::Hours(24 * 90);

// Whose own systems ask by themselves: the `devices` of access.yaml, in its
// order, which the server keeps to. As all others only people act, who sign in:
// a certificate of `devices/…` is not for them.
inline constexpr std::array<const char*, 4> kKindsWithDevices = {
    "hospital", "school", "education-bureau", "employer"};

// Whom a certificate is for: its `serial` is not read.
using Subject = edge::Certificate;

// `hospital@hospitals+haicheng-central@staff+desk1`; neither `@` nor `+` is in
// a name, so it is one subject's only.
std::string FileName(const Subject& subject);

// Makes root, issuing CA, the edge's certificate for `edge_names` (DNS names or
// addresses) and an empty list. kAlreadyExists if the directory has a CA.
absl::Status Found(const std::string& directory,
                   const std::vector<std::string>& edge_names, absl::Time now);

// Whether a member of staff may have certificates of several institutions: two
// people of one name must not become one.
enum class Institutions { kOne, kSeveral };

// A new key and certificate; answers the path of the certificate. The same
// subject's former one stays good until it ends or is revoked, so that
// renewing is issuing again. kInvalidArgument if the server could not read the
// subject, it is a device of a kind that has none, or `life` is too long;
// kAlreadyExists if the member of staff was issued one at another institution
// and none at this.
absl::StatusOr<std::string> Issue(
    const std::string& directory, const Subject& subject, absl::Duration life,
    absl::Time now, Institutions institutions = Institutions::kOne);

// Revokes all certificates of the subject that have not ended, and writes the
// list. Answers the serial numbers that were not on it and are now; kNotFound
// if there are none. After an error it is to be asked again.
absl::StatusOr<std::vector<std::string>> Revoke(const std::string& directory,
                                                const Subject& subject,
                                                absl::Time now);

// Writes both lists anew; the root's only where its key is. kDataLoss if they
// would have less than those in force.
absl::Status WriteLists(const std::string& directory, absl::Time now);

// The edge's key and certificate anew if it ends within `within`, or the two do
// not fit; for `names`, or for those it has. Answers when the one that is there
// ends.
absl::StatusOr<absl::Time> RenewEdge(const std::string& directory,
                                     const std::vector<std::string>& names,
                                     absl::Duration within, absl::Time now);

absl::StatusOr<std::vector<Issued>> List(const std::string& directory);

}  // namespace talentcard::pki

#endif  // TALENTCARD_TOOLS_PKI_CITY_CA_H_
