#include "engine/cel/checker.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/cel/inference.h"
#include "engine/cel/message.h"
#include "engine/cel/names.h"

namespace talentcard::cel {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

bool IsDyn(const Type& type) { return type.is_dyn(); }

std::vector<std::string> FieldNames(const Descriptor* descriptor) {
  std::vector<std::string> names;
  for (int i = 0; i < descriptor->field_count(); ++i)
    names.push_back(descriptor->field(i)->name());
  return names;
}

// `a.b.c` if the tree is names and dots only; empty otherwise.
std::string Dotted(const Ast& ast) {
  if (ast.kind == Ast::Kind::kIdentifier) return ast.name;
  if (ast.kind != Ast::Kind::kSelect || ast.optional) return "";
  std::string head = Dotted(*ast.parts[0]);
  return head.empty() ? "" : absl::StrCat(head, ".", ast.name);
}

const Ast& RootOf(const Ast& ast) {
  const Ast* root = &ast;
  while (root->kind == Ast::Kind::kSelect) root = root->parts[0].get();
  return *root;
}

class Checker {
 public:
  Checker(const Environment& environment, std::vector<Issue>& issues)
      : environment_(environment), issues_(issues) {}

  Checked Run(const Ast& tree) {
    Checked checked;
    checked.root = Visit(tree);
    for (Node& node : nodes_) node.type = types_.Final(node.type);
    if (types_.exhausted())
      Mistake(tree, "the types of the expression are too large", "");
    checked.nodes = std::move(nodes_);
    checked.locals = most_locals_;
    return checked;
  }

 private:
  // Mistakes become dyn, so that the rest can still be checked. Where types are
  // not checked, they are what the part gives when it is run.
  int Mistake(const Ast& ast, std::string message, std::string text,
              std::string suggestion = "") {
    const int node = Emit(ast, Node::Op::kConstant, Type());
    if (!environment_.checked) {
      nodes_[node].constant = Value::Error(std::move(message));
      return node;
    }
    issues_.push_back({ast.position, std::move(message), std::move(text),
                       std::move(suggestion)});
    return node;
  }

  int Emit(const Ast& ast, Node::Op op, Type type,
           std::vector<int> parts = {}) {
    Node node;
    node.op = op;
    if (environment_.checked) node.type = std::move(type);
    node.position = ast.position;
    node.parts = std::move(parts);
    nodes_.push_back(std::move(node));
    return static_cast<int>(nodes_.size()) - 1;
  }

  Type TypeOf(int node) { return types_.Known(nodes_[node].type); }

  std::vector<int> VisitAll(const std::vector<AstPtr>& parts) {
    std::vector<int> visited;
    for (const AstPtr& part : parts) visited.push_back(Visit(*part));
    return visited;
  }

  int Visit(const Ast& ast) {
    if (types_.exhausted()) return Emit(ast, Node::Op::kConstant, Type());
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
      case Ast::Kind::kMessage:
        return MessageLiteral(ast);
      case Ast::Kind::kAnd:
        return Logical(ast, Node::Op::kAnd);
      case Ast::Kind::kOr:
        return Logical(ast, Node::Op::kOr);
      case Ast::Kind::kConditional:
        return Conditional(ast);
      case Ast::Kind::kBind:
        return Bind(ast);
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

  // The local of this name; -1 if there is none.
  int Local(const Ast& ast, const std::string& name) {
    for (size_t i = locals_.size(); i-- > 0;) {
      if (locals_[i].first != name) continue;
      const int node = Emit(ast, Node::Op::kLocal, locals_[i].second);
      nodes_[node].slot = static_cast<int>(i);
      return node;
    }
    return -1;
  }

  // A whole name, dots included, that is declared; -1 if none is.
  int Declared(const Ast& ast, const std::string& name) {
    if (const int local = Local(ast, name); local >= 0) return local;
    for (const std::string& candidate :
         Candidates(environment_.container, name)) {
      if (const auto* declaration = environment_.Find(candidate))
        return Variable(ast, *declaration, candidate);
      if (const auto constant = FindNamedConstant(environment_, candidate))
        return Constant(ast, constant->value, constant->type);
    }
    return -1;
  }

  int Variable(const Ast& ast, const Environment::Declaration& declaration,
               const std::string& name) {
    if (declaration.slot < 0)
      return Constant(ast, declaration.constant, declaration.type);
    const int node =
        Emit(ast, Node::Op::kVariable, types_.Instance(declaration.type));
    nodes_[node].slot = declaration.slot;
    nodes_[node].attribute = name;
    return node;
  }

  int Name(const Ast& ast, const std::string& name) {
    const int node = Declared(ast, name);
    if (node >= 0) return node;
    return Mistake(ast, absl::StrCat("no name `", name, "` is known here"),
                   name, environment_.Nearest(name));
  }

  int Select(const Ast& ast) {
    const std::string dotted =
        ast.kind == Ast::Kind::kSelect ? Dotted(ast) : "";
    if (!dotted.empty() && !IsLocal(RootOf(ast).name)) {
      if (const int node = Declared(ast, dotted); node >= 0) return node;
      // `param.X`: the first part alone is no name, so the whole is misspelt.
      const std::string& first = RootOf(ast).name;
      if (environment_.Find(first) == nullptr &&
          environment_.HasNamesBelow(first) && !AnyDeclared(*ast.parts[0])) {
        return Mistake(RootOf(ast),
                       absl::StrCat("no name `", dotted, "` is known here"),
                       dotted, environment_.Nearest(dotted));
      }
    }
    const int operand = Visit(*ast.parts[0]);
    return SelectFrom(ast, operand);
  }

  // Whether a name, or a shorter one it begins with, is declared.
  bool AnyDeclared(const Ast& ast) const {
    for (const Ast* at = &ast;; at = at->parts[0].get()) {
      for (const std::string& name :
           Candidates(environment_.container, Dotted(*at))) {
        if (environment_.Find(name) != nullptr) return true;
      }
      if (at->kind != Ast::Kind::kSelect) return false;
    }
  }

  bool IsLocal(const std::string& name) const {
    return std::any_of(locals_.begin(), locals_.end(),
                       [&](const auto& l) { return l.first == name; });
  }

  int SelectFrom(const Ast& ast, int operand) {
    const bool has = ast.kind == Ast::Kind::kHas;
    const Type type = TypeOf(operand);
    const bool through = type.is_optional();
    const Type from = through ? types_.Known(type.parts()[0]) : type;
    if (from.kind() == Type::Kind::kMessage && !through && !ast.optional)
      return SelectField(ast, operand, from.descriptor(), has);
    const std::optional<Type> field = KeyType(ast, from);
    if (!field) {
      return Mistake(ast, absl::StrCat("a ", type.ToString(), " has no fields"),
                     ast.name);
    }
    const Type result = has                       ? Type(Type::Kind::kBool)
                        : through || ast.optional ? Type::Optional(*field)
                                                  : *field;
    const int node = Emit(ast,
                          has            ? Node::Op::kHasKey
                          : ast.optional ? Node::Op::kOptionalKey
                                         : Node::Op::kKey,
                          result, {operand});
    nodes_[node].name = ast.name;
    nodes_[node].strong_enums = environment_.strong_enums;
    return node;
  }

  // The type of a key or field that is looked up when run; nullopt if the type
  // has none.
  std::optional<Type> KeyType(const Ast& ast, const Type& type) {
    if (type.kind() == Type::Kind::kMap) return type.value();
    if (IsDyn(type) || type.kind() == Type::Kind::kParameter) return Type();
    if (type.kind() != Type::Kind::kMessage) return std::nullopt;
    const FieldDescriptor* field = Field(type.descriptor(), ast.name);
    if (field == nullptr) return std::nullopt;
    return Type::OfField(field, environment_.strong_enums);
  }

  const FieldDescriptor* Field(const Descriptor* descriptor,
                               const std::string& name) const {
    for (const std::string& candidate :
         Candidates(environment_.container, name)) {
      if (const FieldDescriptor* field = FindField(descriptor, candidate))
        return field;
    }
    return nullptr;
  }

  int SelectField(const Ast& ast, int operand, const Descriptor* descriptor,
                  bool has) {
    const FieldDescriptor* field = Field(descriptor, ast.name);
    if (field == nullptr) {
      return Mistake(ast,
                     absl::StrCat("`", descriptor->name(), "` has no field `",
                                  ast.name, "`"),
                     ast.name, NearestOf(ast.name, FieldNames(descriptor)));
    }
    const int node = Emit(ast, has ? Node::Op::kHasField : Node::Op::kField,
                          has ? Type(Type::Kind::kBool)
                              : Type::OfField(field, environment_.strong_enums),
                          {operand});
    nodes_[node].field = field;
    nodes_[node].name = ast.name;
    nodes_[node].strong_enums = environment_.strong_enums;
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

  // What a call calls: its overloads, and the parts that are its arguments.
  struct Called {
    std::string name;
    std::vector<const Overload*> overloads;
    size_t first_argument = 0;
  };

  // `math.abs(x)` is a function of that name, `s.size()` one of `s`; a plain
  // name may be in the container.
  Called Function(const Ast& ast) const {
    std::string name = ast.name;
    size_t first = 0;
    if (ast.receiver) {
      const std::string prefix = Dotted(*ast.parts[0]);
      if (prefix.empty() || IsLocal(RootOf(*ast.parts[0]).name))
        return {name, environment_.FindOverloads(name, true)};
      name = absl::StrCat(prefix, ".", ast.name);
      first = 1;
    }
    for (const std::string& candidate :
         Candidates(environment_.container, name)) {
      std::vector<const Overload*> found =
          environment_.FindOverloads(candidate, false);
      if (!found.empty()) return {candidate, std::move(found), first};
    }
    if (ast.receiver)
      return {ast.name, environment_.FindOverloads(ast.name, true)};
    return {ast.name, {}};
  }

  int Call(const Ast& ast) {
    if (const int node = EnumCall(ast); node >= 0) return node;
    if (const int node = OrElse(ast); node >= 0) return node;
    const Called called = Function(ast);
    std::vector<int> arguments;
    for (size_t i = called.first_argument; i < ast.parts.size(); ++i)
      arguments.push_back(Visit(*ast.parts[i]));
    std::vector<Type> types;
    for (int argument : arguments) types.push_back(TypeOf(argument));
    const bool dynamic = std::any_of(types.begin(), types.end(), IsDyn);
    std::vector<const Overload*> fitting;
    std::vector<Type> results;
    for (const Overload* overload : called.overloads) {
      if (overload->dynamic && !dynamic) continue;
      std::optional<Type> result = types_.Call(*overload, types);
      if (!result) continue;
      fitting.push_back(overload);
      results.push_back(*std::move(result));
    }
    if (fitting.empty())
      return NoOverload(ast, types, !called.overloads.empty());
    const bool same =
        std::all_of(results.begin(), results.end(),
                    [&](const Type& result) { return result == results[0]; });
    const int node =
        Emit(ast, Node::Op::kCall, same ? results[0] : Type(), arguments);
    nodes_[node].name = called.name;
    nodes_[node].overloads = std::move(fitting);
    return Fold(ast, node);
  }

  // E(1) or E('NAME') of a strong enum E; -1 if the call is none.
  int EnumCall(const Ast& ast) {
    if (!environment_.strong_enums) return -1;
    const std::string prefix = ast.receiver ? Dotted(*ast.parts[0]) : "";
    if (ast.receiver && prefix.empty()) return -1;
    const auto* enumeration = FindEnumType(
        environment_,
        ast.receiver ? absl::StrCat(prefix, ".", ast.name) : ast.name);
    const size_t first = ast.receiver ? 1 : 0;
    if (enumeration == nullptr || ast.parts.size() != first + 1) return -1;
    const int argument = Visit(*ast.parts[first]);
    const int node =
        Emit(ast, Node::Op::kEnum, Type::Enum(enumeration), {argument});
    nodes_[node].enumeration = enumeration;
    return node;
  }

  // `or` and `orValue` of optionals run their argument only if it is needed; -1
  // if the call is neither.
  int OrElse(const Ast& ast) {
    const bool unwrap = ast.name == "orValue";
    if (!ast.receiver || ast.parts.size() != 2 ||
        (!unwrap && ast.name != "or") ||
        !environment_.libraries.contains(Library::kOptionals)) {
      return -1;
    }
    const std::vector<int> parts = VisitAll(ast.parts);
    const Type value = types_.Fresh();
    const Type optional = Type::Optional(value);
    if (!types_.Assign(TypeOf(parts[0]), optional) ||
        !types_.Assign(TypeOf(parts[1]), unwrap ? value : optional)) {
      return NoOverload(ast, {TypeOf(parts[0]), TypeOf(parts[1])}, true);
    }
    const int node =
        Emit(ast, Node::Op::kOrElse, unwrap ? value : optional, parts);
    nodes_[node].unwrap = unwrap;
    return node;
  }

  int NoOverload(const Ast& ast, const std::vector<Type>& types, bool known) {
    if (!known) {
      return Mistake(ast, absl::StrCat("there is no function `", ast.name, "`"),
                     ast.name,
                     NearestOf(ast.name, environment_.FunctionNames()));
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
      if (nodes_[part].op != Node::Op::kConstant ||
          nodes_[part].constant.is_error()) {
        return node;
      }
      values.push_back(nodes_[part].constant);
    }
    if (nodes_[node].overloads.size() != 1 ||
        nodes_[node].overloads[0]->implementation == nullptr ||
        !Takes(*nodes_[node].overloads[0], values))
      return node;
    Value result = nodes_[node].overloads[0]->implementation(values);
    if (result.is_error()) {
      if (ast.name != "date" || !environment_.checked) return node;
      return Mistake(ast, std::string(result.as_string()),
                     values[0].ToString());
    }
    return Constant(ast, result, nodes_[node].type);
  }

  // What an entry holds if it is not left out.
  Type EntryType(const Ast& ast, size_t entry, int node) {
    const Type type = TypeOf(node);
    if (ast.optional_entries.empty() || !ast.optional_entries[entry])
      return type;
    const Type inner = types_.Fresh();
    if (!types_.Assign(type, Type::Optional(inner))) {
      Mistake(ast, absl::StrCat("a ", type.ToString(), " is not optional"), "");
      return Type();
    }
    return types_.Known(inner);
  }

  int ListLiteral(const Ast& ast) {
    const std::vector<int> parts = VisitAll(ast.parts);
    std::vector<Type> types;
    bool constant = ast.optional_entries.empty();
    std::vector<Value> values;
    for (size_t i = 0; i < parts.size(); ++i) {
      const Node& part = nodes_[parts[i]];
      constant = constant && part.op == Node::Op::kConstant &&
                 !part.constant.is_error();
      values.push_back(part.constant);
      types.push_back(EntryType(ast, i, parts[i]));
    }
    const Type type = Type::List(types_.Join(types));
    if (constant) return Constant(ast, Value::List(std::move(values)), type);
    const int node = Emit(ast, Node::Op::kList, type, parts);
    nodes_[node].optional_entries = ast.optional_entries;
    return node;
  }

  int MapLiteral(const Ast& ast) {
    const std::vector<int> parts = VisitAll(ast.parts);
    std::vector<Type> keys, values;
    for (size_t i = 0; i < parts.size(); i += 2) {
      keys.push_back(TypeOf(parts[i]));
      values.push_back(EntryType(ast, i / 2, parts[i + 1]));
    }
    const int node =
        Emit(ast, Node::Op::kMap,
             Type::Map(types_.Join(keys), types_.Join(values)), parts);
    nodes_[node].optional_entries = ast.optional_entries;
    return node;
  }

  int MessageLiteral(const Ast& ast) {
    const Descriptor* descriptor = FindMessageType(environment_, ast.name);
    if (descriptor == nullptr) {
      return Mistake(ast,
                     absl::StrCat("no message `", ast.name, "` is known here"),
                     ast.name);
    }
    const std::vector<int> parts = VisitAll(ast.parts);
    std::vector<const FieldDescriptor*> fields;
    for (size_t i = 0; i < parts.size(); ++i) {
      const FieldDescriptor* field = Field(descriptor, ast.fields[i]);
      if (field == nullptr) {
        return Mistake(*ast.parts[i],
                       absl::StrCat("`", descriptor->name(), "` has no field `",
                                    ast.fields[i], "`"),
                       ast.fields[i],
                       NearestOf(ast.fields[i], FieldNames(descriptor)));
      }
      const Type needed = Type::OfField(field, environment_.strong_enums);
      const Type given = EntryType(ast, i, parts[i]);
      if (!types_.Assign(given, needed)) {
        Mistake(*ast.parts[i],
                absl::StrCat("`", field->name(), "` is a ", needed.ToString(),
                             ", not a ", given.ToString()),
                ast.fields[i]);
      }
      fields.push_back(field);
    }
    const int node =
        Emit(ast, Node::Op::kMessage, Type::OfMessage(descriptor), parts);
    nodes_[node].prototype = environment_.factory()->GetPrototype(descriptor);
    nodes_[node].fields = std::move(fields);
    nodes_[node].optional_entries = ast.optional_entries;
    nodes_[node].name = descriptor->full_name();
    return node;
  }

  void NeedBool(const Ast& ast, int node) {
    if (!types_.Assign(TypeOf(node), Type::Kind::kBool) &&
        environment_.checked) {
      issues_.push_back({ast.position,
                         absl::StrCat("this is a ", TypeOf(node).ToString(),
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
    const Type yes = TypeOf(parts[1]), no = TypeOf(parts[2]);
    if (!types_.Assign(no, yes)) {
      Mistake(ast,
              absl::StrCat("one result is a ", yes.ToString(), ", the other a ",
                           no.ToString()),
              "?");
    }
    return Emit(ast, Node::Op::kConditional, types_.Join({yes, no}), parts);
  }

  int AddLocal(const std::string& name, const Type& type) {
    locals_.emplace_back(name, environment_.checked ? type : Type());
    most_locals_ = std::max(most_locals_, static_cast<int>(locals_.size()));
    return static_cast<int>(locals_.size()) - 1;
  }

  int Bind(const Ast& ast) {
    const int value = Visit(*ast.parts[0]);
    const int slot = AddLocal(ast.name, TypeOf(value));
    const int result = Visit(*ast.parts[1]);
    locals_.pop_back();
    const int node =
        Emit(ast, Node::Op::kBind, nodes_[result].type, {value, result});
    nodes_[node].slot = slot;
    return node;
  }

  // What the variables of a loop over a type are.
  struct Element {
    Type key;
    Type value;  // Also what a loop of one variable is over, but for maps.
  };
  std::optional<Element> ElementOf(const Type& over) {
    if (over.kind() == Type::Kind::kList)
      return Element{Type::Kind::kInt, over.element()};
    if (over.kind() == Type::Kind::kMap)
      return Element{over.key(), over.value()};
    if (IsDyn(over)) return Element{};
    const Type element = types_.Fresh();
    if (over.kind() == Type::Kind::kParameter &&
        types_.Assign(over, Type::List(element))) {
      return Element{Type::Kind::kInt, element};
    }
    return std::nullopt;
  }

  int Looping(const Ast& ast) {
    const int range = Visit(*ast.parts[0]);
    const Type over = TypeOf(range);
    const std::optional<Element> element = ElementOf(over);
    if (!element) {
      return Mistake(
          ast, absl::StrCat("a ", over.ToString(), " cannot be looped over"),
          ast.name);
    }
    const bool two = !ast.name2.empty();
    const Type one =
        over.kind() == Type::Kind::kMap ? element->key : element->value;
    const int slot = AddLocal(ast.name, two ? element->key : one);
    if (two) AddLocal(ast.name2, element->value);
    std::vector<int> parts = {range};
    for (size_t i = 1; i < ast.parts.size(); ++i)
      parts.push_back(Visit(*ast.parts[i]));
    locals_.resize(slot);
    const Type type = LoopType(ast, over, one, parts);
    const int node = Emit(ast, Node::Op::kLoop, type, std::move(parts));
    nodes_[node].slot = slot;
    nodes_[node].loop = ast.loop;
    nodes_[node].two = two;
    return node;
  }

  // Of a loop whose parts are visited; checks its condition.
  Type LoopType(const Ast& ast, const Type& over, const Type& one,
                const std::vector<int>& parts) {
    const bool mapping = ast.loop == Loop::kMap ||
                         ast.loop == Loop::kTransformMap ||
                         ast.loop == Loop::kTransformMapEntry;
    if (!mapping || parts.size() == 3) NeedBool(*ast.parts[1], parts[1]);
    const Type result = TypeOf(parts.back());
    switch (ast.loop) {
      case Loop::kMap:
        return Type::List(result);
      case Loop::kFilter:
        return Type::List(one);
      case Loop::kTransformMap:
        return Type::Map(over.kind() == Type::Kind::kMap ? over.key()
                         : over.kind() == Type::Kind::kList
                             ? Type(Type::Kind::kInt)
                             : Type(),
                         result);
      case Loop::kTransformMapEntry: {
        const Type map = Type::Map(types_.Fresh(), types_.Fresh());
        if (!types_.Assign(result, map)) {
          Mistake(*ast.parts.back(),
                  absl::StrCat("this is a ", result.ToString(),
                               ", but a map is needed"),
                  "");
        }
        return types_.Known(map);
      }
      case Loop::kAll:
      case Loop::kExists:
      case Loop::kExistsOne:
        break;
    }
    return Type::Kind::kBool;
  }

  const Environment& environment_;
  std::vector<Issue>& issues_;
  Inference types_;
  std::vector<Node> nodes_;
  std::vector<std::pair<std::string, Type>> locals_;
  int most_locals_ = 0;
};

}  // namespace

bool Assignable(const Type& from, const Type& to) {
  return Inference().Assign(from, to);
}

Checked Check(const Environment& environment, const Ast& tree,
              std::vector<Issue>& issues) {
  return Checker(environment, issues).Run(tree);
}

}  // namespace talentcard::cel
