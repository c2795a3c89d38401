#include "engine/cel/macros.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"

namespace talentcard::cel {
namespace {

using Kind = Ast::Kind;

AstPtr Make(Kind kind, Position position, std::string name = "") {
  auto node = std::make_unique<Ast>();
  node->kind = kind;
  node->position = position;
  node->name = std::move(name);
  return node;
}

template <typename... Parts>
AstPtr With(AstPtr node, Parts... parts) {
  (node->parts.push_back(std::move(parts)), ...);
  return node;
}

AstPtr Method(Position position, std::string name, AstPtr operand) {
  AstPtr node =
      With(Make(Kind::kCall, position, std::move(name)), std::move(operand));
  node->receiver = true;
  return node;
}

// `name.f(…)` where name is no variable but a library: `cel`, `math`.
bool Calls(const Ast& call, std::string_view library, std::string_view name) {
  return call.receiver && call.name == name &&
         call.parts[0]->kind == Kind::kIdentifier &&
         call.parts[0]->name == library;
}

class Expansion {
 public:
  Expansion(AstPtr call, const Libraries& libraries, std::string& problem)
      : call_(std::move(call)), libraries_(libraries), problem_(problem) {}

  AstPtr Run() {
    if (!call_->receiver)
      return call_->name == "has" ? Has() : std::move(call_);
    if (const auto loop = LoopNamed(); loop) return Looping(*loop);
    if (Enabled(Library::kBindings) && Calls(*call_, "cel", "bind"))
      return Bind();
    if (Enabled(Library::kOptionals) &&
        (call_->name == "optMap" || call_->name == "optFlatMap") &&
        call_->parts.size() == 3) {
      return OptionalMap(call_->name == "optMap");
    }
    if (Enabled(Library::kBlocks) && call_->parts[0]->name == "cel")
      return Block();
    if (Enabled(Library::kProtos) && (Calls(*call_, "proto", "getExt") ||
                                      Calls(*call_, "proto", "hasExt"))) {
      return Extension();
    }
    if (Enabled(Library::kMath) &&
        (Calls(*call_, "math", "greatest") || Calls(*call_, "math", "least"))) {
      return Extreme();
    }
    return std::move(call_);
  }

 private:
  struct LoopForm {
    Loop loop;
    bool two;
  };

  bool Enabled(Library library) const { return libraries_.contains(library); }

  AstPtr Wrong(std::string problem) {
    problem_ = std::move(problem);
    return nullptr;
  }

  AstPtr Has() {
    if (call_->parts.size() != 1 || call_->parts[0]->kind != Kind::kSelect)
      return Wrong("`has` takes one field, as in `has(a.b)`");
    AstPtr node = std::move(call_->parts[0]);
    node->kind = Kind::kHas;
    return node;
  }

  // Which loop, and whether of two variables, the call is.
  std::optional<LoopForm> LoopNamed() const {
    struct Form {
      std::string_view name;
      Loop loop;
      size_t arguments;
      bool two;
    };
    constexpr Form kForms[] = {
        {"all", Loop::kAll, 2, false},
        {"exists", Loop::kExists, 2, false},
        {"exists_one", Loop::kExistsOne, 2, false},
        {"existsOne", Loop::kExistsOne, 2, false},
        {"map", Loop::kMap, 2, false},
        {"map", Loop::kMap, 3, false},
        {"filter", Loop::kFilter, 2, false},
        {"all", Loop::kAll, 3, true},
        {"exists", Loop::kExists, 3, true},
        {"exists_one", Loop::kExistsOne, 3, true},
        {"existsOne", Loop::kExistsOne, 3, true},
        {"transformList", Loop::kMap, 3, true},
        {"transformList", Loop::kMap, 4, true},
        {"transformMap", Loop::kTransformMap, 3, true},
        {"transformMap", Loop::kTransformMap, 4, true},
        {"transformMapEntry", Loop::kTransformMapEntry, 3, true},
        {"transformMapEntry", Loop::kTransformMapEntry, 4, true},
    };
    for (const Form& form : kForms) {
      if (form.two && !Enabled(Library::kComprehensions)) continue;
      if (call_->name == form.name &&
          call_->parts.size() == form.arguments + 1) {
        return LoopForm{form.loop, form.two};
      }
    }
    return std::nullopt;
  }

  // The name a loop's variable gets; nullopt if the part is no plain name.
  std::optional<std::string> Variable(const Ast& part) const {
    if (part.kind == Kind::kIdentifier && !part.name.starts_with('.'))
      return part.name;
    return std::nullopt;
  }

  AstPtr Looping(LoopForm form) {
    const auto first = Variable(*call_->parts[1]);
    const auto second =
        form.two ? Variable(*call_->parts[2]) : std::optional<std::string>("");
    if (!first || !second)
      return Wrong("the first argument of a loop must be a name");
    if (*first == *second) return Wrong("the two names of a loop must differ");
    AstPtr node = Make(Kind::kLoop, call_->position, *first);
    node->name2 = *second;
    node->loop = form.loop;
    node->parts.push_back(std::move(call_->parts[0]));
    for (size_t i = form.two ? 3 : 2; i < call_->parts.size(); ++i)
      node->parts.push_back(std::move(call_->parts[i]));
    return node;
  }

  AstPtr Bind() {
    if (call_->parts.size() != 4) return std::move(call_);
    const auto name = Variable(*call_->parts[1]);
    if (!name) return Wrong("`cel.bind` takes a name, its value and a result");
    return With(Make(Kind::kBind, call_->position, *name),
                std::move(call_->parts[2]), std::move(call_->parts[3]));
  }

  // o.optMap(v, e): o.hasValue() ? optional.of(e with v = o.value()) : none,
  // where o is computed once.
  AstPtr OptionalMap(bool wrap) {
    const auto name = Variable(*call_->parts[1]);
    if (!name) return Wrong("the first argument must be a name");
    const Position at = call_->position;
    const auto target = [&] { return Make(Kind::kIdentifier, at, "@target"); };
    const auto optional = [&](std::string function) {
      AstPtr node = Make(Kind::kCall, at, std::move(function));
      return With(std::move(node));
    };
    AstPtr result =
        With(Make(Kind::kBind, at, *name), Method(at, "value", target()),
             std::move(call_->parts[2]));
    if (wrap) result = With(optional("optional.of"), std::move(result));
    AstPtr choice =
        With(Make(Kind::kConditional, at), Method(at, "hasValue", target()),
             std::move(result), optional("optional.none"));
    return With(Make(Kind::kBind, at, "@target"), std::move(call_->parts[0]),
                std::move(choice));
  }

  // cel.block([a, b], r) binds @index0 and @index1 in r; cel.index(1) and
  // cel.iterVar(0, 1) are names.
  AstPtr Block() {
    const auto& parts = call_->parts;
    if (call_->name == "block" && parts.size() == 3 &&
        parts[1]->kind == Kind::kList) {
      return Blocks();
    }
    const bool index = call_->name == "index" && parts.size() == 2;
    const bool variable =
        (call_->name == "iterVar" || call_->name == "accuVar") &&
        parts.size() == 3;
    if (!index && !variable) return std::move(call_);
    std::string name = absl::StrCat("@", call_->name);
    for (size_t i = 1; i < parts.size(); ++i) {
      if (parts[i]->kind != Kind::kConstant ||
          parts[i]->constant.kind() != Value::Kind::kInt) {
        return Wrong("a number is needed");
      }
      absl::StrAppend(&name, i == 1 ? "" : ":", parts[i]->constant.as_int());
    }
    return Make(Kind::kIdentifier, call_->position, std::move(name));
  }

  AstPtr Blocks() {
    AstPtr result = std::move(call_->parts[2]);
    std::vector<AstPtr>& values = call_->parts[1]->parts;
    for (size_t i = values.size(); i-- > 0;) {
      result =
          With(Make(Kind::kBind, call_->position, absl::StrCat("@index", i)),
               std::move(values[i]), std::move(result));
    }
    return result;
  }

  // proto.getExt(m, a.b.c) is the field `a.b.c` of m.
  AstPtr Extension() {
    if (call_->parts.size() != 3) return std::move(call_);
    std::string name;
    const Ast* at = call_->parts[2].get();
    for (; at->kind == Kind::kSelect; at = at->parts[0].get())
      name = absl::StrCat(".", at->name, name);
    if (at->kind != Kind::kIdentifier || name.empty())
      return Wrong("the second argument must be the name of an extension");
    const bool has = call_->name == "hasExt";
    return With(Make(has ? Kind::kHas : Kind::kSelect, call_->position,
                     absl::StrCat(at->name, name)),
                std::move(call_->parts[1]));
  }

  // math.greatest(a, b, c) is that of the list [a, b, c].
  AstPtr Extreme() {
    if (call_->parts.size() < 2) return Wrong("at least one value is needed");
    for (size_t i = 1; i < call_->parts.size(); ++i) {
      if (!MayBeNumber(*call_->parts[i], call_->parts.size() == 2))
        return Wrong("only numbers can be compared here");
    }
    AstPtr node =
        Make(Kind::kCall, call_->position, absl::StrCat("math.", call_->name));
    if (call_->parts.size() == 2)
      return With(std::move(node), std::move(call_->parts[1]));
    AstPtr list = Make(Kind::kList, call_->position);
    for (size_t i = 1; i < call_->parts.size(); ++i)
      list->parts.push_back(std::move(call_->parts[i]));
    return With(std::move(node), std::move(list));
  }

  static bool MayBeNumber(const Ast& ast, bool or_list) {
    switch (ast.kind) {
      case Kind::kConstant:
        return ast.constant.is_number();
      case Kind::kList:
        if (!or_list || ast.parts.empty()) return false;
        for (const AstPtr& part : ast.parts) {
          if (!MayBeNumber(*part, false)) return false;
        }
        return true;
      case Kind::kMap:
      case Kind::kMessage:
        return false;
      default:
        return true;
    }
  }

  AstPtr call_;
  const Libraries& libraries_;
  std::string& problem_;
};

}  // namespace

AstPtr ExpandMacro(AstPtr call, const Libraries& libraries,
                   std::string& problem) {
  return Expansion(std::move(call), libraries, problem).Run();
}

}  // namespace talentcard::cel
