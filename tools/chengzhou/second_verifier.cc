#include "tools/chengzhou/second_verifier.h"

#include <unistd.h>

#include <cstdio>
#include <fstream>

#include "absl/strings/str_cat.h"

namespace talentcard::client {

Json AskSecondVerifier(const std::string& script, const std::string& receipt,
                       const std::string& verifier_key) {
  // Verifier keys are of letters, digits and `+/=`, names without spaces: none
  // of it means anything inside single quotes.
  if (verifier_key.find('\'') != std::string::npos) return Json::object();
  const std::string path =
      absl::StrCat("/tmp/chengzhou-receipt-", getpid(), ".tlog-proof");
  std::ofstream(path) << receipt;
  const std::string command =
      absl::StrCat("node '", script, "' ", path, " '", verifier_key, "'");
  std::string said;
  if (FILE* const pipe = popen(command.c_str(), "r")) {
    char buffer[4096];
    for (size_t n; (n = fread(buffer, 1, sizeof buffer, pipe)) > 0;)
      said.append(buffer, n);
    if (pclose(pipe) != 0) said.clear();
  }
  unlink(path.c_str());
  const Json json = Json::parse(said, nullptr, /*allow_exceptions=*/false);
  return json.is_object() ? json : Json::object();
}

}  // namespace talentcard::client
