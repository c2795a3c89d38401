#ifndef TALENTCARD_TOOLS_PKI_RECORDS_H_
#define TALENTCARD_TOOLS_PKI_RECORDS_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tools/pki/x509.h"

// `issued.txt`: what was issued and what is revoked, a line a fact:
//   issued SERIAL UNTIL NAME    NAME: FileName() of the subject
//   revoked SERIAL AT
// times in seconds since 1970.
namespace talentcard::pki {

struct Issued {
  std::string serial;
  std::string name;  // FileName() of the subject.
  absl::Time until;
  bool revoked = false;
};

struct Records {
  std::vector<Issued> issued;
  std::vector<Revoked> revoked;
};

// All of it or nothing: a line that cannot be read may be a revocation, so one
// is kDataLoss, and so is a last line without its end. kNotFound if there is no
// file.
absl::StatusOr<Records> ReadRecords(const std::string& path);

// Each adds a line.
absl::Status RecordIssued(const std::string& path, const Issued& issued);
absl::Status RecordRevoked(const std::string& path, const Revoked& revoked);

}  // namespace talentcard::pki

#endif  // TALENTCARD_TOOLS_PKI_RECORDS_H_
