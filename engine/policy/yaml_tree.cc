#include "engine/policy/yaml_tree.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <utility>

#include "engine/identity/unicode.h"

namespace talentcard::policy {
namespace {

constexpr size_t kDeepest = 32;

// A byte order mark is taken off: some editors add one.
std::string_view WithoutMark(std::string_view content) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  return content.starts_with(kMark) ? content.substr(kMark.size()) : content;
}

// Controls, and the marks that make text read otherwise than it is.
bool Hides(char32_t c) {
  if (c < 0x20) return c != '\t' && c != '\n' && c != '\r';
  return (c >= 0x7F && c <= 0x9F) || c == 0x200B || c == 0x200E ||
         c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2060 && c <= 0x2069) || c == 0xFEFF || c == 0x2028 ||
         c == 0x2029;
}

size_t Utf8Length(char32_t c) {
  return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
}

bool IsBlank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

}  // namespace

// Builds the tree from the parser's events; an alias is never followed.
class YamlBuilder : public YAML::EventHandler {
 public:
  // Thrown to stop the parser, which has no other way.
  struct Stop {};

  explicit YamlBuilder(YamlDocument& document) : document_(document) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ == 1) return;
    document_.Note(Offset(mark),
                   Say("一个文件只能有一份内容（多了 `---`）",
                       "a file holds one document; leave out `---`"));
    throw Stop();
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    CheckProperties(mark, "", anchor);
    Add(Begin(mark, YamlNode::Kind::kNull));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    document_.Note(Offset(mark),
                   Say("不能使用别名（`*`）",
                       "aliases (`*`) cannot be used; write the value again"));
    Add(Begin(mark, YamlNode::Kind::kRefused));
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag,
                YAML::anchor_t anchor, const std::string& value) override {
    const bool tagged = CheckProperties(mark, tag, anchor);
    YamlNode node = Begin(
        mark, tagged ? YamlNode::Kind::kRefused : YamlNode::Kind::kScalar);
    node.plain = tag == "?";
    node.scalar = value;
    Add(std::move(node));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                       YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Enter(mark, tag, anchor, YamlNode::Kind::kList);
  }
  void OnSequenceEnd() override { Leave(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag,
                  YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    Enter(mark, tag, anchor, YamlNode::Kind::kMap);
  }
  void OnMapEnd() override {
    CheckKeys(open_.back());
    Leave();
  }

 private:
  static size_t Offset(const YAML::Mark& mark) {
    return static_cast<size_t>(std::max(mark.pos, 0));
  }

  YamlNode Begin(const YAML::Mark& mark, YamlNode::Kind kind) const {
    YamlNode node;
    node.kind = kind;
    node.offset = Offset(mark);
    node.position = document_.At(node.offset);
    return node;
  }

  // Whether there is a tag.
  bool CheckProperties(const YAML::Mark& mark, const std::string& tag,
                       YAML::anchor_t anchor) {
    if (anchor != 0) {
      document_.Note(
          Offset(mark),
          Say("不能使用锚点（`&`）",
              "anchors (`&`) cannot be used; write the value again"));
    }
    const size_t at = Offset(mark);
    const bool written =
        at < document_.content_.size() && document_.content_[at] == '!';
    const bool tagged = written || (!tag.empty() && tag != "?" && tag != "!");
    if (tagged) {
      document_.Note(at, Say("不能使用标签（`!`）；以 `!` 开头的表达式要加引号",
                             "tags (`!`) cannot be used; an expression that "
                             "starts with `!` goes in quotes"));
    }
    return tagged;
  }

  void Enter(const YAML::Mark& mark, const std::string& tag,
             YAML::anchor_t anchor, YamlNode::Kind kind) {
    CheckProperties(mark, tag, anchor);
    if (open_.size() >= kDeepest) {
      document_.Note(Offset(mark),
                     Say("嵌套超过 32 层", "nested more than 32 deep"));
      throw Stop();
    }
    open_.push_back(Begin(mark, kind));
  }

  void Leave() {
    YamlNode node = std::move(open_.back());
    open_.pop_back();
    Add(std::move(node));
  }

  void Add(YamlNode node) {
    if (open_.empty()) {
      document_.root_ = std::move(node);
      return;
    }
    YamlNode& parent = open_.back();
    const bool key =
        parent.IsMap() && parent.keys.size() == parent.elements.size();
    // The parser finds the absence of a value only where the next thing begins.
    const bool nothing = node.kind == YamlNode::Kind::kNull;
    if (parent.IsMap() && !key && nothing)
      node.position = parent.keys.back().position;
    (key ? parent.keys : parent.elements).push_back(std::move(node));
  }

  // Keeps of each key the first.
  void CheckKeys(YamlNode& map) {
    std::set<std::string> seen;
    std::vector<YamlNode> keys;
    std::vector<YamlNode> elements;
    for (size_t i = 0; i < map.keys.size(); ++i) {
      const YamlNode& key = map.keys[i];
      if (!key.IsScalar()) {
        document_.Note(key.offset,
                       Say("这里应为文字键名", "a key must be a text"));
      } else if (key.plain && key.scalar == "<<") {
        document_.Note(
            key.offset,
            Say("不能使用合并键（`<<`）",
                "merge keys (`<<`) cannot be used; write the keys again"),
            key.scalar);
      } else if (!seen.insert(key.scalar).second) {
        document_.Note(key.offset,
                       Say("键 `$0` 重复", "the key `$0` occurs twice",
                           Quotable(key.scalar)),
                       key.scalar);
      } else {
        keys.push_back(std::move(map.keys[i]));
        elements.push_back(std::move(map.elements[i]));
      }
    }
    map.keys = std::move(keys);
    map.elements = std::move(elements);
  }

  YamlDocument& document_;
  int documents_ = 0;
  std::vector<YamlNode> open_;
};

const YamlNode& YamlNode::operator[](std::string_view key) const {
  static const YamlNode* const kAbsent = new YamlNode();
  for (size_t i = 0; i < keys.size(); ++i) {
    if (keys[i].scalar == key) return elements[i];
  }
  return *kAbsent;
}

// yaml-cpp speaks in exceptions; they end here.
YamlDocument::YamlDocument(std::string path, std::string_view content,
                           std::vector<Mistake>& mistakes)
    : path_(std::move(path)),
      content_(WithoutMark(content)),
      mistakes_(mistakes) {
  lines_.push_back(0);
  for (size_t i = 0; i < content_.size(); ++i) {
    if (content_[i] == '\n') lines_.push_back(i + 1);
  }
  if (!CheckText()) return;
  YamlBuilder builder(*this);
  try {
    std::istringstream stream(content_);
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YamlBuilder::Stop&) {
    root_ = YamlNode();
  } catch (const YAML::Exception& e) {
    root_ = YamlNode();
    Note(static_cast<size_t>(std::max(e.mark.pos, 0)),
         Say("这里不符合 YAML 格式：$0", "this is not YAML: $0", e.msg));
  }
}

bool YamlDocument::CheckText() {
  const auto characters = identity::DecodeUtf8(content_);
  if (!characters) {
    size_t valid = 0;  // Lines before it that are.
    while (valid + 1 < lines_.size() &&
           identity::DecodeUtf8(std::string_view(content_).substr(
               lines_[valid], lines_[valid + 1] - lines_[valid]))) {
      ++valid;
    }
    Note(lines_[valid], Say("不是 UTF-8 文字；请另存为 UTF-8",
                            "the file is not UTF-8; save it as UTF-8"));
    return false;
  }
  bool clean = true;
  size_t offset = 0;
  for (const char32_t c : *characters) {
    if (Hides(c)) {
      Note(offset, Say("此处有看不见的字符，请删除",
                       "there is an invisible character here; delete it"));
      clean = false;
    }
    offset += Utf8Length(c);
  }
  return clean;
}

void YamlDocument::Note(size_t offset, Text message, std::string_view text) {
  if (mistakes_.size() >= kMostMistakes) return;
  const Position at = At(offset);
  mistakes_.push_back(
      {path_, at.line, at.column, std::move(message), Quotable(text), ""});
}

Position YamlDocument::At(size_t offset) const {
  offset = std::min(offset, content_.size());
  const auto line = std::upper_bound(lines_.begin(), lines_.end(), offset) - 1;
  // Parts come in order: counting goes on from the one before, or a long line
  // would be counted again for each of its parts.
  if (counted_to_ < *line || counted_to_ > offset) {
    counted_to_ = *line;
    column_ = 1;
  }
  for (; counted_to_ < offset; ++counted_to_) {
    column_ +=
        (static_cast<unsigned char>(content_[counted_to_]) & 0xC0) != 0x80;
  }
  return {path_, static_cast<int>(line - lines_.begin()) + 1, column_};
}

// Follows the scalar through the file, a run of blanks for a run of blanks,
// since folding turns line ends and indents into single spaces.
Position YamlDocument::Inside(const YamlNode& scalar, int line,
                              int column) const {
  size_t at = scalar.offset;
  const char first = at < content_.size() ? content_[at] : '\0';
  const bool block = !scalar.plain && (first == '|' || first == '>');
  if (block) at = *std::upper_bound(lines_.begin(), lines_.end() - 1, at);
  if (!scalar.plain && !block) ++at;
  if (block) {
    while (at < content_.size() && IsBlank(content_[at])) ++at;
  }
  const std::string& value = scalar.scalar;
  int here_line = 1;
  int here_column = 1;
  for (size_t i = 0; i < value.size(); ++i) {
    const bool starts = (static_cast<unsigned char>(value[i]) & 0xC0) != 0x80;
    if (starts && here_line == line && here_column == column) return At(at);
    if (value[i] == '\n') {
      ++here_line;
      here_column = 1;
    } else {
      here_column += starts;
    }
    if (IsBlank(value[i])) {
      if (i + 1 < value.size() && IsBlank(value[i + 1])) continue;
      while (at < content_.size() && IsBlank(content_[at])) ++at;
      continue;
    }
    if (at >= content_.size() || content_[at] != value[i])
      return scalar.position;
    at += first == '\'' && !scalar.plain && value[i] == '\'' ? 2 : 1;
  }
  return here_line == line && here_column <= column ? At(at) : scalar.position;
}

}  // namespace talentcard::policy
