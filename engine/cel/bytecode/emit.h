#ifndef TALENTCARD_ENGINE_CEL_BYTECODE_EMIT_H_
#define TALENTCARD_ENGINE_CEL_BYTECODE_EMIT_H_

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/cel/bytecode/code.h"
#include "engine/cel/bytecode/term.h"

namespace talentcard::cel::bytecode {

// A string fact taken to be known while code is written: what it decides costs
// nothing when the code runs.
struct Pivot {
  int slot = -1;
  int64_t number = 0;
};

// Writes branching code for terms: each test one instruction, `&&`, `||`, `!`
// and `?:` only where the tests jump to. In plain facts nothing but arithmetic
// can fail, so tests may be taken in any order.
class Emitter {
 public:
  // Both must outlive it.
  Emitter(const Terms& terms, Code& code) : terms_(terms), code_(code) {}

  // Returns 1 if the term holds, 0 if not, or kNotPlain. The entry.
  uint32_t EmitCheck(int term, Pivot pivot);
  // The same for all of some terms.
  uint32_t EmitConjunction(std::span<const int> terms, Pivot pivot = {});
  // The parts of a term that must all hold for it to hold.
  std::vector<int> Conjuncts(int term) const;
  // Returns the number of the string that the term is.
  uint32_t EmitChoice(int term);
  // Grants every rule that holds; rules[i] is the term of rule i.
  uint32_t EmitAll(std::span<const int> rules, Pivot pivot);

 private:
  using Label = int;
  struct RuleParts {
    int rule;
    std::vector<int> parts;
  };

  Label NewLabel() {
    labels_.push_back(0);
    return static_cast<int>(labels_.size()) - 1;
  }
  void Place(Label label) { labels_[label] = code_.instructions.size(); }
  void Begin(Pivot pivot);
  void Finish();

  std::optional<bool> Known(int term) const;
  void Flatten(int term, Term::Op op, std::vector<int>& parts) const;

  void Test(int term, Label then, Label otherwise, Label next);
  void Logical(const Term& term, Label then, Label otherwise, Label next);
  void Atom(const Term& term, Label then, Label otherwise, Label next);
  void Compare(const Term& term, Label then, Label otherwise, Label next);
  void Range(const Term& term, Label then, Label otherwise, Label next);
  void TestAll(std::span<const int> parts, Label then, Label otherwise,
               Label next);
  std::optional<Instruction> AsRange(int term) const;
  std::optional<Instruction> AsOrder(int term) const;
  // One instruction of several tests.
  void Branch(Opcode opcode, std::span<const Instruction> tests, Label then,
              Label otherwise, Label next);
  // The value of a term into a register.
  void Compute(int term, int target);
  void Choose(int term);
  void Group(std::span<const RuleParts> rules, size_t depth);
  void Jump(Label label);
  void Emit(Instruction instruction, Label target);
  void Emit(Opcode opcode, int64_t value);
  uint32_t KeepMask(const std::vector<uint32_t>& mask);

  const Terms& terms_;
  Code& code_;
  Pivot pivot_;
  std::vector<size_t> labels_;
  std::vector<std::pair<size_t, Label>> jumps_;
  Label not_plain_ = 0;
};

}  // namespace talentcard::cel::bytecode

#endif  // TALENTCARD_ENGINE_CEL_BYTECODE_EMIT_H_
