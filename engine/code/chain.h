#ifndef TALENTCARD_ENGINE_CODE_CHAIN_H_
#define TALENTCARD_ENGINE_CODE_CHAIN_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/code/claims.h"

// A holder without signal draws a seed, lets the issuer sign the end of a chain
// of hashes (the anchor), and shows the values before it one a minute: an old
// value never gives a newer one (Lamport 1981).
//
//   x_1440 = the first 16 bytes of the seed
//   x_(i-1) = SHA-256("CZ1-step" ‖ cti ‖ u16 i ‖ x_i)[:16]     anchor = x_0
//
// In slot s = (now - T0) / 60 s the code ends in u16 (s + 1) ‖ x_(s+1).
namespace talentcard::code {

inline constexpr absl::Duration kChainSlot = absl::Seconds(60);
inline constexpr int kChainLength = 1440;  // A day of slots.
inline constexpr size_t kChainStepSize = 18;
inline constexpr int kChainTolerance = 1;  // Slots, either way.

using ChainValue = std::array<uint8_t, 16>;

// x_to from x_from; `to` must not be larger.
ChainValue FollowChain(const CodeId& id, ChainValue value, int from, int to);

struct ChainStep {
  int number = 0;  // i of x_i: one more than the slot.
  ChainValue value{};
};
std::string WriteStep(const ChainStep& step);
// `bytes` must be kChainStepSize.
ChainStep ReadStep(std::string_view bytes);

// The slot of an instant; may lie outside the chain.
int64_t SlotAt(absl::Time start, absl::Time now);

// True if its number is one of the chain's and it leads to the anchor.
bool LeadsTo(const ChainStep& step, const CodeId& id,
             const ChainAnchor& anchor);

// What the holder's phone keeps. The seed is a secret.
class HolderChain {
 public:
  HolderChain(const CodeId& id, const ChainValue& seed)
      : id_(id), seed_(seed) {}
  ChainValue Anchor() const { return FollowChain(id_, seed_, kChainLength, 0); }
  // The step to show in a slot, 0 to 1439; kOutOfRange outside.
  absl::StatusOr<ChainStep> StepOf(int64_t slot) const;

 private:
  CodeId id_;
  ChainValue seed_;
};

}  // namespace talentcard::code

#endif  // TALENTCARD_ENGINE_CODE_CHAIN_H_
