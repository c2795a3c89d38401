#ifndef TALENTCARD_ENGINE_CEL_BYTECODE_CAREFUL_H_
#define TALENTCARD_ENGINE_CEL_BYTECODE_CAREFUL_H_

#include <cstdint>

#include "engine/cel/bytecode/facts.h"
#include "engine/cel/bytecode/term.h"
#include "engine/cel/evaluate.h"

namespace talentcard::cel::bytecode {

// What a condition comes to; two bits.
enum class Verdict : uint8_t { kFalse, kTrue, kError, kUnknown };

// The verdict that a value is; what is no bool is an error.
Verdict VerdictOf(const Value& value);

// Evaluates terms one person at a time whatever the facts are: odd facts,
// errors, exits to the tree-walker. The branching code does the rest faster.
class Careful {
 public:
  // All must outlive it. `facts` were flattened from `activation`.
  Careful(const Terms& terms, const uint32_t* facts,
          const Activation& activation)
      : terms_(terms), facts_(facts), activation_(activation) {}

  Verdict Judge(int term);

  struct Outcome {
    State state = State::kPlain;
    int64_t cell = 0;
  };
  Outcome Run(int term);

 private:
  Outcome Exit(const Term& term) const;
  Outcome Fact(const Slot& slot, int index) const;
  Outcome Logical(const Term& term);
  Outcome Select(const Term& term);
  Outcome Operation(const Term& term);
  Outcome Overlap(const Term& term) const;
  Outcome Contains(const Term& term);

  const Terms& terms_;
  const uint32_t* const facts_;
  const Activation& activation_;
};

// What the operation gives for plain operands; nullopt if that is an error.
std::optional<int64_t> Apply(const Terms& terms, const Term& term,
                             const int64_t* cells);

}  // namespace talentcard::cel::bytecode

#endif  // TALENTCARD_ENGINE_CEL_BYTECODE_CAREFUL_H_
