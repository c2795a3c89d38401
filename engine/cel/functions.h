#ifndef TALENTCARD_ENGINE_CEL_FUNCTIONS_H_
#define TALENTCARD_ENGINE_CEL_FUNCTIONS_H_

#include <cstdint>
#include <initializer_list>
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
  Implementation implementation;  // Null if it is only declared.
  // Only for arguments whose types are known no sooner than when it is run.
  bool dynamic = false;
};

// The libraries an environment can have. Some are macros alone.
enum class Library {
  kStandard,
  kDate,
  kStrings,         // charAt, format, join, split …
  kMath,            // math.greatest, math.bitAnd …
  kEncoders,        // base64
  kOptionals,       // a.?b, optional.of, optMap …
  kBindings,        // cel.bind
  kComprehensions,  // Of two variables, transformList, transformMap …
  kProtos,          // proto.getExt, proto.hasExt
  kBlocks,          // cel.block, as optimisers write it
};
inline constexpr Library kLibraries[] = {
    Library::kStandard, Library::kDate,           Library::kStrings,
    Library::kMath,     Library::kEncoders,       Library::kOptionals,
    Library::kBindings, Library::kComprehensions, Library::kProtos,
    Library::kBlocks};

// A set of libraries.
class Libraries {
 public:
  constexpr Libraries(std::initializer_list<Library> libraries) {
    for (const Library library : libraries) bits_ |= Bit(library);
  }
  static constexpr Libraries All() {
    Libraries all({});
    for (const Library library : kLibraries) all.bits_ |= Bit(library);
    return all;
  }
  constexpr bool contains(Library library) const {
    return (bits_ & Bit(library)) != 0;
  }

 private:
  static constexpr uint32_t Bit(Library library) {
    return uint32_t{1} << static_cast<int>(library);
  }
  uint32_t bits_ = 0;
};
inline constexpr Libraries kPolicyLibraries = {Library::kStandard,
                                               Library::kDate};

// The overloads of a library, always the same ones.
const std::vector<Overload>& OverloadsOf(Library library);

// Parts of the library, each in a file of its own.
void AddOperators(std::vector<Overload>& library);
void AddConversions(std::vector<Overload>& library);
void AddStandardFunctions(std::vector<Overload>& library);
void AddTimeFunctions(std::vector<Overload>& library);
void AddDateLibrary(std::vector<Overload>& library);
void AddStringsLibrary(std::vector<Overload>& library);
void AddMathLibrary(std::vector<Overload>& library);
void AddEncodersLibrary(std::vector<Overload>& library);
void AddOptionalsLibrary(std::vector<Overload>& library);

// Whether the values are of the overload's parameter types.
bool Takes(const Overload& overload, std::span<const Value> values);

// The error when no overload fits the values.
Value NoSuchOverload(std::string_view name, std::span<const Value> arguments);

}  // namespace talentcard::cel

#endif  // TALENTCARD_ENGINE_CEL_FUNCTIONS_H_
