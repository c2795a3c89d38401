#ifndef TALENTCARD_ENGINE_CEL_BYTECODE_BUNDLE_H_
#define TALENTCARD_ENGINE_CEL_BYTECODE_BUNDLE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/cel/bytecode/careful.h"
#include "engine/cel/bytecode/code.h"
#include "engine/cel/bytecode/emit.h"
#include "engine/cel/bytecode/lower.h"
#include "engine/cel/bytecode/term.h"
#include "engine/cel/evaluate.h"
#include "engine/cel/program.h"

namespace talentcard::cel::bytecode {

// Two bits a rule, as a Verdict: the low bits in one row of words, the high
// bits in another.
struct Verdicts {
  std::span<uint64_t> low;
  std::span<uint64_t> high;

  Verdict operator[](int rule) const {
    const auto bit = [&](std::span<const uint64_t> words) {
      return static_cast<int>(words[rule / 64] >> (rule % 64) & 1);
    };
    return static_cast<Verdict>(bit(low) + 2 * bit(high));
  }
};

// Every rule of a policy version on a day, compiled together. A rule holds if
// all of its conditions do. Says of each condition what Evaluate would; the
// explanation is the tree-walker's, asked for when it is wanted.
//
// Immutable; safe to share between threads. Judging plain facts allocates
// nothing.
class Bundle {
 public:
  class Builder;

  int rules() const { return static_cast<int>(rules_.size()); }
  // Of the terms, the whole rule.
  int rule_term(int rule) const { return rules_[rule]; }
  const Terms& terms() const { return terms_; }
  const Code& code() const { return code_; }
  // Words of 32 bits that one person's facts take (facts.h).
  int words() const { return words_; }
  // Words of 64 bits in each row of verdicts.
  int verdict_words() const { return (rules() + 63) / 64; }
  // The slot of a path; -1 if no rule reads it.
  int FindSlot(std::string_view path) const;

  // Whether no fact is odd.
  bool AllPlain(const uint32_t* facts) const;
  // `facts` were flattened from `activation`, which is read only where they are
  // not plain or a rule has no native form.
  Verdict Check(int rule, const uint32_t* facts,
                const Activation& activation) const;
  void CheckAll(const uint32_t* facts, const Activation& activation,
                Verdicts verdicts) const;

  // Decides the builder's decided fact, then every rule as if it were so: the
  // number of the string in its domain. Nullopt, without verdicts, if a fact is
  // odd or a rule has no native form for these facts: ask the tree-walker for
  // the fact, then CheckAll.
  std::optional<int64_t> DecideAll(const uint32_t* facts,
                                   Verdicts verdicts) const;
  // The term of the decided fact and its slot, -1 if there is none.
  int decided_term() const { return decided_; }
  int decided_slot() const { return decided_slot_; }

 private:
  Bundle() = default;
  // The row of entries for what the pivot is in these facts.
  size_t Variant(const uint32_t* facts) const;
  bool Plain(int rule, const uint32_t* facts) const;
  void RunAll(uint32_t entry, const uint32_t* facts, Verdicts verdicts) const;

  std::vector<std::shared_ptr<const Program>> programs_;
  Terms terms_;
  Code code_;
  int words_ = 0;
  std::vector<int> rules_;
  // By rule, the slots it reads, as words of bits.
  std::vector<uint32_t> reads_;
  int decided_ = -1;
  int decided_slot_ = -1;
  uint32_t decided_entry_ = 0;
  // The string slot that most rules test, if it has few values: code is written
  // once for each of them, and once for an odd one.
  int pivot_ = -1;
  size_t variants_ = 1;
  std::vector<uint32_t> entries_;      // Rule × variant.
  std::vector<uint32_t> all_entries_;  // Variant.
};

class Bundle::Builder {
 public:
  // `fixed`: the values of variables, by slot, that are the same as long as
  // the bundle is used: parameters, the day.
  explicit Builder(std::map<int, Value> fixed = {})
      : lowering_(std::move(fixed)) {}

  // Programs of one environment. Returns the rule's number.
  int AddRule(std::vector<std::shared_ptr<const Program>> conditions);
  // A string variable that the rules themselves decide before the others.
  void Decide(std::string variable, std::shared_ptr<const Program> program);

  Bundle Build() &&;

 private:
  void ChoosePivot(Bundle& bundle) const;
  void WriteCode(Bundle& bundle) const;
  void NoteReads(Bundle& bundle) const;

  Lowering lowering_;
  std::vector<std::shared_ptr<const Program>> programs_;
  std::vector<int> rules_;
  std::string decided_variable_;
  int decided_ = -1;
};

}  // namespace talentcard::cel::bytecode

#endif  // TALENTCARD_ENGINE_CEL_BYTECODE_BUNDLE_H_
