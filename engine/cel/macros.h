#ifndef TALENTCARD_ENGINE_CEL_MACROS_H_
#define TALENTCARD_ENGINE_CEL_MACROS_H_

#include <string>

#include "engine/cel/ast.h"
#include "engine/cel/functions.h"

namespace talentcard::cel {

// What a call means if its name is a macro of `libraries`: `has`, the loops,
// cel.bind, optMap and so on. Any other call comes back as it is. Sets
// `problem` if the macro is used wrongly.
AstPtr ExpandMacro(AstPtr call, const Libraries& libraries,
                   std::string& problem);

}  // namespace talentcard::cel

#endif  // TALENTCARD_ENGINE_CEL_MACROS_H_
