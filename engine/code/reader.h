#ifndef TALENTCARD_ENGINE_CODE_READER_H_
#define TALENTCARD_ENGINE_CODE_READER_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/code/chain.h"
#include "engine/code/claims.h"
#include "engine/code/key_list.h"
#include "engine/code/replay.h"
#include "engine/code/status_list.h"
#include "engine/code/verdict.h"

// The code of a card (一个码), written and judged.
//
//   CZ1:  Base45(COSE_Sign1)                fetched a moment ago, lives minutes
//   CZ2:  Base45(COSE_Sign1 ‖ step[18])     fetched today, moves every minute
//
// The four characters of the prefix are signed with the rest. There is no
// compression, so nothing unpacks into more than it is.
namespace talentcard::code {

inline constexpr std::string_view kOnlinePrefix = "CZ1:";
inline constexpr std::string_view kOfflinePrefix = "CZ2:";
inline constexpr size_t kLongestCode = 512;  // Bytes, without Base45.
inline constexpr absl::Duration kClockSkew = absl::Seconds(60);
inline constexpr absl::Duration kLongestOnlineLife = absl::Seconds(300);
inline constexpr absl::Duration kLongestOfflineLife = absl::Hours(24);

// The signed part of a code; with a chain it is an offline one.
std::string SignCode(const Claims& claims, const Signer& signer);
std::string OnlineCode(std::string_view signed_part);
std::string OfflineCode(std::string_view signed_part, const ChainStep& step);
// The claims of a signed part as its holder reads them: not verified.
absl::StatusOr<Claims> ClaimsOf(std::string_view signed_part);

// What a desk knows.
struct Desk {
  const KeyList& keys;
  const std::vector<StatusList>& lists;  // Opened with `keys`.
  absl::Time now;
  // It says itself that its clock was not set.
  bool clock_doubtful = false;
};

// Judges a code, step by step. Carriage returns and line feeds at the end are
// what a scanner adds; spaces are part of a code. `memory` (may be null)
// remembers what was good.
//
// A doubt (amber) does not end the judging: a later failure is worse.
Verdict Judge(std::string_view text, const Desk& desk, ReplayMemory* memory);

}  // namespace talentcard::code

#endif  // TALENTCARD_ENGINE_CODE_READER_H_
