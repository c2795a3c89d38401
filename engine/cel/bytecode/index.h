#ifndef TALENTCARD_ENGINE_CEL_BYTECODE_INDEX_H_
#define TALENTCARD_ENGINE_CEL_BYTECODE_INDEX_H_

#include <cstdint>
#include <map>
#include <optional>
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
  // What is left once a fact is known: one rule, or a node for more; small,
  // because a question among many rules meets cold memory only here.
  struct Way {
    static constexpr int32_t kNode = -1;
    int32_t rule = kNode;
    uint32_t to = 0;  // The rule's entry, or the node.
  };
  // Rules that what is known so far leaves, by what a further fact is.
  struct Node {
    int32_t slot = -1;    // -1: try the candidates.
    uint32_t word = 0;    // Where the fact is.
    uint32_t others = 0;  // Its number if no rule names it.
    uint32_t ways = 0;    // The first, by number.
    uint32_t first = 0;   // Candidates: all below, tried if the fact is odd.
    uint32_t count = 0;
  };
  // The first two levels as one table, if all below the first ask the same
  // slot: one look into cold memory instead of three.
  struct Table {
    uint32_t words[2] = {};
    uint32_t others[2] = {};
    uint32_t ways = 0;
  };
  struct Rule {
    int rule;
    std::vector<int> conjuncts;  // Still to be tested.
  };

  uint32_t Grow(std::vector<Rule> rules);
  void TakeCommon(std::vector<Rule>& rules);
  Way WayTo(std::vector<Rule> rules);
  void JoinFirstLevels();
  void Try(Candidate candidate, bool quick, const uint32_t* facts,
           const Activation& activation, std::vector<Match>& matches) const;
  int BestSlot(const std::vector<Rule>& rules) const;
  // Whether the conjunct demands that the slot is a constant's number.
  bool Demands(int conjunct, int slot) const;
  bool Allows(const Rule& rule, int slot, int64_t number) const;
  uint32_t EntryOf(const std::vector<int>& conjuncts);

  const Bundle& bundle_;
  Code code_;
  std::map<std::vector<int>, uint32_t> entries_;
  std::vector<Node> nodes_;
  std::vector<Way> ways_;
  std::vector<Candidate> candidates_;
  std::optional<Table> table_;
  uint32_t common_ = 0;  // The entry of what all rules need.
  uint32_t root_ = 0;
};

}  // namespace talentcard::cel::bytecode

#endif  // TALENTCARD_ENGINE_CEL_BYTECODE_INDEX_H_
