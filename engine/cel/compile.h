#ifndef TALENTCARD_ENGINE_CEL_COMPILE_H_
#define TALENTCARD_ENGINE_CEL_COMPILE_H_

#include <memory>
#include <string_view>
#include <vector>

#include "engine/cel/environment.h"
#include "engine/cel/issue.h"
#include "engine/cel/program.h"
#include "engine/cel/type.h"

namespace talentcard::cel {

// Parses and checks an expression whose value must be of type `expected` (dyn:
// any). Null, with every mistake found, if it is wrong. Syntax stops at the
// first mistake; checking goes on.
std::shared_ptr<const Program> Compile(const Environment& environment,
                                       std::string_view source,
                                       const Type& expected,
                                       std::vector<Issue>& issues);

}  // namespace talentcard::cel

#endif  // TALENTCARD_ENGINE_CEL_COMPILE_H_
