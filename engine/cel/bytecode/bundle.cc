#include "engine/cel/bytecode/bundle.h"

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "engine/cel/bytecode/facts.h"

namespace talentcard::cel::bytecode {
namespace {

// Code is not written more than so often for the values of a pivot.
constexpr size_t kMostVariants = 17;
constexpr size_t kMostEntries = 20000;

void CollectSlots(const Terms& terms, int index, std::set<int>& slots) {
  const Term& term = terms.terms[index];
  if (term.op == Term::Op::kSlot) slots.insert(term.slot);
  for (int part : term.parts) CollectSlots(terms, part, slots);
}

}  // namespace

int Bundle::Builder::AddRule(
    std::vector<std::shared_ptr<const Program>> conditions) {
  std::vector<int> terms;
  for (auto& condition : conditions) {
    terms.push_back(lowering_.Condition(*condition));
    programs_.push_back(std::move(condition));
  }
  rules_.push_back(lowering_.All(terms));
  return static_cast<int>(rules_.size()) - 1;
}

void Bundle::Builder::Decide(std::string variable,
                             std::shared_ptr<const Program> program) {
  decided_ = lowering_.Decision(variable, *program);
  decided_variable_ = std::move(variable);
  programs_.push_back(std::move(program));
}

Bundle Bundle::Builder::Build() && {
  Bundle bundle;
  bundle.programs_ = std::move(programs_);
  bundle.terms_ = std::move(lowering_).Finish();
  bundle.words_ = Words(bundle.terms_);
  bundle.rules_ = std::move(rules_);
  bundle.decided_ = decided_;
  ChoosePivot(bundle);
  NoteReads(bundle);
  WriteCode(bundle);
  return bundle;
}

void Bundle::Builder::ChoosePivot(Bundle& bundle) const {
  if (decided_ >= 0) {
    bundle.pivot_ = bundle.decided_slot_ = bundle.FindSlot(decided_variable_);
  } else {
    std::vector<int> tests(bundle.terms_.slots.size());
    for (const Term& term : bundle.terms_.terms) {
      if (term.op != Term::Op::kMember) continue;
      const int slot = bundle.terms_.terms[term.parts[0]].slot;
      if (slot >= 0) ++tests[slot];
    }
    for (size_t i = 0; i < tests.size(); ++i) {
      if (tests[i] > 1 &&
          (bundle.pivot_ < 0 || tests[i] > tests[bundle.pivot_])) {
        bundle.pivot_ = static_cast<int>(i);
      }
    }
  }
  if (bundle.pivot_ < 0) return;
  const Slot& slot = bundle.terms_.slots[bundle.pivot_];
  const Domain& domain = bundle.terms_.domains[slot.domain];
  const size_t variants = domain.constants.size() + 2;
  if (domain.open || variants > kMostVariants ||
      variants * bundle.rules_.size() > kMostEntries) {
    bundle.pivot_ = -1;
  } else {
    bundle.variants_ = variants;
  }
}

void Bundle::Builder::NoteReads(Bundle& bundle) const {
  const int words = OddWords(bundle.terms_.slots.size());
  for (int rule : bundle.rules_) {
    std::set<int> slots;
    CollectSlots(bundle.terms_, rule, slots);
    std::vector<uint32_t> bits(words);
    for (int slot : slots) bits[slot / 32] |= uint32_t{1} << (slot % 32);
    bundle.reads_.insert(bundle.reads_.end(), bits.begin(), bits.end());
  }
}

// The last variant takes nothing for known.
void Bundle::Builder::WriteCode(Bundle& bundle) const {
  if (bundle.words_ > std::numeric_limits<uint16_t>::max()) return;
  Emitter emitter(bundle.terms_, bundle.code_);
  const auto pivot_of = [&](size_t variant) {
    return variant + 1 == bundle.variants_
               ? Pivot()
               : Pivot{bundle.pivot_, static_cast<int64_t>(variant)};
  };
  if (bundle.decided_ >= 0)
    bundle.decided_entry_ = emitter.EmitChoice(bundle.decided_);
  for (size_t i = 0; i < bundle.variants_; ++i) {
    bundle.all_entries_.push_back(emitter.EmitAll(bundle.rules_, pivot_of(i)));
  }
  for (int rule : bundle.rules_) {
    for (size_t i = 0; i < bundle.variants_; ++i)
      bundle.entries_.push_back(emitter.EmitCheck(rule, pivot_of(i)));
  }
}

int Bundle::FindSlot(std::string_view path) const {
  const auto it =
      std::find_if(terms_.slots.begin(), terms_.slots.end(),
                   [&](const Slot& slot) { return slot.path == path; });
  return it == terms_.slots.end() ? -1
                                  : static_cast<int>(it - terms_.slots.begin());
}

size_t Bundle::Variant(const uint32_t* facts) const {
  if (pivot_ < 0 || IsOdd(facts, pivot_)) return variants_ - 1;
  return facts[terms_.slots[pivot_].word];
}

bool Bundle::AllPlain(const uint32_t* facts) const {
  uint32_t odd = 0;
  for (int i = 0; i < OddWords(terms_.slots.size()); ++i) odd |= facts[i];
  return odd == 0;
}

bool Bundle::Plain(int rule, const uint32_t* facts) const {
  const int words = OddWords(terms_.slots.size());
  uint32_t odd = 0;
  for (int i = 0; i < words; ++i) odd |= facts[i] & reads_[rule * words + i];
  return odd == 0;
}

Verdict Bundle::Check(int rule, const uint32_t* facts,
                      const Activation& activation) const {
  if (!entries_.empty() && (AllPlain(facts) || Plain(rule, facts))) {
    const int64_t holds =
        Run(terms_, code_, entries_[rule * variants_ + Variant(facts)], facts,
            nullptr, nullptr);
    if (holds != kNotPlain)
      return holds != 0 ? Verdict::kTrue : Verdict::kFalse;
  }
  return Careful(terms_, facts, activation).Judge(rules_[rule]);
}

void Bundle::RunAll(uint32_t entry, const uint32_t* facts,
                    Verdicts verdicts) const {
  std::fill(verdicts.low.begin(), verdicts.low.end(), 0);
  std::fill(verdicts.high.begin(), verdicts.high.end(), 0);
  Run(terms_, code_, entry, facts, verdicts.low.data(), verdicts.high.data());
}

void Bundle::CheckAll(const uint32_t* facts, const Activation& activation,
                      Verdicts verdicts) const {
  const bool plain = AllPlain(facts) && !all_entries_.empty();
  if (plain) RunAll(all_entries_[Variant(facts)], facts, verdicts);
  for (int rule = 0; rule < rules(); ++rule) {
    const uint64_t bit = uint64_t{1} << (rule % 64);
    uint64_t& low = verdicts.low[rule / 64];
    uint64_t& high = verdicts.high[rule / 64];
    if (plain && high == 0) {  // No doubt about these 64.
      rule |= 63;
      continue;
    }
    if (plain && (high & bit) == 0) continue;
    const auto verdict = static_cast<int>(
        plain ? Careful(terms_, facts, activation).Judge(rules_[rule])
              : Check(rule, facts, activation));
    low = (verdict & 1) != 0 ? low | bit : low & ~bit;
    high = (verdict & 2) != 0 ? high | bit : high & ~bit;
  }
}

std::optional<int64_t> Bundle::DecideAll(const uint32_t* facts,
                                         Verdicts verdicts) const {
  if (decided_ < 0 || pivot_ < 0 || all_entries_.empty() || !AllPlain(facts))
    return std::nullopt;
  const int64_t decided =
      Run(terms_, code_, decided_entry_, facts, nullptr, nullptr);
  if (decided == kNotPlain) return std::nullopt;
  RunAll(all_entries_[decided], facts, verdicts);
  for (const uint64_t doubts : verdicts.high) {
    if (doubts != 0) return std::nullopt;
  }
  return decided;
}

}  // namespace talentcard::cel::bytecode
