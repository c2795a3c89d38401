#ifndef TALENTCARD_TOOLS_RULECHECK_BUNDLE_FILES_H_
#define TALENTCARD_TOOLS_RULECHECK_BUNDLE_FILES_H_

#include <map>
#include <string>

#include "absl/status/statusor.h"

namespace talentcard {

// The files of a rule bundle below `directory`, by path: `.yaml` files, but for
// `cases/`, which test a bundle and are not part of it.
absl::StatusOr<std::map<std::string, std::string>> ReadBundle(
    const std::string& directory);

}  // namespace talentcard

#endif  // TALENTCARD_TOOLS_RULECHECK_BUNDLE_FILES_H_
