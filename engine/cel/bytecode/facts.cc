#include "engine/cel/bytecode/facts.h"

#include <algorithm>
#include <limits>

#include "engine/cel/bytecode/lower.h"

namespace talentcard::cel::bytecode {

int Words(const Terms& terms) {
  int words = OddWords(terms.slots.size());
  for (const Slot& slot : terms.slots) words += slot.words;
  return words;
}

void Flattener::Clear(std::span<uint32_t> facts) {
  std::fill_n(facts.begin(), OddWords(terms_.slots.size()), 0);
  others_.clear();
}

void Flattener::Flatten(const Activation& activation,
                        std::span<uint32_t> facts) {
  Clear(facts);
  for (int i = 0; i < std::ssize(terms_.slots); ++i)
    Set(i, Read(terms_.slots[i], activation), facts);
}

void Flattener::Set(int index, const Value& value, std::span<uint32_t> facts) {
  const Slot& slot = terms_.slots[index];
  const State state = Put(slot, value, facts);
  const uint32_t bit = uint32_t{1} << (index % 32);
  if (state == State::kPlain) {
    facts[index / 32] &= ~bit;
  } else {
    facts[index / 32] |= bit;
    facts[slot.word] = static_cast<uint32_t>(state);
  }
}

Value Flattener::Read(const Slot& slot, const Activation& activation) const {
  const Node& node = slot.source.program->nodes()[slot.source.node];
  if (node.op == Node::Op::kVariable && activation.unknown == nullptr) {
    const auto index = static_cast<size_t>(node.slot);
    const size_t variables = activation.variables.size();
    return index < variables ? activation.variables[index]
                             : activation.parameters[index - variables];
  }
  if (slot.fields) {
    if (auto value = slot.fields->Read(activation)) return *std::move(value);
  }
  return EvaluateNode(*slot.source.program, slot.source.node, activation);
}

State Flattener::Put(const Slot& slot, const Value& value,
                     std::span<uint32_t> facts) {
  if (value.is_unknown()) return State::kUnknown;
  if (value.is_error()) return State::kError;
  if (slot.kind == Kind::kStrings) return PutStrings(slot, value, facts);
  if (slot.kind == Kind::kString) {
    if (value.kind() != Value::Kind::kString) return State::kOther;
    facts[slot.word] = NumberOf(slot.domain, value.as_string());
    return State::kPlain;
  }
  const auto cell = CellOf(value, slot.kind);
  if (!cell) return State::kOther;
  if (slot.words == 2) {
    std::memcpy(&facts[slot.word], &*cell, sizeof *cell);
  } else {
    constexpr int64_t kLow = std::numeric_limits<int32_t>::min();
    constexpr int64_t kHigh = std::numeric_limits<int32_t>::max();
    facts[slot.word] = static_cast<uint32_t>(std::clamp(*cell, kLow, kHigh));
  }
  return State::kPlain;
}

State Flattener::PutStrings(const Slot& slot, const Value& value,
                            std::span<uint32_t> facts) {
  if (value.kind() != Value::Kind::kList ||
      value.as_list().size() > kLongestList) {
    return State::kOther;
  }
  std::fill_n(facts.begin() + slot.word, slot.words, 0);
  for (size_t i = 0; i < value.as_list().size(); ++i) {
    const Value element = value.as_list().at(i);
    if (element.kind() != Value::Kind::kString) return State::kOther;
    const uint32_t number = NumberOf(slot.domain, element.as_string());
    if (number >= 32 * static_cast<uint32_t>(slot.words)) return State::kOther;
    facts[slot.word + number / 32] |= uint32_t{1} << (number % 32);
  }
  return State::kPlain;
}

uint32_t Flattener::NumberOf(int index, std::string_view text) {
  const Domain& domain = terms_.domains[index];
  const auto it =
      domain.numbers.find(absl::string_view(text.data(), text.size()));
  if (it != domain.numbers.end()) return it->second;
  const auto first = static_cast<uint32_t>(domain.constants.size());
  if (!domain.open) return first;
  uint32_t place = 0;
  for (const auto& [its_domain, other] : others_) {
    if (its_domain != index) continue;
    if (other == text) return first + place;
    ++place;
  }
  others_.emplace_back(index, text);
  return first + place;
}

}  // namespace talentcard::cel::bytecode
