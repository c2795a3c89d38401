#ifndef TALENTCARD_ENGINE_CEL_FORMAT_H_
#define TALENTCARD_ENGINE_CEL_FORMAT_H_

#include <string_view>

#include "engine/cel/value.h"

namespace talentcard::cel {

// "…%s…".format([…]): %s %d %f %e %b %o %x %X and %%, with a precision as in
// %.3f. An error for another clause, a value that does not fit it, or too few
// values.
Value Format(std::string_view format, const ListValue& values);

}  // namespace talentcard::cel

#endif  // TALENTCARD_ENGINE_CEL_FORMAT_H_
