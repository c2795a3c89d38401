#ifndef TALENTCARD_ENGINE_POLICY_YAML_READER_H_
#define TALENTCARD_ENGINE_POLICY_YAML_READER_H_

#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/cel/environment.h"
#include "engine/policy/mistake.h"
#include "engine/policy/policy.h"
#include "engine/policy/yaml_tree.h"

namespace talentcard::policy {

// Which variables an expression may read, by the first part of their names.
using Roots = const std::vector<std::string_view>&;

// The values a text may have, and what they are called.
struct Known {
  Text what;  // E.g. {"原因", "reason"}.
  // Empty if what declares them could not be read: nothing is then held against
  // those who use them.
  std::vector<std::string> codes;
};

// What has been declared, to see that nothing is twice.
using Declared = std::set<std::string>;

// Reads one rule file. Every method notes each mistake it sees and returns
// something harmless, so that all mistakes of a bundle are found in one go.
// What is absent and required is noted once, where it should be.
class YamlReader {
 public:
  // All must outlive it.
  YamlReader(const YamlDocument& document, const cel::Environment& environment,
             std::vector<Mistake>& mistakes)
      : document_(document), environment_(environment), mistakes_(mistakes) {}

  void Note(const YamlNode& where, Text message, std::string_view text = "",
            std::string suggestion = "");
  // The same, at a place inside an expression.
  void NoteInside(const YamlNode& scalar, cel::Position place, Text message,
                  std::string_view text = "", std::string suggestion = "");

  // Notes what is not a map, and every key that is not among `known`.
  void Keys(const YamlNode& map, std::initializer_list<std::string_view> known);
  // The value of a key. Notes if it is required and absent.
  const YamlNode& Child(const YamlNode& map, std::string_view key,
                        bool required = true);

  std::string String(const YamlNode& map, std::string_view key,
                     bool required = true);
  Text Bilingual(const YamlNode& map, std::string_view key);
  bool Bool(const YamlNode& map, std::string_view key, bool otherwise);
  // Between `least` and `most`.
  std::optional<int64_t> Int(const YamlNode& map, std::string_view key,
                             bool required, int64_t least, int64_t most);
  CivilDate Date(const YamlNode& map, std::string_view key);
  CivilDate DateOf(const YamlNode& scalar);
  // A list of texts; a single text counts as a list of one.
  std::vector<std::string> Strings(const YamlNode& map, std::string_view key,
                                   bool required = false);
  // The elements of a list of maps.
  std::vector<const YamlNode*> Maps(const YamlNode& map, std::string_view key,
                                    bool required = true);
  // The entries of a map whose keys are free.
  void ForEach(const YamlNode& map, auto visit) {
    if (map.IsAbsent()) return;
    if (!map.IsMap()) return NoteNotAMap(map);
    for (size_t i = 0; i < map.keys.size(); ++i) {
      visit(map.keys[i], map.elements[i]);
    }
  }

  // A name that declares something: letters, digits, `-` and `_`, at most 64;
  // notes one that is in `declared` already, and adds it.
  std::string Id(const YamlNode& map, std::string_view key, Declared& declared);
  // One of `known`; empty if it is not.
  std::string Code(const YamlNode& map, std::string_view key,
                   const Known& known, bool required = true);
  std::vector<std::string> Codes(const YamlNode& map, std::string_view key,
                                 const Known& known, bool required = false);
  // Notes a scalar that is not among `known`, with the nearest one.
  bool OneOf(const YamlNode& scalar, const Known& known);

  // A checked expression; the program is null after a mistake.
  Expression Expr(const YamlNode& map, std::string_view key,
                  const cel::Type& type, Roots roots);
  std::optional<Expression> OptionalExpr(const YamlNode& map,
                                         std::string_view key,
                                         const cel::Type& type, Roots roots);

 private:
  void NoteNotAMap(const YamlNode& node);
  std::vector<const YamlNode*> Texts(const YamlNode& map, std::string_view key,
                                     bool required);
  Expression Compile(const YamlNode& scalar, const cel::Type& type,
                     Roots roots);
  void CheckRoots(const YamlNode& scalar, const cel::Program& program,
                  Roots roots);

  const YamlDocument& document_;
  const cel::Environment& environment_;
  std::vector<Mistake>& mistakes_;
  // Keys that are there but misspelt, which is told already.
  std::set<std::pair<const YamlNode*, std::string>> misspelt_;
};

// The code nearest to a misspelt one; empty if none is near.
std::string Nearest(std::string_view code,
                    const std::vector<std::string>& codes);

}  // namespace talentcard::policy

#endif  // TALENTCARD_ENGINE_POLICY_YAML_READER_H_
