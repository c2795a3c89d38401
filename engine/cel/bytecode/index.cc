#include "engine/cel/bytecode/index.h"

#include <algorithm>

#include "engine/cel/bytecode/emit.h"
#include "engine/cel/bytecode/facts.h"

namespace talentcard::cel::bytecode {
namespace {

// So few rules are tried one by one.
constexpr size_t kFewRules = 2;

}  // namespace

RuleIndex::RuleIndex(const Bundle& bundle) : bundle_(bundle) {
  std::vector<Rule> rules;
  for (int rule = 0; rule < bundle.rules(); ++rule) {
    rules.push_back(
        {rule,
         Emitter(bundle.terms(), code_).Conjuncts(bundle.rule_term(rule))});
  }
  root_ = Grow(std::move(rules));
}

bool RuleIndex::Demands(int conjunct, int slot) const {
  const Term& term = bundle_.terms().terms[conjunct];
  return term.op == Term::Op::kMember &&
         bundle_.terms().terms[term.parts[0]].slot == slot;
}

bool RuleIndex::Allows(const Rule& rule, int slot, int64_t number) const {
  return std::all_of(
      rule.conjuncts.begin(), rule.conjuncts.end(), [&](int conjunct) {
        return !Demands(conjunct, slot) ||
               *Apply(bundle_.terms(), bundle_.terms().terms[conjunct],
                      &number) != 0;
      });
}

// The slot that leaves the fewest rules on average; -1 if none halves them.
int RuleIndex::BestSlot(const std::vector<Rule>& rules) const {
  const Terms& terms = bundle_.terms();
  // By slot: rules that demand something of it, and of how many strings.
  std::map<int, std::pair<size_t, size_t>> demands;
  for (const Rule& rule : rules) {
    for (int conjunct : rule.conjuncts) {
      const Term& term = terms.terms[conjunct];
      if (term.op != Term::Op::kMember) continue;
      const int slot = terms.terms[term.parts[0]].slot;
      if (slot < 0) continue;
      auto& [count, strings] = demands[slot];
      ++count;
      strings += terms.sets[term.set].strings.size();
    }
  }
  int best = -1;
  double least = 0.5 * static_cast<double>(rules.size());
  for (const auto& [slot, demand] : demands) {
    const auto constants = static_cast<double>(
        terms.domains[terms.slots[slot].domain].constants.size());
    const double left = static_cast<double>(rules.size() - demand.first) +
                        static_cast<double>(demand.second) / constants;
    if (left < least) {
      least = left;
      best = slot;
    }
  }
  return best;
}

uint32_t RuleIndex::Grow(std::vector<Rule> rules) {
  const auto index = static_cast<uint32_t>(nodes_.size());
  nodes_.emplace_back();
  const int slot = rules.size() <= kFewRules ? -1 : BestSlot(rules);
  std::vector<Candidate> candidates;
  for (const Rule& rule : rules)
    candidates.push_back({rule.rule, slot < 0 ? EntryOf(rule.conjuncts) : 0});
  std::vector<uint32_t> next;
  if (slot >= 0) {
    const Terms& terms = bundle_.terms();
    const auto others = static_cast<int64_t>(
        terms.domains[terms.slots[slot].domain].constants.size());
    for (int64_t number = 0; number <= others; ++number) {
      std::vector<Rule> left;
      for (const Rule& rule : rules) {
        if (!Allows(rule, slot, number)) continue;
        Rule& kept = left.emplace_back(rule);
        std::erase_if(kept.conjuncts,
                      [&](int conjunct) { return Demands(conjunct, slot); });
      }
      next.push_back(Grow(std::move(left)));
    }
  }
  nodes_[index] = {slot, std::move(next), std::move(candidates)};
  return index;
}

uint32_t RuleIndex::EntryOf(const std::vector<int>& conjuncts) {
  const auto [it, fresh] = entries_.try_emplace(conjuncts, 0);
  if (fresh)
    it->second = Emitter(bundle_.terms(), code_).EmitConjunction(conjuncts);
  return it->second;
}

void RuleIndex::Find(const uint32_t* facts, const Activation& activation,
                     std::vector<Match>& matches) const {
  const Node* node = &nodes_[root_];
  while (node->slot >= 0 && !IsOdd(facts, node->slot)) {
    const uint32_t number = facts[bundle_.terms().slots[node->slot].word];
    node = &nodes_[node->next[std::min<size_t>(number, node->next.size() - 1)]];
  }
  const bool quick = node->slot < 0 && bundle_.AllPlain(facts);
  for (const Candidate& candidate : node->rules) {
    int64_t holds = kNotPlain;
    if (quick) {
      holds =
          Run(bundle_.terms(), code_, candidate.entry, facts, nullptr, nullptr);
    }
    const Verdict verdict =
        holds == kNotPlain ? bundle_.Check(candidate.rule, facts, activation)
        : holds != 0       ? Verdict::kTrue
                           : Verdict::kFalse;
    if (verdict != Verdict::kFalse)
      matches.push_back({candidate.rule, verdict});
  }
}

}  // namespace talentcard::cel::bytecode
