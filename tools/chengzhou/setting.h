#ifndef TALENTCARD_TOOLS_CHENGZHOU_SETTING_H_
#define TALENTCARD_TOOLS_CHENGZHOU_SETTING_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "tools/chengzhou/client.h"
#include "tools/chengzhou/wording.h"

namespace talentcard::client {

// What every command has.
struct Setting {
  std::string server = "127.0.0.1:50051";
  Tls tls;
  Asker asker;
  Language language = Language::kEnglish;
  bool json = false;
  // Why; if set, what a command would do is proposed to a second person.
  std::string propose;
  bool emergency = false;
};

// Exit codes by kind of failure.
enum ExitCode {
  kDone = 0,
  kFailed = 1,
  kBadInput = 2,
  kNotAllowed = 3,
  kNotFound = 4,
  kRefused = 5,
  kUnreachable = 6,
  kAskOnline = 7,  // A code that cannot be judged without network.
};
int ExitCodeOf(const absl::Status& status);

// The asker of the setting: of `kind` if it names none, and at the usual place
// of its kind if it names none.
Asker AskerOf(const Setting& setting, const std::string& kind);

// The text in the setting's language.
std::string_view In(const Setting& setting, std::string_view zh,
                    std::string_view en);

// Says a failure on standard error, in the setting's language; nothing of what
// went well. The exit code.
int Report(const absl::Status& status, const Setting& setting);
// Prints an answer as the setting has it, or reports why there is none. The
// exit code.
int Show(const absl::StatusOr<Json>& answer, const Setting& setting);

}  // namespace talentcard::client

#endif  // TALENTCARD_TOOLS_CHENGZHOU_SETTING_H_
