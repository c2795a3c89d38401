#include "engine/cel/columnar/population.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "engine/cel/bytecode/facts.h"

namespace talentcard::cel::columnar {

using bytecode::Kind;
using bytecode::Slot;
using bytecode::Term;
using bytecode::Terms;

namespace {

bool ReadsFacts32(const Terms& terms, const Term& term) {
  return (term.op == Term::Op::kEqual || term.op == Term::Op::kLess ||
          term.op == Term::Op::kLessEqual) &&
         terms.terms[term.parts[0]].kind != Kind::kString &&
         terms.terms[term.parts[0]].kind != Kind::kBool;
}

}  // namespace

Population::Population(const bytecode::Bundle& bundle,
                       std::vector<uint32_t> rows)
    : bundle_(bundle),
      rows_(std::move(rows)),
      words_(std::max<size_t>(1, static_cast<size_t>(bundle.words()))),
      size_(rows_.size() / words_) {
  const Terms& terms = bundle_.terms();
  std::vector<int> needs_32_bits;
  for (const Term& term : terms.terms) {
    if (!ReadsFacts32(terms, term)) continue;
    for (int part : term.parts)
      if (terms.terms[part].slot >= 0)
        needs_32_bits.push_back(terms.terms[part].slot);
  }
  const int odd_words = bytecode::OddWords(terms.slots.size());
  for (size_t i = 0; i < size_; ++i) {
    const uint32_t* facts = rows_.data() + i * words_;
    if (std::any_of(facts, facts + odd_words,
                    [](uint32_t w) { return w != 0; }))
      odd_people_.push_back(i);
  }
  FillColumns(needs_32_bits);
  for (int i = 0; i < std::ssize(terms.terms); ++i)
    can_plan_.push_back(CanPlan(i));
  for (int rule = 0; rule < bundle_.rules(); ++rule) {
    if (!can_plan_[bundle_.rule_term(rule)]) unplanned_.push_back(rule);
  }
  plan_ = MakePlan(/*with_decided=*/false);
  const int decided = bundle_.decided_term();
  if (decided >= 0 && can_plan_[decided]) deciding_ = MakePlan(true);
}

void Population::FillColumns(const std::vector<int>& needs_32_bits) {
  columns_.resize(bundle_.terms().slots.size());
  for (int slot = 0; slot < std::ssize(columns_); ++slot) {
    FillColumn(slot, std::find(needs_32_bits.begin(), needs_32_bits.end(),
                               slot) != needs_32_bits.end());
  }
}

int64_t Population::FactAt(size_t person, const Slot& slot) const {
  const uint32_t* facts = rows_.data() + person * words_;
  if (slot.kind == Kind::kStrings) {
    return slot.words == 1 ? static_cast<int64_t>(facts[slot.word])
                           : bytecode::Wide(facts, slot.word);
  }
  return bytecode::CellAt(facts, slot);
}

// Odd facts are in it as whatever they are; their people are judged apart.
void Population::FillColumn(int index, bool needs_32_bits) {
  const Slot& slot = bundle_.terms().slots[index];
  Column& column = columns_[index];
  const bool set = slot.kind == Kind::kStrings;
  if (slot.words > 2 || (slot.words == 2 && !set)) return;
  if (set) {
    column.width = 4 * slot.words;
  } else {
    int64_t least = std::numeric_limits<int64_t>::max(), most = 0;
    for (size_t i = 0; i < size_; ++i) {
      const int64_t fact = FactAt(i, slot);
      least = std::min(least, fact);
      most = std::max(most, fact);
    }
    const bool numbered =
        slot.kind == Kind::kString || slot.kind == Kind::kBool;
    if (numbered && (most > 255 || least < 0)) return;
    column.least = numbered || needs_32_bits ? 0 : least;
    column.most = most;
    const int64_t reach = most - column.least;
    column.width = numbered                          ? 1
                   : needs_32_bits || reach > 0xFFFF ? 4
                   : reach > 0xFF                    ? 2
                                                     : 1;
  }
  const size_t padded = (size_ + kBlock - 1) / kBlock * kBlock;
  column.bytes.resize(padded * static_cast<size_t>(column.width));
  for (size_t i = 0; i < size_; ++i) {
    const int64_t fact = FactAt(i, slot) - column.least;
    std::memcpy(column.bytes.data() + i * static_cast<size_t>(column.width),
                &fact, static_cast<size_t>(column.width));
  }
}

bool Population::CanPlan(int index) const {
  const Terms& terms = bundle_.terms();
  const Term& term = terms.terms[index];
  const auto column_of = [&](int part) -> const Column* {
    const int slot = terms.terms[part].slot;
    return slot < 0 || columns_[slot].width == 0 ? nullptr : &columns_[slot];
  };
  const auto all = [&](const std::vector<int>& parts) {
    return std::all_of(parts.begin(), parts.end(),
                       [&](int part) { return can_plan_[part] != 0; });
  };
  switch (term.op) {
    case Term::Op::kConstant:
      return term.kind == Kind::kBool ||
             (term.kind == Kind::kString && term.cell <= 255);
    case Term::Op::kSlot:
      return (term.kind == Kind::kBool || term.kind == Kind::kString) &&
             columns_[term.slot].width == 1;
    case Term::Op::kNot:
    case Term::Op::kAnd:
    case Term::Op::kOr:
      return all(term.parts);
    case Term::Op::kSelect:
      return (term.kind == Kind::kBool || term.kind == Kind::kString) &&
             all(term.parts);
    case Term::Op::kMember:
      return all(term.parts) && terms.sets[term.set].mask.size() <= 8;
    case Term::Op::kRange:
      return terms.terms[term.parts[0]].kind == Kind::kBool
                 ? all(term.parts)
                 : column_of(term.parts[0]) != nullptr;
    case Term::Op::kOverlap:
      return column_of(term.parts[0]) != nullptr;
    case Term::Op::kContains:
      return column_of(term.parts[0]) != nullptr && can_plan_[term.parts[1]];
    case Term::Op::kEqual:
      if (terms.terms[term.parts[0]].kind == Kind::kString ||
          terms.terms[term.parts[0]].kind == Kind::kBool) {
        return all(term.parts);
      }
      [[fallthrough]];
    case Term::Op::kLess:
    case Term::Op::kLessEqual:
      return column_of(term.parts[0]) != nullptr &&
             column_of(term.parts[1]) != nullptr;
    default:
      return false;
  }
}

Population::Plan Population::MakePlan(bool with_decided) const {
  Plan plan;
  plan.row.assign(bundle_.terms().terms.size(), -1);
  if (with_decided) {
    const int decided = bundle_.decided_term();
    const int row = Add(plan, decided);
    // Rules see the decided fact: what was planned before it may not.
    std::fill(plan.row.begin(), plan.row.end(), -1);
    plan.row[decided] = plan.decided_row = row;
  }
  for (int rule = 0; rule < bundle_.rules(); ++rule) {
    const int term = bundle_.rule_term(rule);
    plan.rule_rows.push_back(can_plan_[term] ? Add(plan, term) : plan.rows++);
  }
  return plan;
}

bool Population::IsDecided(const Plan& plan, const Term& term) const {
  return plan.decided_row >= 0 && term.op == Term::Op::kSlot &&
         term.slot == bundle_.decided_slot();
}

int Population::Add(Plan& plan, int term) const {
  if (plan.row[term] < 0) plan.row[term] = AddFresh(plan, term);
  return plan.row[term];
}

int Population::AddFresh(Plan& plan, int index) const {
  const Terms& terms = bundle_.terms();
  const Term& term = terms.terms[index];
  Step step;
  const auto facts = [&](int part) -> const void* {
    return columns_[terms.terms[part].slot].bytes.data();
  };
  switch (term.op) {
    case Term::Op::kConstant:
      step.low = static_cast<uint32_t>(term.cell);
      break;
    case Term::Op::kSlot:
      if (IsDecided(plan, term)) return plan.decided_row;
      step.op = Step::Op::kCopyFacts;
      step.facts = columns_[term.slot].bytes.data();
      break;
    case Term::Op::kNot:
      step.op = Step::Op::kNot;
      step.a = Add(plan, term.parts[0]);
      break;
    case Term::Op::kAnd:
    case Term::Op::kOr:
      return AddLogical(plan, term);
    case Term::Op::kSelect:
      step.op = Step::Op::kSelect;
      step.a = Add(plan, term.parts[0]);
      step.b = Add(plan, term.parts[1]);
      step.c = Add(plan, term.parts[2]);
      break;
    case Term::Op::kMember:
      return AddMember(plan, term);
    case Term::Op::kRange:
      if (terms.terms[term.parts[0]].kind != Kind::kBool)
        return AddRange(plan, term);
      step.op = Step::Op::kRange;
      step.low = static_cast<uint32_t>(term.low);
      step.a = Add(plan, term.parts[0]);
      break;
    case Term::Op::kOverlap: {
      const auto& mask = terms.sets[term.set].mask;
      step.op = mask.size() == 1 ? Step::Op::kOverlap32 : Step::Op::kOverlap64;
      step.mask = mask[0] | (mask.size() == 2 ? uint64_t{mask[1]} << 32 : 0);
      step.facts = facts(term.parts[0]);
      break;
    }
    case Term::Op::kContains:
      step.op = columns_[terms.terms[term.parts[0]].slot].width == 4
                    ? Step::Op::kContains32
                    : Step::Op::kContains64;
      step.facts = facts(term.parts[0]);
      step.a = Add(plan, term.parts[1]);
      break;
    default:
      if (!ReadsFacts32(terms, term)) {
        step.op = Step::Op::kSame;
        step.a = Add(plan, term.parts[0]);
        step.b = Add(plan, term.parts[1]);
        break;
      }
      step.op = term.op == Term::Op::kEqual  ? Step::Op::kEqual32
                : term.op == Term::Op::kLess ? Step::Op::kLess32
                                             : Step::Op::kAtMost32;
      step.facts = facts(term.parts[0]);
      step.others = facts(term.parts[1]);
      break;
  }
  step.out = plan.rows++;
  plan.steps.push_back(step);
  return step.out;
}

int Population::AddLogical(Plan& plan, const Term& term) const {
  std::vector<int> parts;
  for (int part : term.parts) parts.push_back(Add(plan, part));
  Step step;
  step.out = plan.rows++;
  step.a = parts[0];
  step.b = parts[parts.size() > 1 ? 1 : 0];
  const bool all = term.op == Term::Op::kAnd;
  step.op = all ? Step::Op::kAnd2 : Step::Op::kOr2;
  plan.steps.push_back(step);
  for (size_t i = 2; i < parts.size(); ++i) {
    step.a = parts[i];
    step.op = all ? Step::Op::kAnd : Step::Op::kOr;
    plan.steps.push_back(step);
  }
  return step.out;
}

// Bounds as distances from the column's least; what it does not reach is a
// constant.
int Population::AddRange(Plan& plan, const Term& term) const {
  const Column& column = columns_[bundle_.terms().terms[term.parts[0]].slot];
  Step step;
  step.out = plan.rows++;
  const int64_t reach_low = column.width == 4 && column.least == 0
                                ? std::numeric_limits<int32_t>::min()
                                : column.least;
  const int64_t low = std::max(term.low, reach_low);
  const int64_t high = std::min(term.high, column.most);
  if (low <= high) {
    step.op = column.width == 1   ? Step::Op::kRange8
              : column.width == 2 ? Step::Op::kRange16
                                  : Step::Op::kRange32;
    step.low = static_cast<uint32_t>(low - column.least);
    step.span = static_cast<uint32_t>(high - low);
    step.facts = column.bytes.data();
  }
  plan.steps.push_back(step);
  return step.out;
}

// One range for every run of numbers in the set.
int Population::AddMember(Plan& plan, const Term& term) const {
  const Terms& terms = bundle_.terms();
  const Term& operand = terms.terms[term.parts[0]];
  const auto& mask = terms.sets[term.set].mask;
  const auto has = [&](int i) {
    return i < 32 * std::ssize(mask) && i < 256 &&
           (mask[i / 32] >> (i % 32) & 1) != 0;
  };
  Step step;
  const bool from_facts =
      operand.op == Term::Op::kSlot && !IsDecided(plan, operand);
  if (from_facts) {
    step.facts = columns_[operand.slot].bytes.data();
  } else {
    step.a = Add(plan, term.parts[0]);
  }
  step.out = plan.rows++;
  bool first = true;
  for (int i = 0; i < 256; ++i) {
    if (!has(i)) continue;
    step.low = static_cast<uint32_t>(i);
    while (has(i + 1)) ++i;
    step.span = static_cast<uint32_t>(i) - step.low;
    step.op = from_facts ? (first ? Step::Op::kRange8 : Step::Op::kOrRange8)
                         : (first ? Step::Op::kRange : Step::Op::kOrRange);
    plan.steps.push_back(step);
    first = false;
  }
  if (first) plan.steps.push_back({.op = Step::Op::kConstant, .out = step.out});
  return step.out;
}

Population::Scratch::Scratch(const Population& population)
    : rows_(kBlock *
            static_cast<size_t>(std::max(
                {1, population.plan_.rows, population.deciding_.rows}))) {}

void Population::JudgeColumns(size_t first, Scratch& scratch) const {
  RunBlock(plan_.steps, first, scratch.rows_.data());
  scratch.rule_rows_ = plan_.rule_rows;
}

bytecode::Verdict Population::VerdictOf(int rule, size_t person,
                                        const ActivationOf& activation_of,
                                        const Scratch& scratch) const {
  const uint32_t* facts = rows_.data() + person * words_;
  if (can_plan_[bundle_.rule_term(rule)] != 0 && bundle_.AllPlain(facts)) {
    return static_cast<bytecode::Verdict>(
        scratch.verdicts(rule)[person % kBlock]);
  }
  return bundle_.Check(rule, facts, activation_of(person));
}

void Population::Judge(size_t first, const ActivationOf& activation_of,
                       Scratch& scratch) const {
  JudgeColumns(first, scratch);
  const size_t end = std::min(size_, first + kBlock);
  const auto judge = [&](int rule, size_t person) {
    scratch.rows_[static_cast<size_t>(plan_.rule_rows[rule]) * kBlock + person -
                  first] =
        static_cast<uint8_t>(VerdictOf(rule, person, activation_of, scratch));
  };
  for (int rule : unplanned_) {
    for (size_t person = first; person < end; ++person) judge(rule, person);
  }
  for (auto person =
           std::lower_bound(odd_people_.begin(), odd_people_.end(), first);
       person != odd_people_.end() && *person < end; ++person) {
    for (int rule = 0; rule < bundle_.rules(); ++rule) judge(rule, *person);
  }
}

bool Population::DecideAll(size_t first, Scratch& scratch) const {
  if (!unplanned_.empty() || deciding_.decided_row < 0) return false;
  const auto odd =
      std::lower_bound(odd_people_.begin(), odd_people_.end(), first);
  if (odd != odd_people_.end() && *odd < first + kBlock) return false;
  RunBlock(deciding_.steps, first, scratch.rows_.data());
  scratch.rule_rows_ = deciding_.rule_rows;
  scratch.decided_row_ = deciding_.decided_row;
  return true;
}

}  // namespace talentcard::cel::columnar
