#include "engine/cel/parser.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/cel/lexer.h"
#include "engine/cel/macros.h"
#include "engine/status_macros.h"

namespace talentcard::cel {
namespace {

// Operators by how tightly they bind, loosest first; each level is
// left-associative.
struct Operator {
  std::string_view symbol;
  int level;
};
constexpr auto kOperators = std::to_array<Operator>({
    {"==", 0},
    {"!=", 0},
    {"<", 0},
    {"<=", 0},
    {">", 0},
    {">=", 0},
    {"in", 0},
    {"+", 1},
    {"-", 1},
    {"*", 2},
    {"/", 2},
    {"%", 2},
});
constexpr int kUnaryLevel = 3;

constexpr auto kReserved = std::to_array<std::string_view>(
    {"as", "break", "const", "continue", "else", "for", "function", "if",
     "import", "in", "let", "loop", "package", "namespace", "return", "var",
     "void", "while"});

bool IsReserved(std::string_view word) {
  return std::find(kReserved.begin(), kReserved.end(), word) != kReserved.end();
}

// The name of what a dot may follow to make a longer name: `a.b` of the tree
// of `a.b`. Empty if it is no name.
std::string DottedName(const Ast& ast) {
  std::vector<std::string_view> parts;
  const Ast* at = &ast;
  for (; at->kind == Ast::Kind::kSelect && !at->optional;
       at = at->parts[0].get()) {
    parts.push_back(at->name);
  }
  if (at->kind != Ast::Kind::kIdentifier) return "";
  std::string name = at->name;
  for (auto part = parts.rbegin(); part != parts.rend(); ++part)
    absl::StrAppend(&name, ".", A(*part));
  return name;
}

AstPtr Node(Ast::Kind kind, Position position, std::string name = "") {
  auto node = std::make_unique<Ast>();
  node->kind = kind;
  node->position = position;
  node->name = std::move(name);
  return node;
}

// A recursive-descent parser. Every method returns null after the first
// mistake.
class Parser {
 public:
  Parser(std::string_view source, const Limits& limits,
         const Libraries& libraries, std::vector<Issue>& issues)
      : lexer_(source),
        limits_(limits),
        libraries_(libraries),
        issues_(issues),
        token_(lexer_.Next()) {}

  AstPtr Whole() {
    AstPtr tree = Expression();
    if (tree && token_.kind != Token::Kind::kEnd)
      return Fail("nothing may follow here");
    return tree;
  }

 private:
  // Counts nesting while it lives.
  class Nested {
   public:
    explicit Nested(Parser& parser) : parser_(parser) { ++parser_.depth_; }
    ~Nested() { --parser_.depth_; }

   private:
    Parser& parser_;
  };

  AstPtr Fail(std::string message) {
    if (issues_.empty()) {
      if (token_.kind == Token::Kind::kBad) message = token_.problem;
      if (token_.kind == Token::Kind::kEnd)
        message = "the expression is not finished";
      issues_.push_back({token_.position, std::move(message),
                         std::string(token_.text.substr(0, 40)), ""});
    }
    return nullptr;
  }

  // Counts the node; null if there are too many.
  AstPtr Counted(AstPtr node) {
    if (node && ++nodes_ > limits_.nodes)
      return Fail("the expression has too many parts");
    return node;
  }

  bool Is(std::string_view symbol) const {
    return (token_.kind == Token::Kind::kSymbol ||
            token_.kind == Token::Kind::kIdentifier) &&
           token_.text == symbol;
  }
  bool Take(std::string_view symbol) {
    if (!Is(symbol)) return false;
    token_ = lexer_.Next();
    return true;
  }
  bool Expect(std::string_view symbol) {
    if (Take(symbol)) return true;
    Fail(absl::StrCat("expected `", A(symbol), "`"));
    return false;
  }

  AstPtr Expression() {
    const Nested nested(*this);
    if (depth_ > limits_.depth)
      return Fail("the expression is nested too deeply");
    AstPtr condition = Logical("||", Ast::Kind::kOr);
    if (!condition || !Is("?")) return condition;
    AstPtr node = Node(Ast::Kind::kConditional, token_.position);
    Take("?");
    AstPtr yes = Logical("||", Ast::Kind::kOr);
    if (!yes || !Expect(":")) return nullptr;
    AstPtr no = Expression();
    if (!no) return nullptr;
    node->parts.push_back(std::move(condition));
    node->parts.push_back(std::move(yes));
    node->parts.push_back(std::move(no));
    return Counted(std::move(node));
  }

  AstPtr Logical(std::string_view symbol, Ast::Kind kind) {
    const auto operand = [&] {
      return kind == Ast::Kind::kOr ? Logical("&&", Ast::Kind::kAnd)
                                    : Binary(0);
    };
    AstPtr left = operand();
    if (!left || !Is(symbol)) return left;
    AstPtr node = Node(kind, token_.position);
    node->parts.push_back(std::move(left));
    while (Take(symbol)) {
      AstPtr right = Counted(operand());
      if (!right) return nullptr;
      node->parts.push_back(std::move(right));
    }
    return Counted(std::move(node));
  }

  AstPtr Binary(int level) {
    if (level == kUnaryLevel) return Unary();
    AstPtr left = Binary(level + 1);
    while (left) {
      const auto op = std::find_if(
          kOperators.begin(), kOperators.end(),
          [&](const Operator& o) { return o.level == level && Is(o.symbol); });
      if (op == kOperators.end()) return left;
      if (++chain_ > limits_.nodes)
        return Fail("the expression has too many parts");
      AstPtr node =
          Node(Ast::Kind::kCall, token_.position, std::string(op->symbol));
      Take(op->symbol);
      AstPtr right = Binary(level + 1);
      if (!right) return nullptr;
      node->parts.push_back(std::move(left));
      node->parts.push_back(std::move(right));
      left = Counted(std::move(node));
    }
    return nullptr;
  }

  AstPtr Unary() {
    const Nested nested(*this);
    if (depth_ > limits_.depth)
      return Fail("the expression is nested too deeply");
    if (!Is("!") && !Is("-")) return Member();
    const bool negative = Is("-");
    const Position position = token_.position;
    token_ = lexer_.Next();
    if (negative && token_.kind == Token::Kind::kLiteral &&
        token_.literal.is_number() &&
        token_.literal.kind() != Value::Kind::kUint) {
      negative_literal_ = true;
      return Member();
    }
    AstPtr operand = Unary();
    if (!operand) return nullptr;
    AstPtr node = Node(Ast::Kind::kCall, position, negative ? "-_" : "!");
    node->parts.push_back(std::move(operand));
    return Counted(std::move(node));
  }

  AstPtr Member() {
    AstPtr node = Primary();
    while (node) {
      if (Is(".")) {
        node = AfterDot(std::move(node));
      } else if (Is("[")) {
        node = Index(std::move(node));
      } else if (Is("{") && !DottedName(*node).empty()) {
        node = MessageLiteral(std::move(node));
      } else {
        return node;
      }
      if (++chain_ > limits_.nodes)
        return Fail("the expression has too many parts");
    }
    return nullptr;
  }

  AstPtr AfterDot(AstPtr operand) {
    const Position position = token_.position;
    Take(".");
    const bool optional = Has(Library::kOptionals) && Take("?");
    const bool quoted = token_.kind == Token::Kind::kQuoted;
    if (token_.kind != Token::Kind::kIdentifier && !quoted)
      return Fail("expected a name after `.`");
    std::string name(token_.text);
    token_ = lexer_.Next();
    if (Is("(") && !quoted && !optional)
      return Method(std::move(operand), std::move(name), position);
    AstPtr node = Node(Ast::Kind::kSelect, position, std::move(name));
    node->optional = optional;
    node->parts.push_back(std::move(operand));
    return Counted(std::move(node));
  }

  AstPtr Index(AstPtr operand) {
    const Position position = token_.position;
    Take("[");
    const bool optional = Has(Library::kOptionals) && Take("?");
    AstPtr index = Expression();
    if (!index || !Expect("]")) return nullptr;
    AstPtr call = Node(Ast::Kind::kCall, position, optional ? "[?]" : "[]");
    call->parts.push_back(std::move(operand));
    call->parts.push_back(std::move(index));
    return Counted(std::move(call));
  }

  AstPtr MessageLiteral(AstPtr type) {
    AstPtr node = Node(Ast::Kind::kMessage, type->position, DottedName(*type));
    Take("{");
    while (!Take("}")) {
      const bool optional = Has(Library::kOptionals) && Take("?");
      if (token_.kind != Token::Kind::kIdentifier &&
          token_.kind != Token::Kind::kQuoted) {
        return Fail("expected the name of a field");
      }
      node->fields.emplace_back(token_.text);
      token_ = lexer_.Next();
      if (!Expect(":")) return nullptr;
      if (!Entry(*node, Expression(), optional, "}")) return nullptr;
    }
    return Counted(std::move(node));
  }

  // Adds the last part of an entry, which is left out if it is `optional` and
  // none, and takes the comma after it.
  bool Entry(Ast& node, AstPtr part, bool optional, std::string_view end) {
    if (!part) return false;
    node.parts.push_back(std::move(part));
    const size_t entries =
        node.parts.size() / (node.kind == Ast::Kind::kMap ? 2 : 1);
    if (optional || !node.optional_entries.empty()) {
      node.optional_entries.resize(entries, false);
      node.optional_entries.back() = optional;
    }
    if (Take(",") || Is(end)) return true;
    Fail(absl::StrCat("expected `,` or `", A(end), "`"));
    return false;
  }

  AstPtr Method(AstPtr operand, std::string name, Position position) {
    std::vector<AstPtr> arguments;
    if (!Arguments(arguments)) return nullptr;
    AstPtr node = Node(Ast::Kind::kCall, position, std::move(name));
    node->receiver = true;
    node->parts.push_back(std::move(operand));
    for (AstPtr& argument : arguments)
      node->parts.push_back(std::move(argument));
    return Expanded(std::move(node));
  }

  // A call, or what the macro of its name makes of it.
  AstPtr Expanded(AstPtr call) {
    std::string problem;
    AstPtr node = ExpandMacro(std::move(call), libraries_, problem);
    if (!problem.empty()) return Fail(std::move(problem));
    return Counted(std::move(node));
  }

  bool Arguments(std::vector<AstPtr>& arguments) {
    if (!Expect("(")) return false;
    if (Take(")")) return true;
    do {
      AstPtr argument = Expression();
      if (!argument) return false;
      arguments.push_back(std::move(argument));
    } while (Take(","));
    return Expect(")");
  }

  AstPtr Primary() {
    const Position position = token_.position;
    if (token_.kind == Token::Kind::kLiteral) return Literal();
    const bool absolute = Take(".");
    if (token_.kind == Token::Kind::kIdentifier) {
      if (IsReserved(token_.text)) return Fail("this word is reserved");
      std::string name = absl::StrCat(absolute ? "." : "", A(token_.text));
      token_ = lexer_.Next();
      if (Is("(")) return Function(std::move(name), position);
      return Counted(Node(Ast::Kind::kIdentifier, position, std::move(name)));
    }
    if (absolute) return Fail("expected a name after `.`");
    if (Take("(")) {
      AstPtr inner = Expression();
      if (!inner || !Expect(")")) return nullptr;
      return inner;
    }
    if (Is("[")) return ListLiteral();
    if (Is("{")) return MapLiteral();
    return Fail("expected a value");
  }

  AstPtr Literal() {
    AstPtr node = Node(Ast::Kind::kConstant, token_.position);
    node->constant = token_.literal;
    const bool negative = std::exchange(negative_literal_, false);
    const bool integer = node->constant.kind() == Value::Kind::kInt;
    if (integer && negative) {
      node->constant = Value::Int(static_cast<int64_t>(
          -static_cast<uint64_t>(node->constant.as_int())));
    } else if (integer && node->constant.as_int() < 0) {
      return Fail("the number is out of range");
    } else if (negative) {
      node->constant = Value::Double(-node->constant.as_double());
    }
    token_ = lexer_.Next();
    return Counted(std::move(node));
  }

  AstPtr Function(std::string name, Position position) {
    std::vector<AstPtr> arguments;
    if (!Arguments(arguments)) return nullptr;
    AstPtr node = Node(Ast::Kind::kCall, position, std::move(name));
    node->parts = std::move(arguments);
    return Expanded(std::move(node));
  }

  AstPtr ListLiteral() {
    AstPtr node = Node(Ast::Kind::kList, token_.position);
    Take("[");
    while (!Take("]")) {
      const bool optional = Has(Library::kOptionals) && Take("?");
      if (!Entry(*node, Expression(), optional, "]")) return nullptr;
    }
    return Counted(std::move(node));
  }

  AstPtr MapLiteral() {
    AstPtr node = Node(Ast::Kind::kMap, token_.position);
    Take("{");
    while (!Take("}")) {
      const bool optional = Has(Library::kOptionals) && Take("?");
      AstPtr key = Expression();
      if (!key || !Expect(":")) return nullptr;
      AstPtr value = Expression();
      if (!value) return nullptr;
      node->parts.push_back(std::move(key));
      if (!Entry(*node, std::move(value), optional, "}")) return nullptr;
    }
    return Counted(std::move(node));
  }

  bool Has(Library library) const { return libraries_.contains(library); }

  Lexer lexer_;
  const Limits& limits_;
  const Libraries& libraries_;
  std::vector<Issue>& issues_;
  Token token_;
  int depth_ = 0;
  int nodes_ = 0;
  int chain_ = 0;
  bool negative_literal_ = false;
};

// The deepest path through the tree, which a chain like a+b+c… makes without
// nesting in the source. Iterative, since the depth is not yet bounded.
int Depth(const Ast& root) {
  int deepest = 0;
  std::vector<std::pair<const Ast*, int>> open = {{&root, 1}};
  while (!open.empty()) {
    const auto [node, depth] = open.back();
    open.pop_back();
    deepest = std::max(deepest, depth);
    for (const AstPtr& part : node->parts)
      open.emplace_back(part.get(), depth + 1);
  }
  return deepest;
}

}  // namespace

AstPtr Parse(std::string_view source, const Limits& limits,
             const Libraries& libraries, std::vector<Issue>& issues) {
  if (source.size() > limits.source_bytes) {
    issues.push_back({{},
                      absl::StrCat("the expression is longer than ",
                                   limits.source_bytes, " bytes"),
                      "",
                      ""});
    return nullptr;
  }
  AstPtr tree = Parser(source, limits, libraries, issues).Whole();
  // Later stages recurse over the tree.
  if (tree && Depth(*tree) > 4 * limits.depth) {
    issues.push_back(
        {tree->position, "the expression is nested too deeply", "", ""});
    return nullptr;
  }
  return tree;
}

}  // namespace talentcard::cel
