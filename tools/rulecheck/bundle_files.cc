#include "tools/rulecheck/bundle_files.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace talentcard {

absl::StatusOr<std::map<std::string, std::string>> ReadBundle(
    const std::string& directory) {
  namespace fs = std::filesystem;
  std::error_code error;
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(directory, error)) {
    const std::string path =
        fs::relative(entry.path(), directory).generic_string();
    if (!entry.is_regular_file() || !absl::EndsWith(path, ".yaml") ||
        absl::StartsWith(path, "cases/"))
      continue;
    std::ifstream file(entry.path(), std::ios::binary);
    std::stringstream content;
    content << file.rdbuf();
    files[path] = content.str();
  }
  if (error || files.empty()) {
    return absl::NotFoundError(
        absl::StrCat("no rule files in `", directory, "`"));
  }
  return files;
}

}  // namespace talentcard
