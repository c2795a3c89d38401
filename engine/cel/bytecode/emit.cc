#include "engine/cel/bytecode/emit.h"

#include <algorithm>
#include <limits>
#include <map>

#include "engine/cel/bytecode/careful.h"

namespace talentcard::cel::bytecode {
namespace {

constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();
constexpr int64_t kMost = std::numeric_limits<int64_t>::max();

Instruction::Bounds Bounds(int64_t low, int64_t high) {
  const auto near = [](int64_t bound) {
    return static_cast<int32_t>(
        std::clamp<int64_t>(bound, std::numeric_limits<int32_t>::min(),
                            std::numeric_limits<int32_t>::max()));
  };
  const auto least = static_cast<uint32_t>(near(low));
  return {least, static_cast<uint32_t>(near(high)) - least};
}

// The numbers of a set that has no gaps.
std::optional<std::pair<int64_t, int64_t>> Interval(
    const std::vector<uint32_t>& mask) {
  int64_t first = -1, last = -1, count = 0;
  for (int64_t i = 0; i < 32 * std::ssize(mask); ++i) {
    if ((mask[i / 32] >> (i % 32) & 1) == 0) continue;
    if (first < 0) first = i;
    last = i;
    ++count;
  }
  if (count == 0 || last - first + 1 != count) return std::nullopt;
  return std::pair(first, last);
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
  return EmitConjunction({&term, 1}, pivot);
}

uint32_t Emitter::EmitConjunction(std::span<const int> terms, Pivot pivot) {
  const auto entry = static_cast<uint32_t>(code_.instructions.size());
  Begin(pivot);
  const Label yes = NewLabel(), no = NewLabel();
  TestAll(terms, yes, no, yes);
  Place(yes);
  Emit(Opcode::kReturn, 1);
  Place(no);
  Emit(Opcode::kReturn, 0);
  Place(not_plain_);
  Emit(Opcode::kReturn, kNotPlain);
  Finish();
  return entry;
}

std::vector<int> Emitter::Conjuncts(int term) const {
  std::vector<int> parts;
  Flatten(term, Term::Op::kAnd, parts);
  // A rule that never holds is left to fail when it is tried.
  if (parts.empty() && Known(term) == false) parts.push_back(term);
  return parts;
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
  std::vector<RuleParts> all;
  std::map<int, int> uses;
  for (int rule = 0; rule < std::ssize(rules); ++rule) {
    if (Known(rules[rule]) == false) continue;
    RuleParts& conjuncts = all.emplace_back(RuleParts{rule, {}});
    Flatten(rules[rule], Term::Op::kAnd, conjuncts.parts);
    for (int part : conjuncts.parts) ++uses[part];
  }
  // What many rules need comes first and is tested once for all of them.
  for (RuleParts& conjuncts : all) {
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
void Emitter::Group(std::span<const RuleParts> rules, size_t depth) {
  for (size_t begin = 0; begin < rules.size();) {
    const RuleParts& first = rules[begin];
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
    size_t shared = depth + 1;
    const auto all_share = [&] {
      return std::all_of(rules.begin() + static_cast<std::ptrdiff_t>(begin),
                         rules.begin() + static_cast<std::ptrdiff_t>(end),
                         [&](const auto& r) {
                           return r.parts.size() > shared &&
                                  r.parts[shared] == first.parts[shared];
                         });
    };
    while (all_share()) ++shared;
    TestAll(std::span(first.parts).subspan(depth, shared - depth), hold, done,
            hold);
    Place(hold);
    const Label doubt = not_plain_;
    const bool doubtful = std::any_of(
        jumps_.begin() + static_cast<std::ptrdiff_t>(jumps), jumps_.end(),
        [&](const auto& j) { return j.second == doubt; });
    not_plain_ = outside;
    Group(rules.subspan(begin, end - begin), shared);
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
  std::vector<int> parts;
  for (int part : term.parts) Flatten(part, term.op, parts);
  if (term.op == Term::Op::kAnd) return TestAll(parts, then, otherwise, next);
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i + 1 == parts.size()) return Test(parts[i], then, otherwise, next);
    const Label on = NewLabel();
    Test(parts[i], then, on, on);
    Place(on);
  }
}

// Several tests in one instruction first, then one by one.
void Emitter::TestAll(std::span<const int> parts, Label then, Label otherwise,
                      Label next) {
  constexpr Opcode kRanges[] = {Opcode::kRange, Opcode::kRange2,
                                Opcode::kRange3, Opcode::kRange4};
  constexpr Opcode kOrders[] = {Opcode::kAtMostFacts, Opcode::kAtMostFacts2};
  std::vector<Instruction> ranges, orders;
  std::vector<int> rest;
  for (int part : parts) {
    if (Known(part)) {
      rest.push_back(part);
    } else if (const auto range = AsRange(part)) {
      ranges.push_back(*range);
    } else if (const auto order = AsOrder(part)) {
      orders.push_back(*order);
    } else {
      rest.push_back(part);
    }
  }
  size_t left = ranges.size() + orders.size() + rest.size();
  const auto emit = [&](std::vector<Instruction>& tests,
                        std::span<const Opcode> opcodes) {
    for (size_t i = 0; i < tests.size(); i += opcodes.size()) {
      const size_t count = std::min(opcodes.size(), tests.size() - i);
      left -= count;
      const Label on = left == 0 ? then : NewLabel();
      Branch(opcodes[count - 1], {tests.data() + i, count}, on, otherwise,
             left == 0 ? next : on);
      if (left != 0) Place(on);
    }
  };
  emit(ranges, kRanges);
  emit(orders, kOrders);
  for (int part : rest) {
    const Label on = --left == 0 ? then : NewLabel();
    Test(part, on, otherwise, left == 0 ? next : on);
    if (left != 0) Place(on);
  }
}

// The term as bounds of one fact of 32 bits.
std::optional<Instruction> Emitter::AsRange(int index) const {
  const Term* term = &terms_.terms[index];
  const bool negated = term->op == Term::Op::kNot;
  if (negated) term = &terms_.terms[term->parts[0]];
  if (term->op != Term::Op::kSlot && term->parts.empty()) return std::nullopt;
  const Term& fact =
      term->op == Term::Op::kSlot ? *term : terms_.terms[term->parts[0]];
  if (fact.op != Term::Op::kSlot || terms_.slots[fact.slot].words != 1)
    return std::nullopt;
  Instruction instruction;
  instruction.word = static_cast<uint16_t>(terms_.slots[fact.slot].word);
  if (term->op == Term::Op::kSlot && term->kind == Kind::kBool) {
    instruction.bounds = Bounds(negated ? 0 : 1, negated ? 0 : 1);
    return instruction;
  }
  if (negated) return std::nullopt;
  if (term->op == Term::Op::kMember) {
    const auto interval = Interval(terms_.sets[term->set].mask);
    if (!interval) return std::nullopt;
    instruction.bounds = Bounds(interval->first, interval->second);
    return instruction;
  }
  // Bounds beyond 32 bits that no fact reaches are not bounds of 32 bits.
  if (term->op != Term::Op::kRange ||
      term->low > std::numeric_limits<int32_t>::max() ||
      term->high < std::numeric_limits<int32_t>::min()) {
    return std::nullopt;
  }
  instruction.bounds = Bounds(term->low, term->high);
  return instruction;
}

// The term as `fact <= fact`, both of 32 bits.
std::optional<Instruction> Emitter::AsOrder(int index) const {
  const Term& term = terms_.terms[index];
  if (term.op != Term::Op::kLessEqual) return std::nullopt;
  const Term& a = terms_.terms[term.parts[0]];
  const Term& b = terms_.terms[term.parts[1]];
  if (a.op != Term::Op::kSlot || terms_.slots[a.slot].words != 1 ||
      b.op != Term::Op::kSlot || terms_.slots[b.slot].words != 1) {
    return std::nullopt;
  }
  Instruction instruction;
  instruction.word = static_cast<uint16_t>(terms_.slots[a.slot].word);
  instruction.part = {static_cast<uint32_t>(terms_.slots[b.slot].word), 0};
  return instruction;
}

void Emitter::Atom(const Term& term, Label then, Label otherwise, Label next) {
  const int index = static_cast<int>(&term - terms_.terms.data());
  if (const auto range = AsRange(index))
    return Branch(Opcode::kRange, {&*range, 1}, then, otherwise, next);
  const auto* operand =
      term.parts.empty() ? nullptr : &terms_.terms[term.parts[0]];
  const auto slot_of = [&](const Term& t) -> const Slot* {
    return t.op == Term::Op::kSlot ? &terms_.slots[t.slot] : nullptr;
  };
  const Slot* slot = operand != nullptr ? slot_of(*operand) : slot_of(term);
  Instruction instruction;
  if (slot != nullptr) instruction.word = static_cast<uint16_t>(slot->word);
  switch (term.op) {
    case Term::Op::kRange:
      return Range(term, then, otherwise, next);
    case Term::Op::kMember: {
      if (slot == nullptr) return Jump(not_plain_);
      const auto& mask = terms_.sets[term.set].mask;
      if (mask.size() <= 2) {
        instruction.mask =
            mask[0] | (mask.size() == 2 ? uint64_t{mask[1]} << 32 : 0);
        return Branch(Opcode::kMember, {&instruction, 1}, then, otherwise,
                      next);
      }
      instruction.part = {KeepMask(mask), static_cast<uint32_t>(mask.size())};
      return Branch(Opcode::kMemberOf, {&instruction, 1}, then, otherwise,
                    next);
    }
    case Term::Op::kOverlap: {
      const auto& mask = terms_.sets[term.set].mask;
      if (mask.size() <= 2) {
        instruction.mask =
            mask[0] | (mask.size() == 2 ? uint64_t{mask[1]} << 32 : 0);
        return Branch(mask.size() == 1 ? Opcode::kOverlap : Opcode::kOverlap2,
                      {&instruction, 1}, then, otherwise, next);
      }
      instruction.part = {KeepMask(mask), static_cast<uint32_t>(mask.size())};
      return Branch(Opcode::kOverlapOf, {&instruction, 1}, then, otherwise,
                    next);
    }
    case Term::Op::kContains: {
      const Slot* element = slot_of(terms_.terms[term.parts[1]]);
      if (element == nullptr) return Jump(not_plain_);
      instruction.part = {static_cast<uint32_t>(element->word),
                          static_cast<uint32_t>(32 * slot->words)};
      return Branch(Opcode::kContains, {&instruction, 1}, then, otherwise,
                    next);
    }
    case Term::Op::kEqual:
    case Term::Op::kLess:
    case Term::Op::kLessEqual:
      return Compare(term, then, otherwise, next);
    default:
      Compute(index, 0);
      instruction.word = 0;
      return Branch(Opcode::kHolds, {&instruction, 1}, then, otherwise, next);
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
                  {&instruction, 1}, then, otherwise, next);
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
  Branch(opcode, {&instruction, 1}, then, otherwise, next);
}

void Emitter::Range(const Term& term, Label then, Label otherwise, Label next) {
  Instruction instruction;
  Compute(term.parts[0], 0);
  const bool low = term.low != kLeast, high = term.high != kMost;
  if (low) {
    const Label on = NewLabel();
    instruction.value = term.low;
    if (!high)
      return Branch(Opcode::kAtLeast, {&instruction, 1}, then, otherwise, next);
    Branch(Opcode::kAtLeast, {&instruction, 1}, on, otherwise, on);
    Place(on);
  }
  instruction.value = term.high;
  Branch(Opcode::kAtMost, {&instruction, 1}, then, otherwise, next);
}

void Emitter::Branch(Opcode opcode, std::span<const Instruction> tests,
                     Label then, Label otherwise, Label next) {
  Instruction first = tests[0];
  first.opcode = next == otherwise ? Negation(opcode) : opcode;
  Emit(first, next == otherwise ? then : otherwise);
  code_.instructions.insert(code_.instructions.end(), tests.begin() + 1,
                            tests.end());
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
