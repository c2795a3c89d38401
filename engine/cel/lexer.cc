#include "engine/cel/lexer.h"

#include <array>
#include <charconv>
#include <cmath>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "engine/cel/text.h"
#include "engine/status_macros.h"

namespace talentcard::cel {
namespace {

bool IsLetter(char c) {
  return absl::ascii_isalpha(static_cast<unsigned char>(c)) || c == '_';
}
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Reads an escape after its backslash and moves past it; empty on success, else
// what is wrong.
std::string Escape(std::string_view body, size_t& i, bool bytes,
                   std::string& out) {
  constexpr std::string_view kSimple = "abfnrtv\\?\"'`";
  constexpr std::string_view kMeaning = "\a\b\f\n\r\t\v\\?\"'`";
  const char c = i < body.size() ? body[i] : '\0';
  const size_t simple = kSimple.find(c);
  if (c != '\0' && simple != std::string_view::npos) {
    out += kMeaning[simple];
    ++i;
    return "";
  }
  const bool octal = c >= '0' && c <= '3';
  const size_t digits = c == 'x' || c == 'X' ? 2
                        : c == 'u'           ? 4
                        : c == 'U'           ? 8
                        : octal              ? 3
                                             : 0;
  if (digits == 0 || (bytes && digits != 2 && !octal)) return "no such escape";
  if (!octal) ++i;
  uint32_t code = 0;
  const auto [end, error] = std::from_chars(
      body.data() + i, body.data() + std::min(body.size(), i + digits), code,
      octal ? 8 : 16);
  if (error != std::errc() || end != body.data() + i + digits)
    return "an escape is too short";
  i += digits;
  if (bytes) {
    out += static_cast<char>(code);
  } else if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) {
    return "no such character";
  } else {
    AppendCharacter(code, out);
  }
  return "";
}

}  // namespace

void Lexer::Advance(size_t bytes) {
  for (size_t i = 0; i < bytes && at_ < source_.size(); ++i, ++at_) {
    const char c = source_[at_];
    if (c == '\n') {
      ++position_.line;
      position_.column = 1;
    } else if ((c & 0xC0) != 0x80) {
      ++position_.column;
    }
  }
}

void Lexer::SkipBlank() {
  while (at_ < source_.size()) {
    const char c = source_[at_];
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f') {
      Advance(1);
    } else if (c == '/' && At(1) == '/') {
      while (at_ < source_.size() && source_[at_] != '\n') Advance(1);
    } else {
      return;
    }
  }
}

Token Lexer::Make(Token::Kind kind, size_t length) {
  Token token;
  token.kind = kind;
  token.text = source_.substr(at_, length);
  token.position = position_;
  Advance(length);
  return token;
}

Token Lexer::Bad(size_t length, std::string problem) {
  Token token = Make(Token::Kind::kBad, std::max<size_t>(length, 1));
  token.problem = std::move(problem);
  return token;
}

Token Lexer::Number() {
  size_t length = 0;
  const bool hex = At(0) == '0' && (At(1) == 'x' || At(1) == 'X');
  bool real = false;
  if (hex) {
    length = 2;
    while (absl::ascii_isxdigit(static_cast<unsigned char>(At(length))))
      ++length;
  } else {
    while (IsDigit(At(length))) ++length;
    if (At(length) == '.' && IsDigit(At(length + 1))) {
      real = true;
      ++length;
      while (IsDigit(At(length))) ++length;
    }
    const size_t sign = At(length + 1) == '+' || At(length + 1) == '-' ? 2 : 1;
    if ((At(length) == 'e' || At(length) == 'E') &&
        IsDigit(At(length + sign))) {
      real = true;
      length += sign;
      while (IsDigit(At(length))) ++length;
    }
  }
  const bool natural = !real && (At(length) == 'u' || At(length) == 'U');
  const std::string_view digits =
      source_.substr(at_ + (hex ? 2 : 0), length - (hex ? 2 : 0));
  Value value;
  bool good = true;
  if (real) {
    double number = 0;
    good = absl::SimpleAtod(A(digits), &number) && std::isfinite(number);
    value = Value::Double(number);
  } else {
    // One more than the largest int is kept for `-9223372036854775808`.
    uint64_t number = 0;
    const auto [end, error] = std::from_chars(
        digits.data(), digits.data() + digits.size(), number, hex ? 16 : 10);
    good = error == std::errc() && end == digits.data() + digits.size();
    if (natural) {
      value = Value::Uint(number);
    } else {
      good = good && number <= uint64_t{1} << 63;
      value = Value::Int(static_cast<int64_t>(number));
    }
  }
  if (!good) return Bad(length, "the number is out of range");
  Token token = Make(Token::Kind::kLiteral, length + (natural ? 1 : 0));
  token.literal = std::move(value);
  return token;
}

Token Lexer::Quoted(size_t prefix, bool raw, bool bytes) {
  const char quote = At(prefix);
  const bool triple = At(prefix + 1) == quote && At(prefix + 2) == quote;
  const size_t open = prefix + (triple ? 3 : 1);
  size_t end = open;
  while (true) {
    if (at_ + end >= source_.size() || (!triple && At(end) == '\n')) {
      return Bad(end, "the text is not closed");
    }
    if (At(end) == quote &&
        (!triple || (At(end + 1) == quote && At(end + 2) == quote)))
      break;
    end += !raw && At(end) == '\\' ? 2 : 1;
  }
  const std::string_view body = source_.substr(at_ + open, end - open);
  const size_t length = end + (triple ? 3 : 1);
  std::string text;
  for (size_t i = 0; i < body.size();) {
    if (raw || body[i] != '\\') {
      text += body[i++];
      continue;
    }
    if (std::string problem = Escape(body, ++i, bytes, text);
        !problem.empty()) {
      return Bad(length, std::move(problem));
    }
  }
  Token token = Make(Token::Kind::kLiteral, length);
  token.literal =
      bytes ? Value::Bytes(std::move(text)) : Value::String(std::move(text));
  return token;
}

Token Lexer::QuotedName() {
  size_t length = 1;
  constexpr std::string_view kAlso = ".-/ ";
  while (IsLetter(At(length)) || IsDigit(At(length)) ||
         kAlso.find(At(length)) != std::string_view::npos) {
    ++length;
  }
  if (At(length) != '`') return Bad(length, "the name is not closed");
  if (length == 1) return Bad(2, "the name is empty");
  Token token = Make(Token::Kind::kQuoted, length + 1);
  token.text = token.text.substr(1, length - 1);
  return token;
}

Token Lexer::Next() {
  SkipBlank();
  if (at_ >= source_.size()) return Make(Token::Kind::kEnd, 0);
  const char c = At(0);
  if (c == '`') return QuotedName();
  if (IsDigit(c) || (c == '.' && IsDigit(At(1)))) return Number();
  size_t prefix = 0;
  bool raw = false;
  bool bytes = false;
  while (
      prefix < 2 &&
      absl::StrContains("rRbB", absl::string_view(&source_[at_ + prefix], 1))) {
    (absl::ascii_tolower(static_cast<unsigned char>(At(prefix))) == 'r'
         ? raw
         : bytes) = true;
    if (++prefix + at_ >= source_.size()) break;
  }
  if (At(prefix) == '"' || At(prefix) == '\'')
    return Quoted(prefix, raw, bytes);
  if (IsLetter(c)) {
    size_t length = 1;
    while (IsLetter(At(length)) || IsDigit(At(length))) ++length;
    Token token = Make(Token::Kind::kIdentifier, length);
    if (token.text == "true" || token.text == "false" || token.text == "null") {
      token.kind = Token::Kind::kLiteral;
      token.literal = token.text == "null" ? Value::Null()
                                           : Value::Bool(token.text == "true");
    }
    return token;
  }
  for (const std::string_view two : {"&&", "||", "==", "!=", "<=", ">="}) {
    if (source_.substr(at_, 2) == two) return Make(Token::Kind::kSymbol, 2);
  }
  if (absl::StrContains("+-*/%!<>?:.,()[]{}", absl::string_view(&c, 1))) {
    return Make(Token::Kind::kSymbol, 1);
  }
  size_t length = 1;
  while ((At(length) & 0xC0) == 0x80) ++length;
  return Bad(length, "this character has no meaning here");
}

}  // namespace talentcard::cel
