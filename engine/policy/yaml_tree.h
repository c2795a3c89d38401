#ifndef TALENTCARD_ENGINE_POLICY_YAML_TREE_H_
#define TALENTCARD_ENGINE_POLICY_YAML_TREE_H_

#include <string>
#include <string_view>
#include <vector>

#include "engine/policy/mistake.h"
#include "engine/policy/policy.h"

namespace talentcard::policy {

// A part of a YAML document. Looking for what is not there gives an absent
// part, which has no place: nothing here can fail.
struct YamlNode {
  // kRefused: has an alias or a tag, which is noted; to readers as if absent.
  enum class Kind { kAbsent, kRefused, kNull, kScalar, kList, kMap };
  Kind kind = Kind::kAbsent;
  size_t offset = 0;  // Of its first byte in the file.
  Position position;
  bool plain = false;              // A scalar without quotes.
  std::string scalar;              // Of a scalar.
  std::vector<YamlNode> keys;      // Of a map, in order; each a scalar, once.
  std::vector<YamlNode> elements;  // Of a list, or the values of a map.

  bool IsAbsent() const {
    return kind == Kind::kAbsent || kind == Kind::kRefused;
  }
  bool IsScalar() const { return kind == Kind::kScalar; }
  bool IsList() const { return kind == Kind::kList; }
  bool IsMap() const { return kind == Kind::kMap; }
  // The value of a key; absent if this is not a map or has no such key.
  const YamlNode& operator[](std::string_view key) const;
};

// A YAML file held to what rule files may use: one document of UTF-8 text,
// nested at most 32 deep, with no anchor, alias, merge key or tag, no key twice
// and no character that hides or reorders text.
class YamlDocument {
 public:
  // Adds a mistake for everything that is not so. What remains can be read.
  YamlDocument(std::string path, std::string_view content,
               std::vector<Mistake>& mistakes);

  // Absent if it is not YAML.
  const YamlNode& root() const { return root_; }
  // Where `line` and `column` (from 1, in characters) of a scalar's value stand
  // in the file; where the scalar begins, if it is written with escapes.
  Position Inside(const YamlNode& scalar, int line, int column) const;

 private:
  friend class YamlBuilder;
  Position At(size_t offset) const;
  bool CheckText();
  void Note(size_t offset, Text message, std::string_view text = "");

  const std::string path_;
  const std::string content_;
  std::vector<Mistake>& mistakes_;
  std::vector<size_t> lines_;  // Where each begins.
  YamlNode root_;
  // How far At has counted, and the column there.
  mutable size_t counted_to_ = 0;
  mutable int column_ = 1;
};

}  // namespace talentcard::policy

#endif  // TALENTCARD_ENGINE_POLICY_YAML_TREE_H_
