#ifndef TALENTCARD_ENGINE_CODE_VERDICT_H_
#define TALENTCARD_ENGINE_CODE_VERDICT_H_

#include <optional>
#include <string_view>

#include "engine/code/claims.h"

// What a desk is told about a code.
namespace talentcard::code {

// The order in which a code is judged. After a failure no later step runs; its
// number is the error code.
enum class Step {
  kPrefix = 1,
  kBase45 = 2,
  kLength = 3,
  kShape = 4,
  kHeaders = 5,
  kKey = 6,
  kKeyWindow = 7,
  kSignature = 8,
  kTime = 9,
  kChain = 10,
  kStatus = 11,
  kReplay = 12,
  kShown = 13,
};

enum class Colour { kGreen, kAmber, kRed };

// One for each thing a desk clerk would be told differently.
enum class Finding {
  kNotOurs,
  kNotBase45,
  kTooLong,
  kMalformed,
  kWrongHeaders,
  kUnknownKey,
  kKeyListStale,
  kOutsideKeyWindow,
  kForged,
  kClockDoubtful,
  kFromTheFuture,
  kExpired,
  kLivesTooLong,
  kChainBroken,
  kChainNotNow,
  kStatusListMissing,
  kStatusListStale,
  kNotOnTheList,
  kRevoked,
  kSuspended,
  kBenefitsPaused,
  kShownBefore,
  kReplayMemoryFull,
  kGood,
};

// What a finding means; texts say what to do.
struct FindingInfo {
  Finding finding;
  Colour colour;
  Step step;
  std::string_view code;  // For machines, e.g. `CARD_REVOKED`.
  std::string_view zh;
  std::string_view en;
};
const FindingInfo& InfoOf(Finding finding);

struct Verdict {
  Finding finding = Finding::kNotOurs;
  // Only if the signature is good: nothing forged is ever shown.
  std::optional<Claims> claims;
  int slot = 0;  // Of an offline code.

  Colour colour() const { return InfoOf(finding).colour; }
  Step step() const { return InfoOf(finding).step; }
};

}  // namespace talentcard::code

#endif  // TALENTCARD_ENGINE_CODE_VERDICT_H_
