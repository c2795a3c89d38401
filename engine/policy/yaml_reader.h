#ifndef TALENTCARD_ENGINE_POLICY_YAML_READER_H_
#define TALENTCARD_ENGINE_POLICY_YAML_READER_H_

#include <yaml-cpp/yaml.h>

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/cel/environment.h"
#include "engine/policy/mistake.h"
#include "engine/policy/policy.h"

namespace talentcard::policy {

// Which variables an expression may read, by the first part of their names.
using Roots = const std::vector<std::string_view>&;

// Reads one rule file. Every method notes each mistake it sees and returns
// something harmless, so that all mistakes of a bundle are found in one go.
class YamlReader {
 public:
  // `environment` may be null for files without expressions. All must outlive it.
  YamlReader(std::string path, const cel::Environment* environment, std::vector<Mistake>& mistakes)
      : path_(std::move(path)), environment_(environment), mistakes_(mistakes) {}

  // The root of the file; an empty node if it is not YAML.
  YAML::Node Parse(const std::string& content);

  void Note(const YAML::Node& where, std::string message, std::string text = "",
            std::string suggestion = "");
  // Notes every key that is not among `known`, and every key that occurs twice.
  void Keys(const YAML::Node& map, std::initializer_list<std::string_view> known);

  // The value of a key. Notes if it is required and absent.
  YAML::Node Child(const YAML::Node& map, std::string_view key, bool required = true);
  std::string String(const YAML::Node& map, std::string_view key, bool required = true);
  Text Bilingual(const YAML::Node& map, std::string_view key, bool required = true);
  bool Bool(const YAML::Node& map, std::string_view key, bool otherwise);
  std::optional<int> Int(const YAML::Node& map, std::string_view key, bool required);
  CivilDate Date(const YAML::Node& map, std::string_view key);
  CivilDate DateOf(const YAML::Node& scalar);
  // A list of texts; a single text counts as a list of one.
  std::vector<std::string> Strings(const YAML::Node& map, std::string_view key, bool required = false);
  // The elements of a list of maps.
  std::vector<YAML::Node> Maps(const YAML::Node& map, std::string_view key, bool required = true);
  // A checked expression; the program is null after a mistake.
  Expression Expr(const YAML::Node& map, std::string_view key, const cel::Type& type, Roots roots);
  std::optional<Expression> OptionalExpr(const YAML::Node& map, std::string_view key,
                                         const cel::Type& type, Roots roots);
  Expression Compile(const YAML::Node& scalar, const cel::Type& type, Roots roots);
  Position At(const YAML::Node& node) const;

  // Notes a value that is not among `known`, with the nearest one.
  void OneOf(const YAML::Node& where, const std::string& value, const std::vector<std::string>& known,
             std::string_view what);

 private:
  const std::string path_;
  const cel::Environment* const environment_;
  std::vector<Mistake>& mistakes_;
};

}  // namespace talentcard::policy

#endif  // TALENTCARD_ENGINE_POLICY_YAML_READER_H_
