#ifndef TALENTCARD_ENGINE_CEL_CHECKER_H_
#define TALENTCARD_ENGINE_CEL_CHECKER_H_

#include <vector>

#include "engine/cel/ast.h"
#include "engine/cel/environment.h"
#include "engine/cel/program.h"

namespace talentcard::cel {

struct Checked {
  std::vector<Node> nodes;  // Operands come before the nodes that use them.
  int root = 0;
  int locals = 0;
};

// Gives every part its type and meaning, and folds what is constant. Mistakes
// are added to `issues`; if there are any the result is not to be used.
Checked Check(const Environment& environment, const Ast& tree,
              std::vector<Issue>& issues);

// Whether a value of type `from` may stand where `to` is needed.
bool Assignable(const Type& from, const Type& to);

}  // namespace talentcard::cel

#endif  // TALENTCARD_ENGINE_CEL_CHECKER_H_
