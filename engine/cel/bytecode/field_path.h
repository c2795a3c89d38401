#ifndef TALENTCARD_ENGINE_CEL_BYTECODE_FIELD_PATH_H_
#define TALENTCARD_ENGINE_CEL_BYTECODE_FIELD_PATH_H_

#include <google/protobuf/descriptor.h>

#include <optional>
#include <vector>

#include "engine/cel/evaluate.h"
#include "engine/cel/program.h"

namespace talentcard::cel::bytecode {

// A fact that stands in plain messages below a variable, e.g.
// `holder.last_employment.end_reason`: read without walking the expression.
class FieldPath {
 public:
  // Nullopt if the node is anything else. The program must outlive it.
  static std::optional<FieldPath> Of(const Program& program, int node);

  // What EvaluateNode gives; nullopt where only that knows.
  std::optional<Value> Read(const Activation& activation) const;

 private:
  int variable_ = 0;
  // Fields that hold messages, outermost first.
  std::vector<const google::protobuf::FieldDescriptor*> through_;
  const Node* last_ = nullptr;
};

}  // namespace talentcard::cel::bytecode

#endif  // TALENTCARD_ENGINE_CEL_BYTECODE_FIELD_PATH_H_
