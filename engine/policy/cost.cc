#include "engine/policy/cost.h"

#include <algorithm>
#include <vector>

namespace talentcard::policy {
namespace {

using Op = cel::Node::Op;

constexpr int64_t kLongestList = 64;
// Sums and products stop here, far from overflow.
constexpr int64_t kMost = int64_t{1} << 40;

struct Bound {
  int64_t steps = 0;
  int64_t length = kLongestList;  // Of the list or map it gives, if it does.
};

int64_t LengthOf(const cel::Node& node, const std::vector<Bound>& bounds) {
  using Kind = cel::Value::Kind;
  switch (node.op) {
    case Op::kConstant:
      if (node.constant.kind() == Kind::kList) {
        return static_cast<int64_t>(node.constant.as_list().size());
      }
      return kLongestList;
    case Op::kList:
    case Op::kMap:
      return static_cast<int64_t>(node.parts.size());
    case Op::kLoop:
      return bounds[node.parts[0]].length;
    case Op::kConditional:
      return std::max(bounds[node.parts[1]].length,
                      bounds[node.parts[2]].length);
    case Op::kCall: {
      // Concatenation gives the most that a function gives.
      int64_t length = 0;
      for (const int part : node.parts) length += bounds[part].length;
      return std::clamp(length, kLongestList, kMost);
    }
    default:
      return kLongestList;
  }
}

}  // namespace

int64_t MostSteps(const cel::Program& program) {
  // Operands come before the nodes that use them.
  std::vector<Bound> bounds;
  for (const cel::Node& node : program.nodes()) {
    Bound bound;
    bound.steps = 1;
    for (size_t i = 0; i < node.parts.size(); ++i) {
      const int64_t steps = bounds[node.parts[i]].steps;
      const bool repeated = node.op == Op::kLoop && i > 0;
      const int64_t times = repeated ? bounds[node.parts[0]].length : 1;
      bound.steps =
          std::min(kMost, bound.steps + std::min(kMost, steps) *
                                            std::min(times, int64_t{1} << 20));
    }
    bound.length = LengthOf(node, bounds);
    bounds.push_back(bound);
  }
  return bounds[program.root()].steps;
}

}  // namespace talentcard::policy
