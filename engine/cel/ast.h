#ifndef TALENTCARD_ENGINE_CEL_AST_H_
#define TALENTCARD_ENGINE_CEL_AST_H_

#include <memory>
#include <string>
#include <vector>

#include "engine/cel/issue.h"
#include "engine/cel/value.h"

// What the parser makes of a source: shape only, nothing checked.
namespace talentcard::cel {

struct Ast;
using AstPtr = std::unique_ptr<Ast>;

// The macros of CEL that loop. `all` and `exists` absorb errors and unknowns.
enum class Loop {
  kAll,
  kExists,
  kExistsOne,
  kMap,  // Of one variable; transformList is the same with two.
  kFilter,
  kTransformMap,
  kTransformMapEntry,
};

struct Ast {
  enum class Kind {
    kConstant,
    kIdentifier,  // name; with a leading dot, absolute
    kSelect,      // parts[0].name; if `optional`, parts[0].?name
    kHas,         // has(parts[0].name)
    kCall,        // name(parts…); if `receiver`, parts[0].name(parts[1]…)
    kList,        // [parts…]
    kMap,         // {parts[0]: parts[1], …}
    kMessage,     // name{fields[0]: parts[0], …}
    kBind,        // cel.bind(name, parts[0], parts[1])
    kAnd,
    kOr,
    kConditional,  // parts[0] ? parts[1] : parts[2]
    kLoop,  // parts[0].loop(name, parts[1]), or with name2; a map with a filter
            // has parts[2]
  };
  Kind kind = Kind::kConstant;
  Position position;
  Value constant;
  std::string name;
  std::string name2;
  std::vector<std::string> fields;
  bool receiver = false;
  bool optional = false;
  // Entries of a list, map or message that are left out if they are none:
  // [?a], {?k: v}, M{?f: v}. Empty if there are no such.
  std::vector<bool> optional_entries;
  Loop loop = Loop::kAll;
  std::vector<AstPtr> parts;
};

}  // namespace talentcard::cel

#endif  // TALENTCARD_ENGINE_CEL_AST_H_
