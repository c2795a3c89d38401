#include "engine/cel/checker.h"

#include <algorithm>
#include <map>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace talentcard::cel {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using Bindings = std::map<int, Type>;

bool IsDyn(const Type& type) { return type.kind() == Type::Kind::kDyn; }

// Matches an argument with a parameter, binding type parameters.
bool Fits(const Type& argument, const Type& parameter, Bindings& bindings) {
  using enum Type::Kind;
  if (parameter.kind() == kParameter) {
    const auto [it, fresh] =
        bindings.try_emplace(parameter.parameter(), argument);
    if (fresh || IsDyn(argument)) return true;
    if (IsDyn(it->second)) {
      it->second = argument;
      return true;
    }
    return Assignable(argument, it->second) || Assignable(it->second, argument);
  }
  if (IsDyn(argument) || IsDyn(parameter)) return true;
  if (argument.kind() == kWrapper)
    return parameter.kind() == argument.primitive() ||
           parameter.kind() == kNull;
  if (argument.kind() != parameter.kind()) return false;
  if (argument.kind() == kList)
    return Fits(argument.element(), parameter.element(), bindings);
  if (argument.kind() == kMap) {
    return Fits(argument.key(), parameter.key(), bindings) &&
           Fits(argument.value(), parameter.value(), bindings);
  }
  return argument == parameter;
}

Type Instantiate(const Type& type, const Bindings& bindings) {
  using enum Type::Kind;
  if (type.kind() == kParameter) {
    const auto it = bindings.find(type.parameter());
    return it == bindings.end() ? Type() : it->second;
  }
  if (type.kind() == kList)
    return Type::List(Instantiate(type.element(), bindings));
  if (type.kind() == kMap) {
    return Type::Map(Instantiate(type.key(), bindings),
                     Instantiate(type.value(), bindings));
  }
  return type;
}

// One type for the parts of a literal: theirs if they agree, else dyn.
Type Join(const std::vector<Type>& types) {
  if (types.empty()) return Type();
  const bool same = std::all_of(types.begin(), types.end(),
                                [&](const Type& t) { return t == types[0]; });
  return same ? types[0] : Type();
}

std::vector<std::string> FieldNames(const Descriptor* descriptor) {
  std::vector<std::string> names;
  for (int i = 0; i < descriptor->field_count(); ++i)
    names.push_back(descriptor->field(i)->name());
  return names;
}

class Checker {
 public:
  Checker(const Environment& environment, std::vector<Issue>& issues)
      : environment_(environment), issues_(issues) {}

  Checked Run(const Ast& tree) {
    Checked checked;
    checked.root = Visit(tree);
    checked.nodes = std::move(nodes_);
    checked.locals = most_locals_;
    return checked;
  }

 private:
  // Mistakes become dyn, so that the rest can still be checked.
  int Mistake(const Ast& ast, std::string message, std::string text,
              std::string suggestion = "") {
    issues_.push_back({ast.position, std::move(message), std::move(text),
                       std::move(suggestion)});
    return Emit(ast, Node::Op::kConstant, Type());
  }

  int Emit(const Ast& ast, Node::Op op, Type type,
           std::vector<int> parts = {}) {
    Node node;
    node.op = op;
    node.type = std::move(type);
    node.position = ast.position;
    node.parts = std::move(parts);
    nodes_.push_back(std::move(node));
    return static_cast<int>(nodes_.size()) - 1;
  }

  std::vector<int> VisitAll(const std::vector<AstPtr>& parts) {
    std::vector<int> visited;
    for (const AstPtr& part : parts) visited.push_back(Visit(*part));
    return visited;
  }

  int Visit(const Ast& ast) {
    switch (ast.kind) {
      case Ast::Kind::kConstant:
        return Constant(ast, ast.constant);
      case Ast::Kind::kIdentifier:
        return Name(ast, ast.name);
      case Ast::Kind::kSelect:
      case Ast::Kind::kHas:
        return Select(ast);
      case Ast::Kind::kCall:
        return Call(ast);
      case Ast::Kind::kList:
        return ListLiteral(ast);
      case Ast::Kind::kMap:
        return MapLiteral(ast);
      case Ast::Kind::kAnd:
        return Logical(ast, Node::Op::kAnd);
      case Ast::Kind::kOr:
        return Logical(ast, Node::Op::kOr);
      case Ast::Kind::kConditional:
        return Conditional(ast);
      case Ast::Kind::kLoop:
        return Looping(ast);
    }
    return 0;
  }

  int Constant(const Ast& ast, const Value& value,
               std::optional<Type> type = std::nullopt) {
    using enum Value::Kind;
    const std::map<Value::Kind, Type::Kind> kTypes = {
        {kNull, Type::Kind::kNull},     {kBool, Type::Kind::kBool},
        {kInt, Type::Kind::kInt},       {kUint, Type::Kind::kUint},
        {kDouble, Type::Kind::kDouble}, {kString, Type::Kind::kString},
        {kBytes, Type::Kind::kBytes},   {kDate, Type::Kind::kDate}};
    const auto known = kTypes.find(value.kind());
    const int node = Emit(ast, Node::Op::kConstant,
                          type                    ? *type
                          : known == kTypes.end() ? Type()
                                                  : Type(known->second));
    nodes_[node].constant = value;
    return node;
  }

  // A whole name, dots included, that is declared; -1 if none is.
  int Declared(const Ast& ast, const std::string& name) {
    for (size_t i = locals_.size(); i-- > 0;) {
      if (locals_[i].first != name) continue;
      const int node = Emit(ast, Node::Op::kLocal, locals_[i].second);
      nodes_[node].slot = static_cast<int>(i);
      return node;
    }
    const Environment::Declaration* declaration = environment_.Find(name);
    if (declaration == nullptr) return -1;
    if (declaration->slot < 0)
      return Constant(ast, declaration->constant, declaration->type);
    const int node = Emit(ast, Node::Op::kVariable, declaration->type);
    nodes_[node].slot = declaration->slot;
    nodes_[node].attribute = name;
    return node;
  }

  int Name(const Ast& ast, const std::string& name) {
    const int node = Declared(ast, name);
    if (node >= 0) return node;
    return Mistake(ast, absl::StrCat("no name `", name, "` is known here"),
                   name, environment_.Nearest(name));
  }

  // `a.b.c` if the tree is names and dots only; empty otherwise.
  static std::string Dotted(const Ast& ast) {
    if (ast.kind == Ast::Kind::kIdentifier) return ast.name;
    if (ast.kind != Ast::Kind::kSelect) return "";
    std::string head = Dotted(*ast.parts[0]);
    return head.empty() ? "" : absl::StrCat(head, ".", ast.name);
  }

  int Select(const Ast& ast) {
    const std::string dotted =
        ast.kind == Ast::Kind::kSelect ? Dotted(ast) : "";
    if (!dotted.empty()) {
      if (const int node = Declared(ast, dotted); node >= 0) return node;
      // `param.X`: the first part alone is no name, so the whole is misspelt.
      const std::string first = dotted.substr(0, dotted.find('.'));
      const Ast* root = &ast;
      while (root->kind == Ast::Kind::kSelect) root = root->parts[0].get();
      if (environment_.Find(first) == nullptr && !IsLocal(first) &&
          environment_.HasNamesBelow(first)) {
        return Mistake(*root,
                       absl::StrCat("no name `", dotted, "` is known here"),
                       dotted, environment_.Nearest(dotted));
      }
    }
    const int operand = Visit(*ast.parts[0]);
    return SelectFrom(ast, operand);
  }

  bool IsLocal(const std::string& name) const {
    return std::any_of(locals_.begin(), locals_.end(),
                       [&](const auto& l) { return l.first == name; });
  }

  int SelectFrom(const Ast& ast, int operand) {
    const bool has = ast.kind == Ast::Kind::kHas;
    const Type type = nodes_[operand].type;
    if (type.kind() == Type::Kind::kMessage)
      return SelectField(ast, operand, type.descriptor(), has);
    if (type.kind() == Type::Kind::kMap || IsDyn(type)) {
      Type result = has                               ? Type(Type::Kind::kBool)
                    : type.kind() == Type::Kind::kMap ? type.value()
                                                      : Type();
      const int node = Emit(ast, has ? Node::Op::kHasKey : Node::Op::kKey,
                            std::move(result), {operand});
      nodes_[node].name = ast.name;
      return node;
    }
    return Mistake(ast, absl::StrCat("a ", type.ToString(), " has no fields"),
                   ast.name);
  }

  int SelectField(const Ast& ast, int operand, const Descriptor* descriptor,
                  bool has) {
    const FieldDescriptor* field = descriptor->FindFieldByName(ast.name);
    if (field == nullptr) {
      return Mistake(ast,
                     absl::StrCat("`", descriptor->name(), "` has no field `",
                                  ast.name, "`"),
                     ast.name, NearestOf(ast.name, FieldNames(descriptor)));
    }
    const int node =
        Emit(ast, has ? Node::Op::kHasField : Node::Op::kField,
             has ? Type(Type::Kind::kBool) : Type::OfField(field), {operand});
    nodes_[node].field = field;
    nodes_[node].name = ast.name;
    if (!has && !nodes_[operand].attribute.empty()) {
      const std::string path =
          absl::StrCat(nodes_[operand].attribute, ".", ast.name);
      const auto& unset = environment_.unknown_if_unset();
      nodes_[node].attribute = path;
      nodes_[node].unknown_if_unset =
          std::find(unset.begin(), unset.end(), path) != unset.end();
    }
    return node;
  }

  int Call(const Ast& ast) {
    const std::vector<int> arguments = VisitAll(ast.parts);
    std::vector<Type> types;
    for (int argument : arguments) types.push_back(nodes_[argument].type);
    const std::vector<const Overload*> known =
        FindOverloads(ast.name, ast.receiver);
    std::vector<const Overload*> fitting;
    std::vector<Type> results;
    for (const Overload* overload : known) {
      Bindings bindings;
      if (overload->parameters.size() != types.size()) continue;
      bool fits = true;
      for (size_t i = 0; i < types.size() && fits; ++i) {
        fits = Fits(types[i], overload->parameters[i], bindings);
      }
      if (!fits) continue;
      fitting.push_back(overload);
      results.push_back(Instantiate(overload->result, bindings));
    }
    if (fitting.empty()) return NoOverload(ast, types, !known.empty());
    const int node = Emit(ast, Node::Op::kCall, Join(results), arguments);
    nodes_[node].name = ast.name;
    nodes_[node].overloads = std::move(fitting);
    return Fold(ast, node);
  }

  int NoOverload(const Ast& ast, const std::vector<Type>& types, bool known) {
    if (!known) {
      return Mistake(ast, absl::StrCat("there is no function `", ast.name, "`"),
                     ast.name, NearestOf(ast.name, FunctionNames()));
    }
    std::vector<std::string> names;
    for (const Type& type : types) names.push_back(type.ToString());
    const std::string shown = ast.name == "-_" ? "-" : ast.name;
    return Mistake(ast,
                   absl::StrCat("`", shown, "` cannot take (",
                                absl::StrJoin(names, ", "), ")"),
                   shown);
  }

  // Computes a call of constants now. What would be an error stays for later,
  // where it may be absorbed; a wrong date literal can only be a slip.
  int Fold(const Ast& ast, int node) {
    std::vector<Value> values;
    for (int part : nodes_[node].parts) {
      if (nodes_[part].op != Node::Op::kConstant) return node;
      values.push_back(nodes_[part].constant);
    }
    if (nodes_[node].overloads.size() != 1 ||
        !Takes(*nodes_[node].overloads[0], values))
      return node;
    Value result = nodes_[node].overloads[0]->implementation(values);
    if (result.is_error()) {
      if (ast.name != "date") return node;
      return Mistake(ast, std::string(result.as_string()),
                     values[0].ToString());
    }
    return Constant(ast, result, nodes_[node].type);
  }

  int ListLiteral(const Ast& ast) {
    const std::vector<int> parts = VisitAll(ast.parts);
    std::vector<Type> types;
    bool constant = true;
    std::vector<Value> values;
    for (int part : parts) {
      types.push_back(nodes_[part].type);
      constant = constant && nodes_[part].op == Node::Op::kConstant;
      values.push_back(nodes_[part].constant);
    }
    const Type type = Type::List(Join(types));
    if (constant) return Constant(ast, Value::List(std::move(values)), type);
    return Emit(ast, Node::Op::kList, type, parts);
  }

  int MapLiteral(const Ast& ast) {
    const std::vector<int> parts = VisitAll(ast.parts);
    std::vector<Type> keys, values;
    for (size_t i = 0; i < parts.size(); ++i) {
      (i % 2 == 0 ? keys : values).push_back(nodes_[parts[i]].type);
    }
    return Emit(ast, Node::Op::kMap, Type::Map(Join(keys), Join(values)),
                parts);
  }

  void NeedBool(const Ast& ast, int node) {
    if (!Assignable(nodes_[node].type, Type::Kind::kBool)) {
      issues_.push_back(
          {ast.position,
           absl::StrCat("this is a ", nodes_[node].type.ToString(),
                        ", but a bool is needed"),
           ast.name, ""});
    }
  }

  int Logical(const Ast& ast, Node::Op op) {
    const std::vector<int> parts = VisitAll(ast.parts);
    for (size_t i = 0; i < parts.size(); ++i) NeedBool(*ast.parts[i], parts[i]);
    return Emit(ast, op, Type::Kind::kBool, parts);
  }

  int Conditional(const Ast& ast) {
    const std::vector<int> parts = VisitAll(ast.parts);
    NeedBool(*ast.parts[0], parts[0]);
    return Emit(ast, Node::Op::kConditional,
                Join({nodes_[parts[1]].type, nodes_[parts[2]].type}), parts);
  }

  int Looping(const Ast& ast) {
    const int range = Visit(*ast.parts[0]);
    const Type over = nodes_[range].type;
    Type element;
    if (over.kind() == Type::Kind::kList) {
      element = over.element();
    } else if (over.kind() == Type::Kind::kMap) {
      element = over.key();
    } else if (!IsDyn(over)) {
      return Mistake(
          ast, absl::StrCat("a ", over.ToString(), " cannot be looped over"),
          ast.name);
    }
    const int slot = static_cast<int>(locals_.size());
    locals_.emplace_back(ast.name, element);
    most_locals_ = std::max(most_locals_, slot + 1);
    std::vector<int> parts = {range};
    for (size_t i = 1; i < ast.parts.size(); ++i)
      parts.push_back(Visit(*ast.parts[i]));
    locals_.pop_back();
    const bool mapping = ast.loop == Loop::kMap;
    if (!mapping || parts.size() == 3) NeedBool(*ast.parts[1], parts[1]);
    Type type = mapping ? Type::List(nodes_[parts.back()].type)
                : ast.loop == Loop::kFilter ? Type::List(element)
                                            : Type(Type::Kind::kBool);
    const int node =
        Emit(ast, Node::Op::kLoop, std::move(type), std::move(parts));
    nodes_[node].slot = slot;
    nodes_[node].loop = ast.loop;
    return node;
  }

  const Environment& environment_;
  std::vector<Issue>& issues_;
  std::vector<Node> nodes_;
  std::vector<std::pair<std::string, Type>> locals_;
  int most_locals_ = 0;
};

}  // namespace

bool Assignable(const Type& from, const Type& to) {
  using enum Type::Kind;
  if (IsDyn(from) || IsDyn(to) || from == to) return true;
  if (to.kind() == kWrapper)
    return from.kind() == to.primitive() || from.kind() == kNull;
  if (from.kind() == kWrapper) return from.primitive() == to.kind();
  if (from.kind() == kNull)
    return to.kind() == kMessage || to.kind() == kTimestamp ||
           to.kind() == kDuration || to.kind() == kDate;
  if (from.kind() != to.kind()) return false;
  if (from.kind() == kList) return Assignable(from.element(), to.element());
  if (from.kind() == kMap)
    return Assignable(from.key(), to.key()) &&
           Assignable(from.value(), to.value());
  return false;
}

Checked Check(const Environment& environment, const Ast& tree,
              std::vector<Issue>& issues) {
  return Checker(environment, issues).Run(tree);
}

}  // namespace talentcard::cel
