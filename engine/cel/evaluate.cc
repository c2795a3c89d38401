#include "engine/cel/evaluate.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/cel/message.h"

namespace talentcard::cel {
namespace {

// What of several operands decides when one is not a plain value: unknowns
// together, else the first error. Null kind if all are plain.
class NotPlain {
 public:
  void Add(const Value& value) {
    if (value.is_unknown()) {
      unknown_ = unknown_.is_unknown() ? MergeUnknown(unknown_, value) : value;
    } else if (value.is_error() && !error_.is_error()) {
      error_ = value;
    }
  }
  bool any() const { return unknown_.is_unknown() || error_.is_error(); }
  const Value& value() const {
    return unknown_.is_unknown() ? unknown_ : error_;
  }

 private:
  Value unknown_;
  Value error_;
};

Value NotBool(const Value& value) {
  return Value::Error(absl::StrCat("a bool is needed, not ", value.ToString()));
}

class Evaluation {
 public:
  Evaluation(const Program& program, const Activation& activation)
      : nodes_(program.nodes()),
        activation_(activation),
        locals_(program.locals()),
        steps_(program.limits().steps) {}

  Value Run(int index) {
    const Node& node = nodes_[index];
    if (--steps_ < 0)
      return Value::Error("the evaluation takes too many steps");
    if (activation_.unknown != nullptr && !node.attribute.empty() &&
        activation_.unknown->contains(node.attribute)) {
      return Value::Unknown({node.attribute});
    }
    switch (node.op) {
      case Node::Op::kConstant:
        return node.constant;
      case Node::Op::kVariable:
        return Variable(static_cast<size_t>(node.slot));
      case Node::Op::kLocal:
        return locals_[node.slot];
      case Node::Op::kField:
      case Node::Op::kHasField:
        return Field(node);
      case Node::Op::kKey:
      case Node::Op::kHasKey:
        return Key(node);
      case Node::Op::kCall:
        return Call(node);
      case Node::Op::kAnd:
        return Logical(node, false);
      case Node::Op::kOr:
        return Logical(node, true);
      case Node::Op::kConditional:
        return Conditional(node);
      case Node::Op::kList:
        return List(node);
      case Node::Op::kMap:
        return Map(node);
      case Node::Op::kLoop:
        return Looping(node);
    }
    return Value::Error("unreachable");
  }

 private:
  const Value& Variable(size_t slot) const {
    const size_t variables = activation_.variables.size();
    return slot < variables ? activation_.variables[slot]
                            : activation_.parameters[slot - variables];
  }

  Value Field(const Node& node) {
    const Value operand = Run(node.parts[0]);
    if (operand.is_error() || operand.is_unknown()) return operand;
    if (operand.kind() != Value::Kind::kMessage) {
      return Value::Error(
          absl::StrCat("`", node.name, "` of ", operand.ToString()));
    }
    const bool has = HasField(operand.as_message(), node.field);
    if (node.op == Node::Op::kHasField) return Value::Bool(has);
    if (!has && node.unknown_if_unset) return Value::Unknown({node.attribute});
    return ReadField(operand.as_message(), node.field);
  }

  Value Key(const Node& node) {
    const Value operand = Run(node.parts[0]);
    if (operand.is_error() || operand.is_unknown()) return operand;
    const bool has = node.op == Node::Op::kHasKey;
    if (operand.kind() == Value::Kind::kMap) {
      const auto found = operand.as_map().Find(Value::StringView(node.name));
      if (has) return Value::Bool(found.has_value());
      return found ? *found
                   : Value::Error(absl::StrCat("no key `", node.name, "`"));
    }
    if (operand.kind() == Value::Kind::kMessage) {
      const auto* field =
          operand.as_message().GetDescriptor()->FindFieldByName(node.name);
      if (field == nullptr)
        return Value::Error(absl::StrCat("no field `", node.name, "`"));
      return has ? Value::Bool(HasField(operand.as_message(), field))
                 : ReadField(operand.as_message(), field);
    }
    return Value::Error(
        absl::StrCat("`", node.name, "` of ", operand.ToString()));
  }

  Value Call(const Node& node) {
    constexpr size_t kMostArguments = 4;
    Value arguments[kMostArguments];
    const size_t count = node.parts.size();
    NotPlain not_plain;
    for (size_t i = 0; i < count && i < kMostArguments; ++i) {
      arguments[i] = Run(node.parts[i]);
      not_plain.Add(arguments[i]);
    }
    if (not_plain.any()) return not_plain.value();
    const std::span<const Value> values(arguments, count);
    for (const Overload* overload : node.overloads) {
      if (Takes(*overload, values)) return overload->implementation(values);
    }
    return NoSuchOverload(node.name, values);
  }

  // && with `decisive` false, || with true.
  Value Logical(const Node& node, bool decisive) {
    NotPlain not_plain;
    for (int part : node.parts) {
      Value value = Run(part);
      if (value.kind() == Value::Kind::kBool) {
        if (value.as_bool() == decisive) return value;
      } else {
        not_plain.Add(value.is_error() || value.is_unknown() ? value
                                                             : NotBool(value));
      }
    }
    return not_plain.any() ? not_plain.value() : Value::Bool(!decisive);
  }

  Value Conditional(const Node& node) {
    const Value condition = Run(node.parts[0]);
    if (condition.is_error() || condition.is_unknown()) return condition;
    if (condition.kind() != Value::Kind::kBool) return NotBool(condition);
    return Run(node.parts[condition.as_bool() ? 1 : 2]);
  }

  Value List(const Node& node) {
    std::vector<Value> elements;
    NotPlain not_plain;
    for (int part : node.parts) {
      elements.push_back(Run(part));
      not_plain.Add(elements.back());
    }
    return not_plain.any() ? not_plain.value()
                           : Value::List(std::move(elements));
  }

  Value Map(const Node& node) {
    std::vector<std::pair<Value, Value>> entries;
    NotPlain not_plain;
    for (size_t i = 0; i < node.parts.size(); i += 2) {
      Value key = Run(node.parts[i]);
      Value value = Run(node.parts[i + 1]);
      not_plain.Add(key);
      not_plain.Add(value);
      for (const auto& entry : entries) {
        if (Equal(entry.first, key))
          return Value::Error(
              absl::StrCat("the key ", key.ToString(), " occurs twice"));
      }
      entries.emplace_back(std::move(key), std::move(value));
    }
    return not_plain.any() ? not_plain.value() : Value::Map(std::move(entries));
  }

  Value Looping(const Node& node) {
    const Value range = Run(node.parts[0]);
    if (range.is_error() || range.is_unknown()) return range;
    if (range.kind() == Value::Kind::kMap) {
      const Value keys = Value::List(range.as_map().Keys());
      return LoopOver(node, keys.as_list());
    }
    if (range.kind() != Value::Kind::kList) {
      return Value::Error(absl::StrCat("cannot loop over ", range.ToString()));
    }
    return LoopOver(node, range.as_list());
  }

  Value LoopOver(const Node& node, const ListValue& list) {
    switch (node.loop) {
      case Loop::kAll:
        return Quantify(node, list, false);
      case Loop::kExists:
        return Quantify(node, list, true);
      case Loop::kExistsOne: {
        const Value kept = Collect(node, list);
        return kept.kind() == Value::Kind::kList
                   ? Value::Bool(kept.as_list().size() == 1)
                   : kept;
      }
      case Loop::kMap:
      case Loop::kFilter:
        return Collect(node, list);
    }
    return Value::Error("unreachable");
  }

  // all (decisive false) and exists (true), which absorb like && and ||.
  Value Quantify(const Node& node, const ListValue& list, bool decisive) {
    NotPlain not_plain;
    for (size_t i = 0; i < list.size(); ++i) {
      locals_[node.slot] = list.at(i);
      const Value value = Run(node.parts[1]);
      if (value.kind() == Value::Kind::kBool) {
        if (value.as_bool() == decisive) return value;
      } else {
        not_plain.Add(value.is_error() || value.is_unknown() ? value
                                                             : NotBool(value));
      }
    }
    return not_plain.any() ? not_plain.value() : Value::Bool(!decisive);
  }

  // The elements that pass (exists_one, filter), or what they map to.
  Value Collect(const Node& node, const ListValue& list) {
    const bool mapping = node.loop == Loop::kMap;
    const bool filtering = !mapping || node.parts.size() == 3;
    std::vector<Value> kept;
    NotPlain not_plain;
    for (size_t i = 0; i < list.size(); ++i) {
      locals_[node.slot] = list.at(i);
      if (filtering) {
        const Value pass = Run(node.parts[1]);
        if (pass.is_false()) continue;
        if (!pass.is_true()) {
          not_plain.Add(pass.is_error() || pass.is_unknown() ? pass
                                                             : NotBool(pass));
          continue;
        }
      }
      Value value = mapping ? Run(node.parts.back()) : list.at(i);
      not_plain.Add(value);
      kept.push_back(std::move(value));
    }
    return not_plain.any() ? not_plain.value() : Value::List(std::move(kept));
  }

  const std::vector<Node>& nodes_;
  const Activation& activation_;
  std::vector<Value> locals_;
  int64_t steps_;
};

}  // namespace

Value Evaluate(const Program& program, const Activation& activation) {
  return Evaluation(program, activation).Run(program.root());
}

Value EvaluateNode(const Program& program, int node,
                   const Activation& activation) {
  return Evaluation(program, activation).Run(node);
}

}  // namespace talentcard::cel
