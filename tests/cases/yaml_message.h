#ifndef TALENTCARD_TESTS_CASES_YAML_MESSAGE_H_
#define TALENTCARD_TESTS_CASES_YAML_MESSAGE_H_

#include <google/protobuf/message.h>
#include <yaml-cpp/yaml.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace talentcard::cases {

// Collects mistakes of one file, each as `path:line: text`.
class Mistakes {
 public:
  explicit Mistakes(std::string path) : path_(std::move(path)) {}

  void Add(const YAML::Node& node, const std::string& text);
  const std::vector<std::string>& all() const { return all_; }

 private:
  std::string path_;
  std::vector<std::string> all_;
};

// `YYYY-MM-DD` (noon) or `YYYY-MM-DD HH:MM`, in Beijing.
std::optional<absl::Time> ParseTime(const std::string& text);

// Sets the field of `message` called `key` (its name in the proto) from
// `value`. Dates are written YYYY-MM-DD, times as ParseTime reads them, enum
// values by name.
void SetField(const std::string& key, const YAML::Node& value,
              google::protobuf::Message* message, Mistakes* mistakes);

// Sets every field that the map `node` names.
void SetFields(const YAML::Node& node, google::protobuf::Message* message,
               Mistakes* mistakes);

}  // namespace talentcard::cases

#endif  // TALENTCARD_TESTS_CASES_YAML_MESSAGE_H_
