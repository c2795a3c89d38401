#ifndef TALENTCARD_ENGINE_CEL_BYTECODE_FACTS_H_
#define TALENTCARD_ENGINE_CEL_BYTECODE_FACTS_H_

#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/cel/bytecode/term.h"
#include "engine/cel/evaluate.h"

namespace talentcard::cel::bytecode {

// Longer lists are left to the tree-walker, which counts its steps.
inline constexpr size_t kLongestList = 16;
inline constexpr int kMostArguments = 4;

// Facts are flat words of 32 bits. First a bit per slot: whether the fact is
// odd, i.e. anything but a plain value of its type. Then, where its slot says,
// the fact: a plain value (ints not narrow, uints and doubles in two words,
// strings as one bit each), or for an odd one, its State.
inline constexpr int OddWords(size_t slots) {
  return static_cast<int>((slots + 31) / 32);
}

enum class State : uint8_t {
  kPlain,
  kError,
  kUnknown,
  kOther,  // Only the tree-walker knows what to do with it.
};

inline bool IsOdd(const uint32_t* facts, int slot) {
  return (facts[slot / 32] >> (slot % 32) & 1) != 0;
}
inline int64_t Wide(const uint32_t* facts, int word) {
  int64_t cell;
  std::memcpy(&cell, facts + word, sizeof cell);
  return cell;
}
// A plain fact that is no strings.
inline int64_t CellAt(const uint32_t* facts, const Slot& slot) {
  return slot.words == 2 ? Wide(facts, slot.word)
                         : static_cast<int32_t>(facts[slot.word]);
}

// Flattens facts, once per revision of a person. Not shared between threads.
class Flattener {
 public:
  // `terms` must outlive it.
  explicit Flattener(const Terms& terms) : terms_(terms) {}

  // Reads every slot of `activation` into `facts`, which has room for Words().
  void Flatten(const Activation& activation, std::span<uint32_t> facts);
  // Puts in one fact, e.g. what the rules have just decided.
  void Set(int slot, const Value& value, std::span<uint32_t> facts);
  // Before Set is used for a new person.
  void Clear(std::span<uint32_t> facts);

 private:
  Value Read(const Slot& slot, const Activation& activation) const;
  // The string's number in the domain.
  uint32_t NumberOf(int domain, std::string_view text);
  State Put(const Slot& slot, const Value& value, std::span<uint32_t> facts);
  State PutStrings(const Slot& slot, const Value& value,
                   std::span<uint32_t> facts);

  const Terms& terms_;
  // This person's strings that no rule names, with their open domains.
  std::vector<std::pair<int, std::string_view>> others_;
};

// The words that facts take.
int Words(const Terms& terms);

}  // namespace talentcard::cel::bytecode

#endif  // TALENTCARD_ENGINE_CEL_BYTECODE_FACTS_H_
