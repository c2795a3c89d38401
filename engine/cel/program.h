#ifndef TALENTCARD_ENGINE_CEL_PROGRAM_H_
#define TALENTCARD_ENGINE_CEL_PROGRAM_H_

#include <google/protobuf/descriptor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "engine/cel/ast.h"
#include "engine/cel/functions.h"
#include "engine/cel/issue.h"
#include "engine/cel/limits.h"
#include "engine/cel/type.h"
#include "engine/cel/value.h"

namespace talentcard::cel {

// One operation of the typed form of an expression. Every back end runs these.
struct Node {
  enum class Op {
    kConstant,  // constant
    kVariable,  // slot
    kLocal,     // slot: the variable of an enclosing loop, outermost 0
    kField,     // parts[0].field of a message
    kHasField,  // has(parts[0].field)
    kKey,       // parts[0].name of a map, or of something known when run
    kHasKey,    // has(parts[0].name)
    kCall,      // the first of `overloads` that takes the values
    kAnd,
    kOr,
    kConditional,  // parts[0] ? parts[1] : parts[2]
    kList,
    kMap,   // parts: key, value, key, value …
    kLoop,  // over parts[0] with local `slot`: parts[1], and parts[2] for map
            // with a filter
  };
  Op op = Op::kConstant;
  Type type;
  Position position;
  Value constant;
  int slot = -1;
  const google::protobuf::FieldDescriptor* field = nullptr;
  std::string name;
  // Path from a variable, e.g. `beneficiary.birth_date`; empty for anything
  // else.
  std::string attribute;
  // An unset field here is unknown, not a default.
  bool unknown_if_unset = false;
  std::vector<const Overload*> overloads;
  Loop loop = Loop::kAll;
  std::vector<int> parts;
};

// A checked expression. Immutable; safe to share between threads.
class Program {
 public:
  Program(std::string source, std::vector<Node> nodes, int root, int locals,
          Limits limits)
      : source_(std::move(source)),
        nodes_(std::move(nodes)),
        root_(root),
        locals_(locals),
        limits_(limits) {}

  const std::string& source() const { return source_; }
  const Type& type() const { return nodes_[root_].type; }
  const std::vector<Node>& nodes() const { return nodes_; }
  int root() const { return root_; }
  int locals() const { return locals_; }
  const Limits& limits() const { return limits_; }

  // The nodes that read facts: the longest paths from variables, in the order
  // they are written, each once.
  std::vector<int> Inputs() const;

 private:
  const std::string source_;
  const std::vector<Node> nodes_;
  const int root_;
  const int locals_;
  const Limits limits_;
};

}  // namespace talentcard::cel

#endif  // TALENTCARD_ENGINE_CEL_PROGRAM_H_
