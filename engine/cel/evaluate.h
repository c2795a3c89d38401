#ifndef TALENTCARD_ENGINE_CEL_EVALUATE_H_
#define TALENTCARD_ENGINE_CEL_EVALUATE_H_

#include <set>
#include <span>
#include <string>

#include "engine/cel/program.h"
#include "engine/cel/value.h"

namespace talentcard::cel {

// The values of an environment's variables, by slot, and what is not known.
// Views; all must outlive the evaluation and its result.
struct Activation {
  std::span<const Value> variables;
  // Attributes that are unknown, as paths: a whole variable or a field of one.
  const std::set<std::string, std::less<>>* unknown = nullptr;
  // The variables of the slots after `variables`.
  std::span<const Value> parameters = {};
};

// Runs the expression: the reference back end, obviously right. Three-valued as
// the language says: `false && unknown` is false, an unknown outweighs an
// error, and the result names every attribute it still needs.
Value Evaluate(const Program& program, const Activation& activation);
// The same, but going on where Evaluate stops at what is not known: into both
// sides of an unknown condition and the body of a loop over an unknown list.
// So an unknown result names every attribute that could still change it, and
// it is no unknown if none could. It names no other, as far as each is used
// once and no error stands where another operand may absorb it.
Value Explore(const Program& program, const Activation& activation);
// Evaluates one part of it, outside loops; for showing what a rule saw.
Value EvaluateNode(const Program& program, int node,
                   const Activation& activation);

}  // namespace talentcard::cel

#endif  // TALENTCARD_ENGINE_CEL_EVALUATE_H_
