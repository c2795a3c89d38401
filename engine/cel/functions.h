#ifndef TALENTCARD_ENGINE_CEL_FUNCTIONS_H_
#define TALENTCARD_ENGINE_CEL_FUNCTIONS_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/cel/type.h"
#include "engine/cel/value.h"

namespace talentcard::cel {

// Arguments are never errors or unknowns: the evaluator deals with those.
using Implementation = Value (*)(std::span<const Value> arguments);

// One signature of a function.
struct Overload {
  std::string name;       // `+`, `-_` (negation), `[]`, `in`, `size` …
  bool receiver = false;  // Called as a.f(b).
  std::vector<Type> parameters;
  Type result;
  Implementation implementation;
};

// Every overload of a name and call form, standard library and `date`.
std::vector<const Overload*> FindOverloads(std::string_view name,
                                           bool receiver);
// The names there are, for suggestions.
std::vector<std::string> FunctionNames();

// Parts of the library.
void AddStandardLibrary(std::vector<Overload>& library);
void AddDateLibrary(std::vector<Overload>& library);

// Whether the values are of the overload's parameter types.
bool Takes(const Overload& overload, std::span<const Value> values);

// The error when no overload fits the values.
Value NoSuchOverload(std::string_view name, std::span<const Value> arguments);

}  // namespace talentcard::cel

#endif  // TALENTCARD_ENGINE_CEL_FUNCTIONS_H_
