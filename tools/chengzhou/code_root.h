#ifndef TALENTCARD_TOOLS_CHENGZHOU_CODE_ROOT_H_
#define TALENTCARD_TOOLS_CHENGZHOU_CODE_ROOT_H_

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/code/signature.h"
#include "tools/chengzhou/client.h"

// What the root of codes does, on a machine without network: it vouches for the
// keys that the server asks for. Files go in and out; no server is called.
namespace talentcard::client {

inline constexpr int kKeyListDays = 40;
inline constexpr int kMostKeyListDays = 190;

// After a compromise: of a public key, believe nothing issued later.
using Cuts = std::map<std::string, absl::Time>;  // By code::ToText.

// `asked`: a v1.CodeKeys as JSON (`chengzhou card keys --json`). The list names
// the keys it wants and, cut, those of `cuts` that were vouched for before. The
// answer is the root and the signed list, as `card publish-keys` takes them.
// kInvalidArgument if no key is wanted, or a cut is of no key it knows.
absl::StatusOr<Json> VouchFor(const Json& asked, const code::Signer& root,
                              absl::Time now, int days, const Cuts& cuts);

// What a signed list says, before somebody approves it: of VouchFor's answer,
// or of a proposal to publish it as `chengzhou proposal show --json` prints it.
// kInvalidArgument if its root did not sign it.
absl::StatusOr<Json> ShowKeyList(const Json& vouched);

}  // namespace talentcard::client

#endif  // TALENTCARD_TOOLS_CHENGZHOU_CODE_ROOT_H_
