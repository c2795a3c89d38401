#ifndef TALENTCARD_TOOLS_AUDITOR_EXPORT_H_
#define TALENTCARD_TOOLS_AUDITOR_EXPORT_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace talentcard::auditor {

// Writes the log of a server's files, as of its newest checkpoint, into a
// directory that foreign tools read (services/ledger/tiles.h). What is there
// already and never changes is left; `checkpoint` is replaced at the end.
absl::Status ExportLog(const std::string& data, const std::string& verifier_key,
                       const std::string& directory);

// In place of an old file, whole or not at all.
absl::Status ReplaceFile(const std::string& path, std::string_view content);

}  // namespace talentcard::auditor

#endif  // TALENTCARD_TOOLS_AUDITOR_EXPORT_H_
