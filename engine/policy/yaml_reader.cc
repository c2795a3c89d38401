#include "engine/policy/yaml_reader.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "engine/cel/compile.h"
#include "engine/policy/cost.h"
#include "engine/status_macros.h"

namespace talentcard::policy {
namespace {

constexpr size_t kLongestId = 64;

bool IsId(const std::string& text) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  };
  return !text.empty() && text.size() <= kLongestId && letter(text[0]) &&
         std::all_of(text.begin(), text.end(), [&](char c) {
           return letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_';
         });
}

// Whole decimal numbers only: YAML 1.1 would read 010 as eight.
bool IsDecimal(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  if (text.empty() || (text.size() > 1 && text[0] == '0')) return false;
  return text.find_first_not_of("0123456789") == std::string_view::npos;
}

Text MustBe(std::string_view key, std::string_view zh, std::string_view en) {
  return Say(absl::StrCat("`$0` 应为", A(zh)),
             absl::StrCat("`$0` must be ", A(en)), key);
}

}  // namespace

std::string Nearest(std::string_view code,
                    const std::vector<std::string>& codes) {
  if (code.empty() || code.size() > kLongestId) return "";
  std::vector<std::string> likely;
  for (const std::string& c : codes) {
    if (c.size() <= kLongestId) likely.push_back(c);
  }
  return cel::NearestOf(code, likely);
}

void YamlReader::NoteInside(const YamlNode& scalar, cel::Position place,
                            Text message, std::string_view text,
                            std::string suggestion) {
  if (mistakes_.size() >= kMostMistakes) return;
  const Position at = document_.Inside(scalar, place.line, place.column);
  mistakes_.push_back({at.path, at.line, at.column, std::move(message),
                       Quotable(text), std::move(suggestion)});
}

void YamlReader::Note(const YamlNode& where, Text message,
                      std::string_view text, std::string suggestion) {
  if (mistakes_.size() >= kMostMistakes) return;
  const Position& at = where.position;
  mistakes_.push_back({at.path, at.line, at.column, std::move(message),
                       Quotable(text), std::move(suggestion)});
}

void YamlReader::NoteNotAMap(const YamlNode& node) {
  if (node.IsAbsent()) return;
  Note(node, {"这里应为“键: 值”", "keys and values are expected here"},
       node.scalar);
}

void YamlReader::Keys(const YamlNode& map,
                      std::initializer_list<std::string_view> known) {
  if (!map.IsMap()) {
    if (!map.IsAbsent()) NoteNotAMap(map);
    return;
  }
  const std::vector<std::string> names(known.begin(), known.end());
  for (const YamlNode& key : map.keys) {
    if (std::find(names.begin(), names.end(), key.scalar) != names.end())
      continue;
    std::string nearest = Nearest(key.scalar, names);
    misspelt_.emplace(&map, nearest);
    Note(key,
         Say("这里没有键 `$0`", "there is no key `$0` here",
             Quotable(key.scalar)),
         key.scalar, std::move(nearest));
  }
}

const YamlNode& YamlReader::Child(const YamlNode& map, std::string_view key,
                                  bool required) {
  const YamlNode& child = map[key];
  if (child.kind == YamlNode::Kind::kAbsent && required && map.IsMap() &&
      !misspelt_.contains({&map, std::string(key)})) {
    Note(map, Say("缺少 `$0`", "`$0` is missing", key), key);
  }
  return child;
}

std::string YamlReader::String(const YamlNode& map, std::string_view key,
                               bool required) {
  const YamlNode& child = Child(map, key, required);
  if (child.IsAbsent()) return "";
  if (!child.IsScalar() ||
      child.scalar.find_first_not_of(" \n") == std::string::npos) {
    Note(child, MustBe(key, "文字", "a text"), child.scalar);
    return "";
  }
  return child.scalar;
}

Text YamlReader::Bilingual(const YamlNode& map, std::string_view key) {
  const YamlNode& child = Child(map, key);
  Keys(child, {"zh", "en"});
  return {String(child, "zh"), String(child, "en")};
}

bool YamlReader::Bool(const YamlNode& map, std::string_view key,
                      bool otherwise) {
  const YamlNode& child = Child(map, key, false);
  if (child.IsAbsent()) return otherwise;
  if (child.plain && child.scalar == "true") return true;
  if (child.plain && child.scalar == "false") return false;
  const std::string word = absl::AsciiStrToLower(child.scalar);
  const bool yes = word == "yes" || word == "on" || word == "true";
  const bool no = word == "no" || word == "off" || word == "false";
  Note(child, MustBe(key, " true 或 false", "true or false"), child.scalar,
       yes  ? "true"
       : no ? "false"
            : "");
  return otherwise;
}

std::optional<int64_t> YamlReader::Int(const YamlNode& map,
                                       std::string_view key, bool required,
                                       int64_t least, int64_t most) {
  const YamlNode& child = Child(map, key, required);
  if (child.IsAbsent()) return std::nullopt;
  int64_t value = 0;
  if (!child.plain || !IsDecimal(child.scalar) ||
      !absl::SimpleAtoi(child.scalar, &value)) {
    Note(child, MustBe(key, "整数", "a whole number"), child.scalar);
    return std::nullopt;
  }
  if (value < least || value > most) {
    const std::string range = absl::StrCat(least, "–", most);
    Note(child,
         MustBe(key, absl::StrCat(" ", range, " 的整数"),
                absl::StrCat("a whole number of ", range)),
         child.scalar);
    return std::nullopt;
  }
  return value;
}

CivilDate YamlReader::DateOf(const YamlNode& scalar) {
  const auto date = CivilDate::Parse(scalar.scalar);
  if (date.ok()) return *date;
  Note(scalar,
       Say("`$0` 不是日期；请写成 2022-11-16",
           "`$0` is not a date; write it as 2022-11-16",
           Quotable(scalar.scalar)),
       scalar.scalar);
  return CivilDate();
}

CivilDate YamlReader::Date(const YamlNode& map, std::string_view key) {
  const YamlNode& child = Child(map, key);
  return child.IsAbsent() ? CivilDate() : DateOf(child);
}

std::vector<const YamlNode*> YamlReader::Texts(const YamlNode& map,
                                               std::string_view key,
                                               bool required) {
  const YamlNode& child = Child(map, key, required);
  if (child.IsAbsent()) return {};
  if (child.IsScalar() && !child.scalar.empty()) return {&child};
  std::vector<const YamlNode*> texts;
  if (!child.IsList() || child.elements.empty()) {
    Note(child,
         MustBe(key, "文字列表，且不能为空", "a list of texts, and not empty"),
         child.scalar);
    return texts;
  }
  std::set<std::string_view> seen;
  for (const YamlNode& element : child.elements) {
    if (element.IsAbsent()) continue;
    if (!element.IsScalar() || element.scalar.empty()) {
      Note(element, MustBe(key, "文字列表", "a list of texts"));
    } else if (!seen.insert(element.scalar).second) {
      Note(element,
           Say("`$0` 重复", "`$0` is there twice", Quotable(element.scalar)),
           element.scalar);
    } else {
      texts.push_back(&element);
    }
  }
  return texts;
}

std::vector<std::string> YamlReader::Strings(const YamlNode& map,
                                             std::string_view key,
                                             bool required) {
  std::vector<std::string> values;
  for (const YamlNode* text : Texts(map, key, required))
    values.push_back(text->scalar);
  return values;
}

std::vector<const YamlNode*> YamlReader::Maps(const YamlNode& map,
                                              std::string_view key,
                                              bool required) {
  const YamlNode& child = Child(map, key, required);
  std::vector<const YamlNode*> maps;
  if (child.IsAbsent()) return maps;
  if (!child.IsList() || child.elements.empty()) {
    Note(child,
         MustBe(key, "列表（以 `-` 开头），且不能为空",
                "a list (of `-`), and not empty"),
         child.scalar);
    return maps;
  }
  for (const YamlNode& element : child.elements) {
    if (element.IsMap()) {
      maps.push_back(&element);
    } else {
      NoteNotAMap(element);
    }
  }
  return maps;
}

std::string YamlReader::Id(const YamlNode& map, std::string_view key,
                           Declared& declared) {
  const std::string id = String(map, key);
  if (id.empty()) return id;
  if (!IsId(id)) {
    Note(map[key],
         MustBe(key, "以字母开头的字母、数字、`-`、`_`，不超过 64 个",
                "letters, digits, `-` and `_`, from a letter on, at most 64"),
         id);
    return "";
  }
  if (!declared.insert(id).second)
    Note(map[key], Say("`$0` 已经有了", "`$0` is there already", id), id);
  return id;
}

bool YamlReader::OneOf(const YamlNode& scalar, const Known& known) {
  if (known.codes.empty() || std::find(known.codes.begin(), known.codes.end(),
                                       scalar.scalar) != known.codes.end()) {
    return true;
  }
  if (mistakes_.size() >= kMostMistakes) return false;  // Spares the search.
  const std::string code = Quotable(scalar.scalar);
  Note(scalar,
       {absl::StrCat("没有", known.what.zh, " `", code, "`"),
        absl::StrCat("there is no ", known.what.en, " `", code, "`")},
       scalar.scalar, Nearest(scalar.scalar, known.codes));
  return false;
}

std::string YamlReader::Code(const YamlNode& map, std::string_view key,
                             const Known& known, bool required) {
  const std::string code = String(map, key, required);
  return code.empty() || !OneOf(map[key], known) ? "" : code;
}

std::vector<std::string> YamlReader::Codes(const YamlNode& map,
                                           std::string_view key,
                                           const Known& known, bool required) {
  std::vector<std::string> codes;
  for (const YamlNode* text : Texts(map, key, required)) {
    if (OneOf(*text, known)) codes.push_back(text->scalar);
  }
  return codes;
}

void YamlReader::CheckRoots(const YamlNode& scalar, const cel::Program& program,
                            Roots roots) {
  for (const int input : program.Inputs()) {
    const cel::Node& node = program.nodes()[input];
    const std::string root = node.attribute.substr(0, node.attribute.find('.'));
    if (std::find(roots.begin(), roots.end(), root) != roots.end()) continue;
    NoteInside(scalar, node.position,
               Say("这里不能使用 `$0`", "`$0` cannot be read here", root),
               node.attribute);
  }
}

Expression YamlReader::Compile(const YamlNode& scalar, const cel::Type& type,
                               Roots roots) {
  Expression expression;
  expression.position = scalar.position;
  if (!scalar.IsScalar() || scalar.scalar.empty()) {
    Note(scalar, {"这里应为表达式；以 `[`、`{`、`!` 开头的要加引号",
                  "an expression is expected here; one that starts with `[`, "
                  "`{` or `!` goes in quotes"});
    return expression;
  }
  expression.source = scalar.scalar;
  std::vector<cel::Issue> issues;
  auto program = cel::Compile(environment_, expression.source, type, issues);
  for (const cel::Issue& issue : issues) {
    NoteInside(scalar, issue.position,
               Say("表达式有误：$0", "in the expression: $0", issue.message),
               issue.text, issue.suggestion);
  }
  if (!program) return expression;
  const size_t before = mistakes_.size();
  CheckRoots(scalar, *program, roots);
  if (const int64_t steps = MostSteps(*program);
      steps > program->limits().steps) {
    Note(scalar,
         Say("表达式可能需要 $0 步，最多 $1 步；请减少嵌套的列表",
             "the expression may take $0 steps, and at most $1 are given; nest "
             "fewer lists",
             absl::StrCat(steps), absl::StrCat(program->limits().steps)),
         scalar.scalar);
  }
  if (mistakes_.size() == before) expression.program = std::move(program);
  return expression;
}

Expression YamlReader::Expr(const YamlNode& map, std::string_view key,
                            const cel::Type& type, Roots roots) {
  const YamlNode& child = Child(map, key);
  return child.IsAbsent() ? Expression{} : Compile(child, type, roots);
}

std::optional<Expression> YamlReader::OptionalExpr(const YamlNode& map,
                                                   std::string_view key,
                                                   const cel::Type& type,
                                                   Roots roots) {
  const YamlNode& child = Child(map, key, false);
  if (child.IsAbsent()) return std::nullopt;
  return Compile(child, type, roots);
}

}  // namespace talentcard::policy
