#ifndef TALENTCARD_SERVICES_RESTORING_H_
#define TALENTCARD_SERVICES_RESTORING_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

// services/restore on the files of a server that does not run.
namespace talentcard {

struct Stopped {
  std::string data;        // Its directory.
  std::string remembered;  // That of its anchor.
  std::string origin;      // The log's new name.
  std::function<void(const absl::Status&)> on_fatal;
};

// The text that two people sign. Errors as restore::OrderFor.
absl::StatusOr<std::string> OrderRestore(const Stopped& server,
                                         const std::string& reason);

// Carries out the signed order in a file. Errors as restore::Restore; kNotFound
// without the file or the server's keys.
absl::Status Restore(const Stopped& server, const std::string& order_path,
                     uint64_t now_ms);

}  // namespace talentcard

#endif  // TALENTCARD_SERVICES_RESTORING_H_
