#ifndef TALENTCARD_ENGINE_CEL_PROGRAM_H_
#define TALENTCARD_ENGINE_CEL_PROGRAM_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

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
            // with a filter; if `two`, key in `slot` and value in `slot` + 1
    kMessage,      // descriptor{fields[i]: parts[i]}
    kBind,         // local `slot` is parts[0] in parts[1]
    kOptionalKey,  // parts[0].?name
    kOrElse,       // the optional parts[0], else parts[1]: `or`; if `unwrap`,
                   // its value, else parts[1]: `orValue`
    kEnum,         // enumeration(parts[0]), of an int or a name
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
  bool two = false;
  bool unwrap = false;
  // Enums read here are values of their own types.
  bool strong_enums = false;
  const google::protobuf::Message* prototype = nullptr;  // Of kMessage.
  const google::protobuf::EnumDescriptor* enumeration = nullptr;
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  // Entries of a list, map or message left out if they are none; or empty.
  std::vector<bool> optional_entries;
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
