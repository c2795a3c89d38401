#ifndef TALENTCARD_ENGINE_CEL_PARSER_H_
#define TALENTCARD_ENGINE_CEL_PARSER_H_

#include <string_view>
#include <vector>

#include "engine/cel/ast.h"
#include "engine/cel/functions.h"
#include "engine/cel/limits.h"

namespace talentcard::cel {

// Parses one expression and expands its macros. Null, with the mistake in
// `issues`, if it is not CEL or breaks a bound. Work and memory are bounded by
// the limits whatever the source.
AstPtr Parse(std::string_view source, const Limits& limits,
             const Libraries& libraries, std::vector<Issue>& issues);

}  // namespace talentcard::cel

#endif  // TALENTCARD_ENGINE_CEL_PARSER_H_
