#include "engine/cel/bytecode/index.h"

#include <algorithm>

#include "engine/cel/bytecode/emit.h"
#include "engine/cel/bytecode/facts.h"

namespace talentcard::cel::bytecode {
namespace {

// So few rules are tried one by one.
constexpr size_t kFewRules = 2;
// A table has at most so many entries for every rule.
constexpr size_t kMostEmpty = 4;

}  // namespace

RuleIndex::RuleIndex(const Bundle& bundle) : bundle_(bundle) {
  std::vector<Rule> rules;
  for (int rule = 0; rule < bundle.rules(); ++rule) {
    rules.push_back(
        {rule,
         Emitter(bundle.terms(), code_).Conjuncts(bundle.rule_term(rule))});
  }
  TakeCommon(rules);
  root_ = Grow(std::move(rules));
  JoinFirstLevels();
}

// What every rule needs is tested first, once, in code that stays warm.
void RuleIndex::TakeCommon(std::vector<Rule>& rules) {
  std::map<int, size_t> uses;
  for (const Rule& rule : rules) {
    for (int conjunct : rule.conjuncts) ++uses[conjunct];
  }
  std::vector<int> common;
  for (const auto& [conjunct, count] : uses) {
    if (count == rules.size()) common.push_back(conjunct);
  }
  for (Rule& rule : rules) {
    std::erase_if(rule.conjuncts,
                  [&](int conjunct) { return uses[conjunct] == rules.size(); });
  }
  common_ = EntryOf(common);
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
  Node node;
  node.slot = rules.size() <= kFewRules ? -1 : BestSlot(rules);
  node.first = static_cast<uint32_t>(candidates_.size());
  node.count = static_cast<uint32_t>(rules.size());
  for (const Rule& rule : rules) {
    candidates_.push_back(
        {rule.rule, node.slot < 0 ? EntryOf(rule.conjuncts) : 0});
  }
  if (node.slot >= 0) {
    const Slot& slot = bundle_.terms().slots[node.slot];
    node.word = static_cast<uint32_t>(slot.word);
    node.others = static_cast<uint32_t>(
        bundle_.terms().domains[slot.domain].constants.size());
    node.ways = static_cast<uint32_t>(ways_.size());
    ways_.resize(ways_.size() + node.others + 1);
    for (uint32_t number = 0; number <= node.others; ++number) {
      std::vector<Rule> left;
      for (const Rule& rule : rules) {
        if (!Allows(rule, node.slot, number)) continue;
        Rule& kept = left.emplace_back(rule);
        std::erase_if(kept.conjuncts, [&](int conjunct) {
          return Demands(conjunct, node.slot);
        });
      }
      const Way way = WayTo(std::move(left));
      ways_[node.ways + number] = way;
    }
  }
  nodes_[index] = node;
  return index;
}

RuleIndex::Way RuleIndex::WayTo(std::vector<Rule> rules) {
  if (rules.size() == 1) return {rules[0].rule, EntryOf(rules[0].conjuncts)};
  return {Way::kNode, Grow(std::move(rules))};
}

void RuleIndex::JoinFirstLevels() {
  const Node root = nodes_[root_];
  if (root.slot < 0) return;
  const Node* below = nullptr;  // Any of the second level.
  for (uint32_t i = 0; i <= root.others; ++i) {
    const Way way = ways_[root.ways + i];
    if (way.rule != Way::kNode || nodes_[way.to].slot < 0) continue;
    if (below != nullptr && below->slot != nodes_[way.to].slot) return;
    below = &nodes_[way.to];
  }
  if (below == nullptr) return;
  const size_t size = (size_t{root.others} + 1) * (size_t{below->others} + 1);
  if (size > kMostEmpty * candidates_.size()) return;
  Table table{{root.word, below->word},
              {root.others, below->others},
              static_cast<uint32_t>(ways_.size())};
  ways_.reserve(ways_.size() + size);
  for (uint32_t i = 0; i <= table.others[0]; ++i) {
    const Way way = ways_[root.ways + i];
    const bool asks = way.rule == Way::kNode && nodes_[way.to].slot >= 0;
    for (uint32_t j = 0; j <= table.others[1]; ++j)
      ways_.push_back(asks ? ways_[nodes_[way.to].ways + j] : way);
  }
  table_ = table;
}

uint32_t RuleIndex::EntryOf(const std::vector<int>& conjuncts) {
  const auto [it, fresh] = entries_.try_emplace(conjuncts, 0);
  if (fresh)
    it->second = Emitter(bundle_.terms(), code_).EmitConjunction(conjuncts);
  return it->second;
}

void RuleIndex::Try(Candidate candidate, bool quick, const uint32_t* facts,
                    const Activation& activation,
                    std::vector<Match>& matches) const {
  const int64_t holds = quick ? Run(bundle_.terms(), code_, candidate.entry,
                                    facts, nullptr, nullptr)
                              : kNotPlain;
  const Verdict verdict = holds == kNotPlain
                              ? bundle_.Check(candidate.rule, facts, activation)
                          : holds != 0 ? Verdict::kTrue
                                       : Verdict::kFalse;
  if (verdict != Verdict::kFalse) matches.push_back({candidate.rule, verdict});
}

void RuleIndex::Find(const uint32_t* facts, const Activation& activation,
                     std::vector<Match>& matches) const {
  bool plain = bundle_.AllPlain(facts);
  if (plain) {
    const int64_t common =
        Run(bundle_.terms(), code_, common_, facts, nullptr, nullptr);
    if (common == 0) return;
    plain = common != kNotPlain;
  }
  const Node* node = &nodes_[root_];
  if (plain && table_) {
    const auto number = [&](int level) {
      return std::min(facts[table_->words[level]], table_->others[level]);
    };
    const Way way =
        ways_[table_->ways + number(0) * (table_->others[1] + 1) + number(1)];
    if (way.rule != Way::kNode)
      return Try({way.rule, way.to}, plain, facts, activation, matches);
    node = &nodes_[way.to];
  }
  while (node->slot >= 0 && (plain || !IsOdd(facts, node->slot))) {
    const Way way =
        ways_[node->ways + std::min(facts[node->word], node->others)];
    if (way.rule != Way::kNode)
      return Try({way.rule, way.to}, plain, facts, activation, matches);
    node = &nodes_[way.to];
  }
  for (uint32_t i = node->first; i < node->first + node->count; ++i) {
    Try(candidates_[i], plain && node->slot < 0, facts, activation, matches);
  }
}

}  // namespace talentcard::cel::bytecode
