#ifndef TALENTCARD_ENGINE_CEL_BYTECODE_INDEX_H_
#define TALENTCARD_ENGINE_CEL_BYTECODE_INDEX_H_

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "engine/cel/bytecode/bundle.h"
#include "engine/cel/bytecode/code.h"

namespace talentcard::cel::bytecode {

// Finds the rules of a bundle that are not false, at a cost that does not grow
// with the rules: they are sorted by the strings they demand of a fact
// (`office == 'A' && …`, `tier in […] && …`), as often as that tells them
// apart. What the way to a rule has tested is not tested again, and rules that
// are then the same share their code.
//
// Immutable; safe to share between threads. With plain facts, allocates nothing
// beyond the caller's vector.
class RuleIndex {
 public:
  // `bundle` must outlive it.
  explicit RuleIndex(const Bundle& bundle);

  struct Match {
    int rule;
    Verdict verdict;  // Never kFalse.
  };
  // Adds the rules that hold or cannot be decided to `matches`.
  void Find(const uint32_t* facts, const Activation& activation,
            std::vector<Match>& matches) const;

 private:
  struct Candidate {
    int rule;
    uint32_t entry;
  };
  // Rules that what is known so far leaves, by what a further fact is.
  struct Node {
    int slot = -1;                 // -1: try the candidates.
    std::vector<uint32_t> next;    // By number; the last, any other string.
    std::vector<Candidate> rules;  // All below; tried if the fact is odd.
  };
  struct Rule {
    int rule;
    std::vector<int> conjuncts;  // Still to be tested.
  };

  uint32_t Grow(std::vector<Rule> rules);
  int BestSlot(const std::vector<Rule>& rules) const;
  // Whether the conjunct demands that the slot is a constant's number.
  bool Demands(int conjunct, int slot) const;
  bool Allows(const Rule& rule, int slot, int64_t number) const;
  uint32_t EntryOf(const std::vector<int>& conjuncts);

  const Bundle& bundle_;
  Code code_;
  std::map<std::vector<int>, uint32_t> entries_;
  std::vector<Node> nodes_;
  uint32_t root_ = 0;
};

}  // namespace talentcard::cel::bytecode

#endif  // TALENTCARD_ENGINE_CEL_BYTECODE_INDEX_H_
