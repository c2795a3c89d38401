#include "engine/cel/evaluate.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/cel/functions.h"
#include "engine/cel/message.h"
#include "engine/cel/message_builder.h"

namespace talentcard::cel {
namespace {

Value MayFail(const Value& unknown) {
  return unknown.may_fail() ? unknown
                            : Value::Unknown(unknown.as_unknown(), true);
}

// Whether a function is an error for no arguments of its types.
bool NeverFails(const std::string& function) {
  return function == "==" || function == "!=" || function == "!";
}

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
  const Value& error() const { return error_; }
  // An unknown beside an error may turn out to be that error.
  Value value() const {
    if (!unknown_.is_unknown()) return error_;
    return error_.is_error() ? MayFail(unknown_) : unknown_;
  }

 private:
  Value unknown_;
  Value error_;
};

Value NotBool(const Value& value) {
  return Value::Error(absl::StrCat("a bool is needed, not ", value.ToString()));
}

// The entries of a map being made; their keys must differ.
class MapBuilder {
 public:
  // An error if there is such a key already or it can be none; else null.
  Value Add(Value key, Value value) {
    using enum Value::Kind;
    if (key.kind() != kBool && key.kind() != kInt && key.kind() != kUint &&
        key.kind() != kString) {
      return Value::Error(absl::StrCat(key.ToString(), " cannot be a key"));
    }
    for (const auto& entry : entries_) {
      if (Equal(entry.first, key))
        return Value::Error(
            absl::StrCat("the key ", key.ToString(), " occurs twice"));
    }
    entries_.emplace_back(std::move(key), std::move(value));
    return Value::Null();
  }
  size_t size() const { return entries_.size(); }
  Value Build() && { return Value::Map(std::move(entries_)); }

 private:
  std::vector<std::pair<Value, Value>> entries_;
};

class Evaluation {
 public:
  Evaluation(const Program& program, const Activation& activation,
             bool explore = false)
      : nodes_(program.nodes()),
        activation_(activation),
        explore_(explore),
        locals_(program.locals()),
        steps_(program.limits().steps),
        memory_(program.limits().memory),
        work_(program.limits().work) {}

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
      case Node::Op::kMessage:
        return Message(node);
      case Node::Op::kBind:
        locals_[node.slot] = Run(node.parts[0]);
        return Run(node.parts[1]);
      case Node::Op::kOptionalKey:
        return OptionalKey(node);
      case Node::Op::kOrElse:
        return OrElse(node);
      case Node::Op::kEnum:
        return Enum(node);
    }
    return Value::Error("unreachable");
  }

 private:
  const Value& Variable(size_t slot) const {
    const size_t variables = activation_.variables.size();
    return slot < variables ? activation_.variables[slot]
                            : activation_.parameters[slot - variables];
  }

  // Counts what a new value takes; an error if it is too much in all, or if
  // the value is too large ever to be looked at.
  Value Charged(Value value) {
    using enum Value::Kind;
    if (value.kind() == kMap || value.kind() == kList) {
      const size_t size = value.kind() == kMap ? 2 * value.as_map().size()
                                               : value.as_list().size();
      memory_ -= static_cast<int64_t>(size * sizeof(Value));
      if (value.weight() > work_) return TooMuch("work");
    } else if (value.owner() != nullptr) {
      memory_ -= static_cast<int64_t>(value.as_string().size());
    }
    return memory_ < 0 ? TooMuch("memory") : value;
  }

  static Value TooMuch(const char* of_what) {
    return Value::Error(
        absl::StrCat("the evaluation takes too much ", of_what));
  }

  static Reading ReadingOf(const Node& node, const Value& operand) {
    return {operand.owner(), node.strong_enums};
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
    return ReadField(operand.as_message(), node.field,
                     ReadingOf(node, operand));
  }

  // The value of a key or field of something known only now: an error if it
  // can have none of this name, none if it has none.
  Value Lookup(const Node& node, const Value& operand) {
    if (operand.kind() == Value::Kind::kMap) {
      work_ -= operand.weight();
      if (work_ < 0) return TooMuch("work");
      const auto found = operand.as_map().Find(Value::StringView(node.name));
      return found ? Value::Optional(*found) : Value::None();
    }
    if (operand.kind() == Value::Kind::kMessage) {
      const auto* field =
          FindField(operand.as_message().GetDescriptor(), node.name);
      if (field == nullptr)
        return Value::Error(absl::StrCat("no field `", node.name, "`"));
      if (!HasField(operand.as_message(), field)) return Value::None();
      return Value::Optional(
          ReadField(operand.as_message(), field, ReadingOf(node, operand)));
    }
    return Value::Error(
        absl::StrCat("`", node.name, "` of ", operand.ToString()));
  }

  // The same of what an optional holds.
  Value OptionalLookup(const Node& node, const Value& operand) {
    if (operand.kind() != Value::Kind::kOptional) return Lookup(node, operand);
    return operand.as_optional() == nullptr
               ? operand
               : Lookup(node, *operand.as_optional());
  }

  Value OptionalKey(const Node& node) {
    const Value operand = Run(node.parts[0]);
    if (operand.is_error() || operand.is_unknown()) return operand;
    return OptionalLookup(node, operand);
  }

  Value Key(const Node& node) {
    const Value operand = Run(node.parts[0]);
    if (operand.is_error() || operand.is_unknown()) return operand;
    const Value found = OptionalLookup(node, operand);
    if (found.is_error()) return found;
    if (node.op == Node::Op::kHasKey)
      return Value::Bool(found.as_optional() != nullptr);
    if (operand.kind() == Value::Kind::kOptional) return found;
    if (found.as_optional() != nullptr) return *found.as_optional();
    if (operand.kind() == Value::Kind::kMessage) {
      return ReadField(
          operand.as_message(),
          FindField(operand.as_message().GetDescriptor(), node.name),
          ReadingOf(node, operand));
    }
    return Value::Error(absl::StrCat("no key `", node.name, "`"));
  }

  Value OrElse(const Node& node) {
    const Value value = Run(node.parts[0]);
    if (explore_ && value.is_unknown())
      return MayFail(AddUnknown(value, Run(node.parts[1])));
    if (value.is_error() || value.is_unknown()) return value;
    if (value.kind() != Value::Kind::kOptional)
      return NoSuchOverload(node.unwrap ? "orValue" : "or", {{value}});
    if (value.as_optional() == nullptr) return Run(node.parts[1]);
    return node.unwrap ? *value.as_optional() : value;
  }

  Value Enum(const Node& node) {
    const Value value = Run(node.parts[0]);
    if (value.is_error() || value.is_unknown()) return value;
    const std::string& type = node.enumeration->full_name();
    if (value.kind() == Value::Kind::kString) {
      const auto* named =
          node.enumeration->FindValueByName(std::string(value.as_string()));
      if (named != nullptr) return Value::Enum(type, named->number());
    } else if (value.kind() == Value::Kind::kInt &&
               std::in_range<int32_t>(value.as_int())) {
      return Value::Enum(type, static_cast<int32_t>(value.as_int()));
    }
    return Value::Error(absl::StrCat("no `", type, "` is ", value.ToString()));
  }

  Value Message(const Node& node) {
    std::vector<Value> values;
    NotPlain not_plain;
    for (int part : node.parts) {
      values.push_back(Run(part));
      not_plain.Add(values.back());
    }
    if (not_plain.any()) return not_plain.value();
    const std::shared_ptr<google::protobuf::Message> message(
        node.prototype->New());
    for (size_t i = 0; i < values.size(); ++i) {
      const std::optional<Value> value = Entry(node, i, values[i]);
      if (!value) continue;
      if (value->is_error()) return *value;
      if (const absl::Status set = SetField(*message, node.fields[i], *value);
          !set.ok()) {
        return Value::Error(std::string(set.message()));
      }
    }
    memory_ -= static_cast<int64_t>(message->ByteSizeLong());
    if (memory_ < 0) return TooMuch("memory");
    return Value::Message(*message, message);
  }

  // What an entry of a literal holds; nullopt if it is left out.
  static std::optional<Value> Entry(const Node& node, size_t entry,
                                    const Value& value) {
    if (node.optional_entries.empty() || !node.optional_entries[entry])
      return value;
    if (value.kind() != Value::Kind::kOptional)
      return Value::Error(absl::StrCat(value.ToString(), " is not optional"));
    if (value.as_optional() == nullptr) return std::nullopt;
    return *value.as_optional();
  }

  Value Call(const Node& node) {
    constexpr size_t kMostArguments = 4;
    Value few[kMostArguments];
    std::vector<Value> many;
    const size_t count = node.parts.size();
    if (count > kMostArguments) many.resize(count);
    Value* const arguments = count > kMostArguments ? many.data() : few;
    NotPlain not_plain;
    for (size_t i = 0; i < count; ++i) {
      arguments[i] = Run(node.parts[i]);
      not_plain.Add(arguments[i]);
      work_ -= arguments[i].weight();
    }
    // With an error among them no argument can change the result.
    if (explore_ && not_plain.error().is_error()) return not_plain.error();
    if (not_plain.any()) {
      const Value unknown = not_plain.value();
      return explore_ && unknown.is_unknown() && !NeverFails(node.name)
                 ? MayFail(unknown)
                 : unknown;
    }
    if (work_ < 0) return TooMuch("work");
    const std::span<const Value> values(arguments, count);
    for (const Overload* overload : node.overloads) {
      if (!Takes(*overload, values)) continue;
      if (overload->implementation == nullptr)
        return Value::Error(absl::StrCat("`", node.name, "` is only declared"));
      return Charged(overload->implementation(values));
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
    if (explore_ && condition.is_unknown()) return BothSides(node, condition);
    if (condition.is_error() || condition.is_unknown()) return condition;
    if (condition.kind() != Value::Kind::kBool) return NotBool(condition);
    return Run(node.parts[condition.as_bool() ? 1 : 2]);
  }

  // What an unknown condition leaves: the same on both sides, or unknown.
  Value BothSides(const Node& node, const Value& condition) {
    const Value yes = Run(node.parts[1]), no = Run(node.parts[2]);
    if (yes.is_error() && no.is_error()) return yes;
    if (!condition.may_fail() && yes.kind() == no.kind() && Equal(yes, no))
      return yes;
    return AddUnknown(AddUnknown(condition, yes), no);
  }

  // `unknown`, and what `value` needs if it is unknown too or an error.
  static Value AddUnknown(const Value& unknown, const Value& value) {
    if (value.is_unknown()) return MergeUnknown(unknown, value);
    return value.is_error() ? MayFail(unknown) : unknown;
  }

  // A loop over an unknown range: its body with unknown elements.
  Value UnknownLoop(const Node& node, const Value& range) {
    locals_[node.slot] = range;
    if (node.two) locals_[node.slot + 1] = range;
    Value unknown = range;
    for (size_t i = 1; i < node.parts.size(); ++i) {
      const Value value = Run(node.parts[i]);
      const bool always = (node.loop == Loop::kAll && value.is_true()) ||
                          (node.loop == Loop::kExists && value.is_false());
      if (always && !range.may_fail()) return value;
      unknown = AddUnknown(unknown, value);
    }
    return unknown;
  }

  Value List(const Node& node) {
    std::vector<Value> elements;
    NotPlain not_plain;
    for (size_t i = 0; i < node.parts.size(); ++i) {
      Value value = Run(node.parts[i]);
      not_plain.Add(value);
      if (not_plain.any()) continue;
      if (auto element = Entry(node, i, value)) {
        not_plain.Add(*element);
        elements.push_back(*std::move(element));
      }
    }
    return not_plain.any() ? not_plain.value()
                           : Charged(Value::List(std::move(elements)));
  }

  Value Map(const Node& node) {
    MapBuilder entries;
    NotPlain not_plain;
    for (size_t i = 0; i < node.parts.size(); i += 2) {
      Value key = Run(node.parts[i]);
      Value value = Run(node.parts[i + 1]);
      not_plain.Add(key);
      not_plain.Add(value);
      if (not_plain.any()) continue;
      if (auto entry = Entry(node, i / 2, value)) {
        not_plain.Add(*entry);
        not_plain.Add(AddEntry(entries, std::move(key), *std::move(entry)));
      }
    }
    return not_plain.any() ? not_plain.value()
                           : Charged(std::move(entries).Build());
  }

  // Counts the look at the entries there are.
  Value AddEntry(MapBuilder& entries, Value key, Value value) {
    work_ -= static_cast<int64_t>(entries.size());
    return work_ < 0 ? TooMuch("work")
                     : entries.Add(std::move(key), std::move(value));
  }

  Value Looping(const Node& node) {
    const Value range = Run(node.parts[0]);
    if (explore_ && range.is_unknown()) return UnknownLoop(node, range);
    if (range.is_error() || range.is_unknown()) return range;
    if (range.kind() == Value::Kind::kMap)
      return LoopOver(node, Range(range.as_map(), node.two));
    if (range.kind() != Value::Kind::kList) {
      return Value::Error(absl::StrCat("cannot loop over ", range.ToString()));
    }
    return LoopOver(node, Range(range.as_list(), node.two));
  }

  // What a loop is over, element by element.
  class Range {
   public:
    Range(const ListValue& list, bool two) : list_(&list), two_(two) {}
    Range(const MapValue& map, bool two)
        : map_(&map), keys_(map.Keys()), two_(two) {}

    size_t size() const { return map_ ? keys_.size() : list_->size(); }
    // The element, or the key of a map: the one variable of a loop.
    Value One(size_t i) const { return map_ ? keys_[i] : list_->at(i); }
    // The first variable: with a second one, the key or index.
    Value First(size_t i) const {
      return two_ && !map_ ? Value::Int(static_cast<int64_t>(i)) : One(i);
    }
    Value Second(size_t i) const {
      return map_ ? *map_->Find(keys_[i]) : list_->at(i);
    }

   private:
    const ListValue* list_ = nullptr;
    const MapValue* map_ = nullptr;
    std::vector<Value> keys_;
    const bool two_;
  };

  void SetVariables(const Node& node, const Range& range, size_t i) {
    locals_[node.slot] = range.First(i);
    if (node.two) locals_[node.slot + 1] = range.Second(i);
  }

  Value LoopOver(const Node& node, const Range& range) {
    switch (node.loop) {
      case Loop::kAll:
        return Quantify(node, range, false);
      case Loop::kExists:
        return Quantify(node, range, true);
      case Loop::kExistsOne: {
        const Value kept = Collect(node, range);
        return kept.kind() == Value::Kind::kList
                   ? Value::Bool(kept.as_list().size() == 1)
                   : kept;
      }
      case Loop::kMap:
      case Loop::kFilter:
        return Collect(node, range);
      case Loop::kTransformMap:
      case Loop::kTransformMapEntry:
        return CollectMap(node, range);
    }
    return Value::Error("unreachable");
  }

  // all (decisive false) and exists (true), which absorb like && and ||.
  Value Quantify(const Node& node, const Range& range, bool decisive) {
    NotPlain not_plain;
    for (size_t i = 0; i < range.size(); ++i) {
      SetVariables(node, range, i);
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

  // Whether an element passes the filter; what is neither is added.
  bool Passes(const Node& node, NotPlain& not_plain) {
    const Value pass = Run(node.parts[1]);
    if (pass.kind() != Value::Kind::kBool) {
      not_plain.Add(pass.is_error() || pass.is_unknown() ? pass
                                                         : NotBool(pass));
    }
    return pass.is_true();
  }

  // The elements that pass (exists_one, filter), or what they map to.
  Value Collect(const Node& node, const Range& range) {
    const bool mapping = node.loop == Loop::kMap;
    const bool filtering = !mapping || node.parts.size() == 3;
    std::vector<Value> kept;
    NotPlain not_plain;
    for (size_t i = 0; i < range.size(); ++i) {
      SetVariables(node, range, i);
      if (filtering && !Passes(node, not_plain)) continue;
      Value value = mapping ? Run(node.parts.back()) : range.One(i);
      not_plain.Add(value);
      kept.push_back(std::move(value));
    }
    return not_plain.any() ? not_plain.value()
                           : Charged(Value::List(std::move(kept)));
  }

  // transformMap, whose results keep their keys, and transformMapEntry, whose
  // results are maps of one entry.
  Value CollectMap(const Node& node, const Range& range) {
    const bool filtering = node.parts.size() == 3;
    MapBuilder entries;
    NotPlain not_plain;
    for (size_t i = 0; i < range.size(); ++i) {
      SetVariables(node, range, i);
      if (filtering && !Passes(node, not_plain)) continue;
      Value value = Run(node.parts.back());
      not_plain.Add(value);
      if (not_plain.any()) continue;
      if (node.loop == Loop::kTransformMap) {
        not_plain.Add(AddEntry(entries, range.First(i), std::move(value)));
        continue;
      }
      if (value.kind() != Value::Kind::kMap)
        return Value::Error("transformMapEntry needs a map");
      for (const Value& key : value.as_map().Keys())
        not_plain.Add(AddEntry(entries, key, *value.as_map().Find(key)));
    }
    return not_plain.any() ? not_plain.value()
                           : Charged(std::move(entries).Build());
  }

  const std::vector<Node>& nodes_;
  const Activation& activation_;
  const bool explore_;
  std::vector<Value> locals_;
  int64_t steps_;
  int64_t memory_;
  int64_t work_;
};

}  // namespace

Value Evaluate(const Program& program, const Activation& activation) {
  return Evaluation(program, activation).Run(program.root());
}

Value Explore(const Program& program, const Activation& activation) {
  return Evaluation(program, activation, /*explore=*/true).Run(program.root());
}

Value EvaluateNode(const Program& program, int node,
                   const Activation& activation) {
  return Evaluation(program, activation).Run(node);
}

}  // namespace talentcard::cel
