#ifndef TALENTCARD_TOOLS_AUDITOR_EXPORT_H_
#define TALENTCARD_TOOLS_AUDITOR_EXPORT_H_

#include <string>

#include "absl/status/status.h"

namespace talentcard::auditor {

// Writes the log of a server's files, as of its newest checkpoint, into a
// directory that foreign tools read (services/ledger/tiles.h). What is there
// already and never changes is left; `checkpoint` is replaced at the end.
absl::Status ExportLog(const std::string& data, const std::string& verifier_key,
                       const std::string& directory);

}  // namespace talentcard::auditor

#endif  // TALENTCARD_TOOLS_AUDITOR_EXPORT_H_
