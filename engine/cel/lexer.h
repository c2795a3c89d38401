#ifndef TALENTCARD_ENGINE_CEL_LEXER_H_
#define TALENTCARD_ENGINE_CEL_LEXER_H_

#include <optional>
#include <string>
#include <string_view>

#include "engine/cel/issue.h"
#include "engine/cel/value.h"

namespace talentcard::cel {

struct Token {
  enum class Kind {
    kEnd,
    kIdentifier,
    kQuoted,  // `a-b`: text is what is quoted
    kLiteral,
    kSymbol,
    kBad,
  };
  Kind kind = Kind::kEnd;
  std::string_view text;
  Value literal;  // Of kLiteral.
  Position position;
  std::string problem;  // Of kBad.
};

// Splits a source into tokens, one at a time. `source` must outlive it.
class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(source) {}
  Token Next();

 private:
  void Advance(size_t bytes);
  void SkipBlank();
  Token Number();
  Token QuotedName();
  Token Quoted(size_t prefix, bool raw, bool bytes);
  Token Make(Token::Kind kind, size_t length);
  Token Bad(size_t length, std::string problem);
  char At(size_t offset) const {
    return at_ + offset < source_.size() ? source_[at_ + offset] : '\0';
  }

  std::string_view source_;
  size_t at_ = 0;
  Position position_;
};

}  // namespace talentcard::cel

#endif  // TALENTCARD_ENGINE_CEL_LEXER_H_
