#include "engine/code/chain.h"

#include <algorithm>

#include "engine/digest/sha256.h"

namespace talentcard::code {
namespace {

std::string BigEndian16(int number) {
  return {static_cast<char>(number >> 8), static_cast<char>(number & 0xFF)};
}

template <size_t n>
std::string_view View(const std::array<uint8_t, n>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), n};
}

}  // namespace

ChainValue FollowChain(const CodeId& id, ChainValue value, int from, int to) {
  for (int i = from; i > to; --i) {
    const Sha256Hash hash =
        Sha256({"CZ1-step", View(id), BigEndian16(i), View(value)});
    std::copy_n(hash.begin(), value.size(), value.begin());
  }
  return value;
}

std::string WriteStep(const ChainStep& step) {
  return BigEndian16(step.number).append(View(step.value));
}

ChainStep ReadStep(std::string_view bytes) {
  ChainStep step;
  step.number =
      static_cast<uint8_t>(bytes[0]) << 8 | static_cast<uint8_t>(bytes[1]);
  std::copy_n(bytes.begin() + 2, step.value.size(), step.value.begin());
  return step;
}

int64_t SlotAt(absl::Time start, absl::Time now) {
  return absl::ToInt64Seconds(absl::Floor(now - start, kChainSlot)) /
         absl::ToInt64Seconds(kChainSlot);
}

bool LeadsTo(const ChainStep& step, const CodeId& id,
             const ChainAnchor& anchor) {
  return step.number >= 1 && step.number <= kChainLength &&
         FollowChain(id, step.value, step.number, 0) == anchor.value;
}

absl::StatusOr<ChainStep> HolderChain::StepOf(int64_t slot) const {
  if (slot < 0 || slot >= kChainLength)
    return absl::OutOfRangeError("the code's day is over; fetch a new one");
  const int number = static_cast<int>(slot) + 1;
  return ChainStep{number, FollowChain(id_, seed_, kChainLength, number)};
}

}  // namespace talentcard::code
