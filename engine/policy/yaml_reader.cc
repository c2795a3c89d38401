#include "engine/policy/yaml_reader.h"

#include <yaml-cpp/eventhandler.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "engine/cel/compile.h"
#include "engine/status_macros.h"

namespace talentcard::policy {
namespace {

constexpr int kDeepest = 32;

// Refuses nesting before a tree is built of it.
class DepthGuard : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override { Enter(mark); }
  void OnSequenceEnd() override { --depth_; }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override { Enter(mark); }
  void OnMapEnd() override { --depth_; }

 private:
  void Enter(const YAML::Mark& mark) {
    if (++depth_ > kDeepest) throw YAML::ParserException(mark, "nested too deeply");
  }
  int depth_ = 0;
};

}  // namespace

std::string ToString(const Mistake& m) {
  std::string out = absl::StrCat(m.path, ":", m.line, ":", m.column, ": ", m.message);
  if (!m.suggestion.empty()) absl::StrAppend(&out, "; did you mean `", m.suggestion, "`?");
  return out;
}

// yaml-cpp speaks in exceptions; they end here.
YAML::Node YamlReader::Parse(const std::string& content) {
  try {
    std::istringstream stream(content);
    YAML::Parser parser(stream);
    DepthGuard guard;
    while (parser.HandleNextDocument(guard)) {
    }
    return YAML::Load(content);
  } catch (const YAML::Exception& e) {
    mistakes_.push_back({path_, e.mark.line + 1, e.mark.column + 1,
                         absl::StrCat("this is not YAML: ", e.msg), "", ""});
    return YAML::Node();
  }
}

Position YamlReader::At(const YAML::Node& node) const {
  const YAML::Mark mark = node.IsDefined() ? node.Mark() : YAML::Mark::null_mark();
  return {path_, std::max(mark.line, 0) + 1, std::max(mark.column, 0) + 1};
}

void YamlReader::Note(const YAML::Node& where, std::string message, std::string text,
                      std::string suggestion) {
  const Position at = At(where);
  mistakes_.push_back({path_, at.line, at.column, std::move(message), std::move(text), std::move(suggestion)});
}

void YamlReader::Keys(const YAML::Node& map, std::initializer_list<std::string_view> known) {
  if (!map.IsMap()) {
    Note(map, "keys and values are expected here");
    return;
  }
  const std::vector<std::string> names(known.begin(), known.end());
  std::set<std::string> seen;
  for (const auto& entry : map) {
    const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "";
    if (std::find(names.begin(), names.end(), key) == names.end()) {
      Note(entry.first, absl::StrCat("no key `", key, "` is known here"), key, cel::NearestOf(key, names));
    } else if (!seen.insert(key).second) {
      Note(entry.first, absl::StrCat("the key `", key, "` occurs twice"), key);
    }
  }
}

YAML::Node YamlReader::Child(const YAML::Node& map, std::string_view key, bool required) {
  const YAML::Node child = map.IsMap() ? map[std::string(key)] : YAML::Node(YAML::NodeType::Undefined);
  if (!child.IsDefined() && required) Note(map, absl::StrCat("`", A(key), "` is missing"), std::string(key));
  return child;
}

std::string YamlReader::String(const YAML::Node& map, std::string_view key, bool required) {
  const YAML::Node child = Child(map, key, required);
  if (!child.IsDefined()) return "";
  if (!child.IsScalar() || (required && child.Scalar().empty())) {
    Note(child, absl::StrCat("`", A(key), "` must be a text"), std::string(key));
    return "";
  }
  return child.Scalar();
}

Text YamlReader::Bilingual(const YAML::Node& map, std::string_view key, bool required) {
  const YAML::Node child = Child(map, key, required);
  if (!child.IsDefined()) return {};
  Keys(child, {"zh", "en"});
  return {String(child, "zh"), String(child, "en")};
}

bool YamlReader::Bool(const YAML::Node& map, std::string_view key, bool otherwise) {
  const YAML::Node child = Child(map, key, false);
  if (!child.IsDefined()) return otherwise;
  bool value = otherwise;
  if (!child.IsScalar() || !YAML::convert<bool>::decode(child, value)) {
    Note(child, absl::StrCat("`", A(key), "` must be true or false"), child.IsScalar() ? child.Scalar() : "");
  }
  return value;
}

std::optional<int> YamlReader::Int(const YAML::Node& map, std::string_view key, bool required) {
  const YAML::Node child = Child(map, key, required);
  if (!child.IsDefined()) return std::nullopt;
  int value = 0;
  if (!child.IsScalar() || !YAML::convert<int>::decode(child, value)) {
    Note(child, absl::StrCat("`", A(key), "` must be a whole number"), child.IsScalar() ? child.Scalar() : "");
  }
  return value;
}

CivilDate YamlReader::DateOf(const YAML::Node& scalar) {
  const auto date = CivilDate::Parse(scalar.IsScalar() ? scalar.Scalar() : "");
  if (!date.ok()) {
    Note(scalar, std::string(date.status().message()), scalar.IsScalar() ? scalar.Scalar() : "");
    return CivilDate();
  }
  return *date;
}

CivilDate YamlReader::Date(const YAML::Node& map, std::string_view key) {
  const YAML::Node child = Child(map, key);
  return child.IsDefined() ? DateOf(child) : CivilDate();
}

std::vector<std::string> YamlReader::Strings(const YAML::Node& map, std::string_view key, bool required) {
  const YAML::Node child = Child(map, key, required);
  if (!child.IsDefined()) return {};
  if (child.IsScalar()) return {child.Scalar()};
  std::vector<std::string> values;
  for (const auto& element : child) {
    if (!element.IsScalar() || element.Scalar().empty()) {
      Note(element, absl::StrCat("`", A(key), "` must be a list of texts"));
      continue;
    }
    values.push_back(element.Scalar());
  }
  return values;
}

std::vector<YAML::Node> YamlReader::Maps(const YAML::Node& map, std::string_view key, bool required) {
  const YAML::Node child = Child(map, key, required);
  std::vector<YAML::Node> maps;
  if (!child.IsDefined()) return maps;
  if (!child.IsSequence()) {
    Note(child, absl::StrCat("`", A(key), "` must be a list"));
    return maps;
  }
  for (const auto& element : child) {
    if (element.IsMap()) {
      maps.push_back(element);
    } else {
      Note(element, "keys and values are expected here");
    }
  }
  return maps;
}

Expression YamlReader::Compile(const YAML::Node& scalar, const cel::Type& type, Roots roots) {
  Expression expression;
  expression.position = At(scalar);
  if (!scalar.IsScalar()) {
    Note(scalar, "an expression is expected here");
    return expression;
  }
  expression.source = scalar.Scalar();
  std::vector<cel::Issue> issues;
  expression.program = cel::Compile(*environment_, expression.source, type, issues);
  for (const cel::Issue& issue : issues) {
    // A folded text has lost its own lines and columns; its beginning is named.
    const bool plain = scalar.Tag() == "?" && issue.position.line == 1;
    mistakes_.push_back({path_, expression.position.line,
                         expression.position.column + (plain ? issue.position.column - 1 : 0),
                         absl::StrCat("in the expression: ", issue.message), issue.text, issue.suggestion});
  }
  if (!expression.program) return expression;
  for (int input : expression.program->Inputs()) {
    const std::string& path = expression.program->nodes()[input].attribute;
    const std::string root = path.substr(0, path.find('.'));
    if (std::find(roots.begin(), roots.end(), root) == roots.end()) {
      Note(scalar, absl::StrCat("`", root, "` cannot be read here"), root);
    }
  }
  return expression;
}

Expression YamlReader::Expr(const YAML::Node& map, std::string_view key, const cel::Type& type, Roots roots) {
  const YAML::Node child = Child(map, key);
  return child.IsDefined() ? Compile(child, type, roots) : Expression{};
}

std::optional<Expression> YamlReader::OptionalExpr(const YAML::Node& map, std::string_view key,
                                                   const cel::Type& type, Roots roots) {
  const YAML::Node child = Child(map, key, false);
  if (!child.IsDefined()) return std::nullopt;
  return Compile(child, type, roots);
}

void YamlReader::OneOf(const YAML::Node& where, const std::string& value,
                       const std::vector<std::string>& known, std::string_view what) {
  if (std::find(known.begin(), known.end(), value) != known.end()) return;
  Note(where, absl::StrCat("there is no ", A(what), " `", value, "`"), value, cel::NearestOf(value, known));
}

}  // namespace talentcard::policy
