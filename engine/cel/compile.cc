#include "engine/cel/compile.h"

#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "engine/cel/checker.h"
#include "engine/cel/parser.h"

namespace talentcard::cel {

std::shared_ptr<const Program> Compile(const Environment& environment,
                                       std::string_view source,
                                       const Type& expected,
                                       std::vector<Issue>& issues) {
  const AstPtr tree =
      Parse(source, environment.limits, environment.libraries, issues);
  if (!tree) return nullptr;
  const size_t before = issues.size();
  Checked checked = Check(environment, *tree, issues);
  if (issues.size() > before) return nullptr;
  const Type& found = checked.nodes[checked.root].type;
  if (!Assignable(found, expected)) {
    issues.push_back({tree->position,
                      absl::StrCat("this is a ", found.ToString(), ", but a ",
                                   expected.ToString(), " is needed"),
                      std::string(source.substr(0, 60)), ""});
    return nullptr;
  }
  return std::make_shared<Program>(std::string(source),
                                   std::move(checked.nodes), checked.root,
                                   checked.locals, environment.limits);
}

std::vector<int> Program::Inputs() const {
  // A path's own operand is not an input of its own.
  std::set<int> inner;
  for (const Node& node : nodes_) {
    if (!node.attribute.empty())
      inner.insert(node.parts.begin(), node.parts.end());
  }
  std::vector<int> inputs;
  std::set<std::string> seen;
  for (int i = 0; i < static_cast<int>(nodes_.size()); ++i) {
    if (nodes_[i].attribute.empty() || inner.contains(i)) continue;
    if (seen.insert(nodes_[i].attribute).second) inputs.push_back(i);
  }
  return inputs;
}

}  // namespace talentcard::cel
