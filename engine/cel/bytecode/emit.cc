#include "engine/cel/bytecode/emit.h"

#include <algorithm>
#include <limits>
#include <map>

#include "engine/cel/bytecode/careful.h"

namespace talentcard::cel::bytecode {
namespace {

constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();
constexpr int64_t kMost = std::numeric_limits<int64_t>::max();

int32_t Near(int64_t bound) {
  return static_cast<int32_t>(
      std::clamp<int64_t>(bound, std::numeric_limits<int32_t>::min(),
                          std::numeric_limits<int32_t>::max()));
}

Opcode Negation(Opcode opcode) {
  return static_cast<Opcode>(static_cast<uint16_t>(opcode) + 1);
}

}  // namespace

void Emitter::Begin(Pivot pivot) {
  pivot_ = pivot;
  labels_.clear();
  jumps_.clear();
  not_plain_ = NewLabel();
}

void Emitter::Finish() {
  for (const auto& [at, label] : jumps_)
    code_.instructions[at].target = static_cast<uint32_t>(labels_[label]);
}

uint32_t Emitter::EmitCheck(int term, Pivot pivot) {
  const auto entry = static_cast<uint32_t>(code_.instructions.size());
  Begin(pivot);
  const Label yes = NewLabel(), no = NewLabel();
  Test(term, yes, no, yes);
  Place(yes);
  Emit(Opcode::kReturn, 1);
  Place(no);
  Emit(Opcode::kReturn, 0);
  Place(not_plain_);
  Emit(Opcode::kReturn, kNotPlain);
  Finish();
  return entry;
}

uint32_t Emitter::EmitChoice(int term) {
  const auto entry = static_cast<uint32_t>(code_.instructions.size());
  Begin({});
  Choose(term);
  Place(not_plain_);
  Emit(Opcode::kReturn, kNotPlain);
  Finish();
  return entry;
}

uint32_t Emitter::EmitAll(std::span<const int> rules, Pivot pivot) {
  const auto entry = static_cast<uint32_t>(code_.instructions.size());
  Begin(pivot);
  std::vector<Conjuncts> all;
  std::map<int, int> uses;
  for (int rule = 0; rule < std::ssize(rules); ++rule) {
    if (Known(rules[rule]) == false) continue;
    Conjuncts& conjuncts = all.emplace_back(Conjuncts{rule, {}});
    Flatten(rules[rule], Term::Op::kAnd, conjuncts.parts);
    for (int part : conjuncts.parts) ++uses[part];
  }
  // What many rules need comes first and is tested once for all of them.
  for (Conjuncts& conjuncts : all) {
    std::stable_sort(conjuncts.parts.begin(), conjuncts.parts.end(),
                     [&](int a, int b) {
                       return std::pair(-uses[a], a) < std::pair(-uses[b], b);
                     });
  }
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
    return a.parts < b.parts;
  });
  Group(all, 0);
  Emit(Opcode::kReturn, 0);
  Finish();
  return entry;
}

// Rules whose first `depth` conjuncts are the same and hold.
void Emitter::Group(std::span<const Conjuncts> rules, size_t depth) {
  for (size_t begin = 0; begin < rules.size();) {
    const Conjuncts& first = rules[begin];
    if (first.parts.size() == depth) {
      Emit(Opcode::kGrant, first.rule);
      ++begin;
      continue;
    }
    size_t end = begin + 1;
    while (end < rules.size() && rules[end].parts.size() > depth &&
           rules[end].parts[depth] == first.parts[depth]) {
      ++end;
    }
    const Label hold = NewLabel(), done = NewLabel(), outside = not_plain_;
    not_plain_ = NewLabel();
    const size_t jumps = jumps_.size();
    Test(first.parts[depth], hold, done, hold);
    Place(hold);
    const Label doubt = not_plain_;
    const bool doubtful = std::any_of(
        jumps_.begin() + static_cast<std::ptrdiff_t>(jumps), jumps_.end(),
        [&](const auto& j) { return j.second == doubt; });
    not_plain_ = outside;
    Group(rules.subspan(begin, end - begin), depth + 1);
    if (doubtful) {
      Jump(done);
      Place(doubt);
      for (size_t i = begin; i < end; ++i) Emit(Opcode::kDoubt, rules[i].rule);
    }
    Place(done);
    begin = end;
  }
}

// What the pivot decides.
std::optional<bool> Emitter::Known(int index) const {
  const Term& term = terms_.terms[index];
  switch (term.op) {
    case Term::Op::kConstant:
      return term.cell != 0;
    case Term::Op::kMember:
      if (pivot_.slot < 0 || terms_.terms[term.parts[0]].slot != pivot_.slot)
        return std::nullopt;
      return *Apply(terms_, term, &pivot_.number) != 0;
    case Term::Op::kNot: {
      const auto known = Known(term.parts[0]);
      return known ? std::optional(!*known) : std::nullopt;
    }
    case Term::Op::kAnd:
    case Term::Op::kOr: {
      const bool decisive = term.op == Term::Op::kOr;
      bool all = true;
      for (int part : term.parts) {
        const auto known = Known(part);
        if (known == decisive) return decisive;
        all = all && known.has_value();
      }
      return all ? std::optional(!decisive) : std::nullopt;
    }
    case Term::Op::kSelect: {
      if (term.kind != Kind::kBool) return std::nullopt;
      const auto condition = Known(term.parts[0]);
      return condition ? Known(term.parts[*condition ? 1 : 2]) : std::nullopt;
    }
    default:
      return std::nullopt;
  }
}

// The parts of nested && (or ||) that are still to be tested.
void Emitter::Flatten(int index, Term::Op op, std::vector<int>& parts) const {
  if (Known(index)) return;
  const Term& term = terms_.terms[index];
  if (term.op != op) {
    if (std::find(parts.begin(), parts.end(), index) == parts.end())
      parts.push_back(index);
    return;
  }
  for (int part : term.parts) Flatten(part, op, parts);
}

void Emitter::Test(int index, Label then, Label otherwise, Label next) {
  const Term& term = terms_.terms[index];
  if (const auto known = Known(index)) {
    const Label target = *known ? then : otherwise;
    if (target != next) Jump(target);
    return;
  }
  switch (term.op) {
    case Term::Op::kNot:
      return Test(term.parts[0], otherwise, then, next);
    case Term::Op::kAnd:
    case Term::Op::kOr:
      return Logical(term, then, otherwise, next);
    case Term::Op::kSelect: {
      if (const auto known = Known(term.parts[0]))
        return Test(term.parts[*known ? 1 : 2], then, otherwise, next);
      const Label yes = NewLabel(), no = NewLabel();
      Test(term.parts[0], yes, no, yes);
      Place(yes);
      Test(term.parts[1], then, otherwise, no);
      Place(no);
      return Test(term.parts[2], then, otherwise, next);
    }
    case Term::Op::kExit:
      return Jump(not_plain_);
    default:
      return Atom(term, then, otherwise, next);
  }
}

void Emitter::Logical(const Term& term, Label then, Label otherwise,
                      Label next) {
  const bool all = term.op == Term::Op::kAnd;
  std::vector<int> parts;
  for (int part : term.parts) Flatten(part, term.op, parts);
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i + 1 == parts.size()) return Test(parts[i], then, otherwise, next);
    const Label on = NewLabel();
    all ? Test(parts[i], on, otherwise, on) : Test(parts[i], then, on, on);
    Place(on);
  }
}

void Emitter::Atom(const Term& term, Label then, Label otherwise, Label next) {
  const auto* operand =
      term.parts.empty() ? nullptr : &terms_.terms[term.parts[0]];
  const auto slot_of = [&](const Term& t) -> const Slot* {
    return t.op == Term::Op::kSlot ? &terms_.slots[t.slot] : nullptr;
  };
  const Slot* slot = operand != nullptr ? slot_of(*operand) : slot_of(term);
  Instruction instruction;
  if (slot != nullptr) instruction.word = static_cast<uint16_t>(slot->word);
  switch (term.op) {
    case Term::Op::kSlot:
      instruction.bounds = {1, 1};
      return Branch(Opcode::kRange, instruction, then, otherwise, next);
    case Term::Op::kRange:
      return Range(term, then, otherwise, next);
    case Term::Op::kMember: {
      if (slot == nullptr) return Jump(not_plain_);
      const auto& mask = terms_.sets[term.set].mask;
      if (mask.size() <= 2) {
        instruction.mask =
            mask[0] | (mask.size() == 2 ? uint64_t{mask[1]} << 32 : 0);
        return Branch(Opcode::kMember, instruction, then, otherwise, next);
      }
      instruction.part = {KeepMask(mask), static_cast<uint32_t>(mask.size())};
      return Branch(Opcode::kMemberOf, instruction, then, otherwise, next);
    }
    case Term::Op::kOverlap: {
      const auto& mask = terms_.sets[term.set].mask;
      if (mask.size() <= 2) {
        instruction.mask =
            mask[0] | (mask.size() == 2 ? uint64_t{mask[1]} << 32 : 0);
        return Branch(mask.size() == 1 ? Opcode::kOverlap : Opcode::kOverlap2,
                      instruction, then, otherwise, next);
      }
      instruction.part = {KeepMask(mask), static_cast<uint32_t>(mask.size())};
      return Branch(Opcode::kOverlapOf, instruction, then, otherwise, next);
    }
    case Term::Op::kContains: {
      const Slot* element = slot_of(terms_.terms[term.parts[1]]);
      if (element == nullptr) return Jump(not_plain_);
      instruction.part = {static_cast<uint32_t>(element->word),
                          static_cast<uint32_t>(32 * slot->words)};
      return Branch(Opcode::kContains, instruction, then, otherwise, next);
    }
    case Term::Op::kEqual:
    case Term::Op::kLess:
    case Term::Op::kLessEqual:
      return Compare(term, then, otherwise, next);
    default:
      Compute(static_cast<int>(&term - terms_.terms.data()), 0);
      instruction.word = 0;
      return Branch(Opcode::kHolds, instruction, then, otherwise, next);
  }
}

void Emitter::Compare(const Term& term, Label then, Label otherwise,
                      Label next) {
  const bool equal = term.op == Term::Op::kEqual;
  const bool less = term.op == Term::Op::kLess;
  const Term& a = terms_.terms[term.parts[0]];
  const Term& b = terms_.terms[term.parts[1]];
  Instruction instruction;
  if (a.op == Term::Op::kSlot && b.op == Term::Op::kSlot &&
      terms_.slots[a.slot].words == 1 && terms_.slots[b.slot].words == 1) {
    instruction.word = static_cast<uint16_t>(terms_.slots[a.slot].word);
    instruction.part = {static_cast<uint32_t>(terms_.slots[b.slot].word), 0};
    return Branch(equal  ? Opcode::kEqualFacts
                  : less ? Opcode::kLessFacts
                         : Opcode::kAtMostFacts,
                  instruction, then, otherwise, next);
  }
  Compute(term.parts[0], 0);
  Compute(term.parts[1], 1);
  instruction.part = {1, 0};
  Opcode opcode = equal  ? Opcode::kEqual
                  : less ? Opcode::kLessInt
                         : Opcode::kAtMostInt;
  if (a.kind == Kind::kUint && !equal)
    opcode = less ? Opcode::kLessUint : Opcode::kAtMostUint;
  if (a.kind == Kind::kDouble) {
    opcode = equal  ? Opcode::kEqualDouble
             : less ? Opcode::kLessDouble
                    : Opcode::kAtMostDouble;
  }
  Branch(opcode, instruction, then, otherwise, next);
}

void Emitter::Range(const Term& term, Label then, Label otherwise, Label next) {
  const Term& operand = terms_.terms[term.parts[0]];
  Instruction instruction;
  if (operand.op == Term::Op::kSlot && terms_.slots[operand.slot].words == 1) {
    // What a 32-bit fact cannot be beyond is no bound.
    if (term.low > std::numeric_limits<int32_t>::max() ||
        term.high < std::numeric_limits<int32_t>::min()) {
      if (otherwise != next) Jump(otherwise);
      return;
    }
    instruction.word = static_cast<uint16_t>(terms_.slots[operand.slot].word);
    instruction.bounds = {Near(term.low), Near(term.high)};
    return Branch(Opcode::kRange, instruction, then, otherwise, next);
  }
  Compute(term.parts[0], 0);
  const bool low = term.low != kLeast, high = term.high != kMost;
  if (low) {
    const Label on = NewLabel();
    instruction.value = term.low;
    if (!high)
      return Branch(Opcode::kAtLeast, instruction, then, otherwise, next);
    Branch(Opcode::kAtLeast, instruction, on, otherwise, on);
    Place(on);
  }
  instruction.value = term.high;
  Branch(Opcode::kAtMost, instruction, then, otherwise, next);
}

void Emitter::Branch(Opcode opcode, Instruction instruction, Label then,
                     Label otherwise, Label next) {
  instruction.opcode = next == otherwise ? Negation(opcode) : opcode;
  Emit(instruction, next == otherwise ? then : otherwise);
  if (next != then && next != otherwise) Jump(then);
}

void Emitter::Compute(int index, int target) {
  const Term& term = terms_.terms[index];
  Instruction instruction;
  instruction.word = static_cast<uint16_t>(target);
  if (target + kMostArguments >= kRegisters) return Jump(not_plain_);
  switch (term.op) {
    case Term::Op::kConstant:
      instruction.opcode = Opcode::kConstant;
      instruction.value = term.cell;
      code_.instructions.push_back(instruction);
      return;
    case Term::Op::kSlot: {
      const Slot& slot = terms_.slots[term.slot];
      instruction.opcode = slot.words == 2 ? Opcode::kLoad2 : Opcode::kLoad;
      instruction.word = static_cast<uint16_t>(slot.word);
      instruction.part = {static_cast<uint32_t>(target), 0};
      code_.instructions.push_back(instruction);
      return;
    }
    case Term::Op::kExit:
      return Jump(not_plain_);
    case Term::Op::kAdd:
    case Term::Op::kSubtract:
    case Term::Op::kMultiply:
    case Term::Op::kCall:
      for (size_t i = 0; i < term.parts.size(); ++i)
        Compute(term.parts[i], target + static_cast<int>(i));
      instruction.opcode = term.op == Term::Op::kAdd        ? Opcode::kAdd
                           : term.op == Term::Op::kSubtract ? Opcode::kSubtract
                           : term.op == Term::Op::kMultiply ? Opcode::kMultiply
                                                            : Opcode::kCall;
      instruction.part = {static_cast<uint32_t>(index), 0};
      return Emit(instruction, not_plain_);
    default:
      break;
  }
  // A bool as a value, or a choice between values. Tests use registers from 0
  // on; where some are in use already, only Careful can.
  if (target != 0) return Jump(not_plain_);
  const Label yes = NewLabel(), no = NewLabel(), done = NewLabel();
  const bool select = term.op == Term::Op::kSelect;
  Test(select ? term.parts[0] : index, yes, no, yes);
  const auto put = [&](bool holds) {
    if (select) return Compute(term.parts[holds ? 1 : 2], target);
    Instruction constant = instruction;
    constant.opcode = Opcode::kConstant;
    constant.value = holds ? 1 : 0;
    code_.instructions.push_back(constant);
  };
  Place(yes);
  put(true);
  Jump(done);
  Place(no);
  put(false);
  Place(done);
}

void Emitter::Choose(int index) {
  const Term& term = terms_.terms[index];
  Instruction instruction;
  switch (term.op) {
    case Term::Op::kSelect: {
      const Label yes = NewLabel(), no = NewLabel();
      Test(term.parts[0], yes, no, yes);
      Place(yes);
      Choose(term.parts[1]);
      Place(no);
      return Choose(term.parts[2]);
    }
    case Term::Op::kConstant:
      return Emit(Opcode::kReturn, term.cell);
    case Term::Op::kSlot:
      instruction.opcode = Opcode::kReturnFact;
      instruction.word = static_cast<uint16_t>(terms_.slots[term.slot].word);
      code_.instructions.push_back(instruction);
      return;
    default:
      return Jump(not_plain_);
  }
}

void Emitter::Jump(Label label) {
  Instruction instruction;
  instruction.opcode = Opcode::kJump;
  Emit(instruction, label);
}

void Emitter::Emit(Instruction instruction, Label target) {
  jumps_.emplace_back(code_.instructions.size(), target);
  code_.instructions.push_back(instruction);
}

void Emitter::Emit(Opcode opcode, int64_t value) {
  Instruction instruction;
  instruction.opcode = opcode;
  instruction.value = value;
  code_.instructions.push_back(instruction);
}

uint32_t Emitter::KeepMask(const std::vector<uint32_t>& mask) {
  const auto first = static_cast<uint32_t>(code_.masks.size());
  code_.masks.insert(code_.masks.end(), mask.begin(), mask.end());
  return first;
}

}  // namespace talentcard::cel::bytecode
