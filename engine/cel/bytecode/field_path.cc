#include "engine/cel/bytecode/field_path.h"

#include <algorithm>

#include "engine/cel/message.h"

namespace talentcard::cel::bytecode {

std::optional<FieldPath> FieldPath::Of(const Program& program, int node) {
  FieldPath path;
  path.last_ = &program.nodes()[node];
  if (path.last_->op != Node::Op::kField &&
      path.last_->op != Node::Op::kHasField) {
    return std::nullopt;
  }
  const Node* below = &program.nodes()[path.last_->parts[0]];
  for (; below->op == Node::Op::kField;
       below = &program.nodes()[below->parts[0]]) {
    // What is of a message type here is none of CEL's own kinds.
    if (below->type.kind() != Type::Kind::kMessage || below->unknown_if_unset)
      return std::nullopt;
    path.through_.push_back(below->field);
  }
  if (below->op != Node::Op::kVariable) return std::nullopt;
  path.variable_ = below->slot;
  std::reverse(path.through_.begin(), path.through_.end());
  return path;
}

std::optional<Value> FieldPath::Read(const Activation& activation) const {
  const auto variable = static_cast<size_t>(variable_);
  const bool all_known =
      activation.unknown == nullptr || activation.unknown->empty();
  if (!all_known || variable >= activation.variables.size())
    return std::nullopt;
  const Value& start = activation.variables[variable];
  if (start.kind() != Value::Kind::kMessage) return std::nullopt;
  const google::protobuf::Message* message = &start.as_message();
  for (const auto* field : through_)
    message = &message->GetReflection()->GetMessage(*message, field);
  if (last_->op == Node::Op::kHasField)
    return Value::Bool(HasField(*message, last_->field));
  if (last_->unknown_if_unset && !HasField(*message, last_->field))
    return Value::Unknown({last_->attribute});
  return ReadField(*message, last_->field,
                   {start.owner(), last_->strong_enums});
}

}  // namespace talentcard::cel::bytecode
