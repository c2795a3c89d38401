#include "engine/cel/bytecode/careful.h"

#include <algorithm>
#include <bit>

#include "engine/cel/bytecode/lower.h"

namespace talentcard::cel::bytecode {
namespace {

// Of several operands that are not plain: what only the tree-walker knows, then
// unknowns, then errors.
State Heavier(State a, State b) { return std::max(a, b); }

bool Ordered(const Term& term, Kind kind, int64_t a, int64_t b) {
  const bool strict = term.op == Term::Op::kLess;
  const auto compare = [&](auto x, auto y) { return strict ? x < y : x <= y; };
  if (kind == Kind::kUint)
    return compare(std::bit_cast<uint64_t>(a), std::bit_cast<uint64_t>(b));
  if (kind == Kind::kDouble)
    return compare(std::bit_cast<double>(a), std::bit_cast<double>(b));
  return compare(a, b);
}

}  // namespace

Verdict VerdictOf(const Value& value) {
  if (value.is_true()) return Verdict::kTrue;
  if (value.is_false()) return Verdict::kFalse;
  return value.is_unknown() ? Verdict::kUnknown : Verdict::kError;
}

std::optional<int64_t> Apply(const Terms& terms, const Term& term,
                             const int64_t* cells) {
  const Kind kind = terms.terms[term.parts[0]].kind;
  int64_t out = 0;
  switch (term.op) {
    case Term::Op::kRange:
      return term.low <= cells[0] && cells[0] <= term.high;
    case Term::Op::kMember: {
      const auto& mask = terms.sets[term.set].mask;
      const auto number = static_cast<size_t>(cells[0]);
      return number / 32 < mask.size() &&
             (mask[number / 32] >> (number % 32) & 1) != 0;
    }
    case Term::Op::kEqual:
      if (kind == Kind::kDouble) {
        return std::bit_cast<double>(cells[0]) ==
               std::bit_cast<double>(cells[1]);
      }
      return cells[0] == cells[1];
    case Term::Op::kLess:
    case Term::Op::kLessEqual:
      return Ordered(term, kind, cells[0], cells[1]);
    case Term::Op::kAdd:
      if (__builtin_add_overflow(cells[0], cells[1], &out)) return std::nullopt;
      return out;
    case Term::Op::kSubtract:
      if (__builtin_sub_overflow(cells[0], cells[1], &out)) return std::nullopt;
      return out;
    case Term::Op::kMultiply:
      if (__builtin_mul_overflow(cells[0], cells[1], &out)) return std::nullopt;
      return out;
    default: {
      Value arguments[kMostArguments];
      for (size_t i = 0; i < term.parts.size(); ++i)
        arguments[i] = ValueOf(cells[i], terms.terms[term.parts[i]].kind);
      const Value value = term.overload->implementation(
          std::span<const Value>(arguments, term.parts.size()));
      return CellOf(value, term.kind);
    }
  }
}

Verdict Careful::Judge(int index) {
  const Outcome outcome = Run(index);
  switch (outcome.state) {
    case State::kPlain:
      return outcome.cell != 0 ? Verdict::kTrue : Verdict::kFalse;
    case State::kUnknown:
      return Verdict::kUnknown;
    default:
      return Verdict::kError;
  }
}

Careful::Outcome Careful::Run(int index) {
  const Term& term = terms_.terms[index];
  Outcome outcome;
  switch (term.op) {
    case Term::Op::kConstant:
      return {State::kPlain, term.cell};
    case Term::Op::kSlot:
      outcome = Fact(terms_.slots[term.slot], term.slot);
      break;
    case Term::Op::kExit:
      return Exit(term);
    case Term::Op::kNot:
      outcome = Run(term.parts[0]);
      outcome.cell ^= 1;
      break;
    case Term::Op::kAnd:
    case Term::Op::kOr:
      outcome = Logical(term);
      break;
    case Term::Op::kSelect:
      outcome = Select(term);
      break;
    case Term::Op::kOverlap:
      outcome = Overlap(term);
      break;
    case Term::Op::kContains:
      outcome = Contains(term);
      break;
    default:
      outcome = Operation(term);
      break;
  }
  return outcome.state == State::kOther ? Exit(term) : outcome;
}

// Without a source, the next term around it that has one is asked again.
Careful::Outcome Careful::Exit(const Term& term) const {
  if (term.source.program == nullptr || term.kind == Kind::kString)
    return {State::kOther};
  const Value value =
      EvaluateNode(*term.source.program, term.source.node, activation_);
  if (value.is_unknown()) return {State::kUnknown};
  if (value.is_error()) return {State::kError};
  const auto cell = CellOf(value, term.kind);
  return cell ? Outcome{State::kPlain, *cell} : Outcome{State::kOther};
}

Careful::Outcome Careful::Fact(const Slot& slot, int index) const {
  if (IsOdd(facts_, index)) return {static_cast<State>(facts_[slot.word])};
  return {State::kPlain,
          slot.kind == Kind::kStrings ? 0 : CellAt(facts_, slot)};
}

Careful::Outcome Careful::Logical(const Term& term) {
  const int64_t decisive = term.op == Term::Op::kOr ? 1 : 0;
  State state = State::kPlain;
  for (int part : term.parts) {
    Outcome outcome = Run(part);
    // A rule's conditions are written apart; one that is no bool is an error.
    if (outcome.state == State::kOther && term.source.program == nullptr)
      outcome.state = State::kError;
    if (outcome.state != State::kPlain) {
      state = Heavier(state, outcome.state);
    } else if (outcome.cell == decisive) {
      return outcome;
    }
  }
  return {state, decisive ^ 1};
}

Careful::Outcome Careful::Select(const Term& term) {
  const Outcome condition = Run(term.parts[0]);
  if (condition.state != State::kPlain) return condition;
  return Run(term.parts[condition.cell != 0 ? 1 : 2]);
}

Careful::Outcome Careful::Operation(const Term& term) {
  int64_t cells[kMostArguments] = {};
  State state = State::kPlain;
  for (size_t i = 0; i < term.parts.size(); ++i) {
    const Outcome outcome = Run(term.parts[i]);
    state = Heavier(state, outcome.state);
    cells[i] = outcome.cell;
  }
  if (state != State::kPlain) return {state};
  const auto cell = Apply(terms_, term, cells);
  return cell ? Outcome{State::kPlain, *cell} : Outcome{State::kError};
}

Careful::Outcome Careful::Overlap(const Term& term) const {
  const int index = terms_.terms[term.parts[0]].slot;
  const Slot& slot = terms_.slots[index];
  if (IsOdd(facts_, index)) return {static_cast<State>(facts_[slot.word])};
  const auto& mask = terms_.sets[term.set].mask;
  uint32_t common = 0;
  for (int i = 0; i < slot.words; ++i)
    common |= mask[i] & facts_[slot.word + i];
  return {State::kPlain, common != 0};
}

Careful::Outcome Careful::Contains(const Term& term) {
  const int index = terms_.terms[term.parts[0]].slot;
  const Slot& slot = terms_.slots[index];
  const Outcome list = Fact(slot, index);
  const Outcome element = Run(term.parts[1]);
  const State state = Heavier(list.state, element.state);
  if (state != State::kPlain) return {state};
  const auto number = static_cast<uint32_t>(element.cell);
  return {State::kPlain,
          number < 32 * static_cast<uint32_t>(slot.words) &&
              (facts_[slot.word + number / 32] >> (number % 32) & 1) != 0};
}

}  // namespace talentcard::cel::bytecode
