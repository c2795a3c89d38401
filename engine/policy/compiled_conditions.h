#ifndef TALENTCARD_ENGINE_POLICY_COMPILED_CONDITIONS_H_
#define TALENTCARD_ENGINE_POLICY_COMPILED_CONDITIONS_H_

#include <cstddef>
#include <map>
#include <memory>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "chengzhou/talentcard/v1/decision.pb.h"
#include "engine/cel/bytecode/bundle.h"
#include "engine/cel/evaluate.h"
#include "engine/policy/policy.h"

namespace talentcard::policy {

// The conditions of an entitlement's version as one bundle of native code.
// Says of each what the tree-walker would; immutable, safe to share.
class CompiledConditions {
 public:
  using Finding = chengzhou::talentcard::v1::Finding;
  using Result = Finding::Result;
  using Results = absl::InlinedVector<Result, 24>;
  using Verdict = cel::bytecode::Verdict;

  // `fixed`: the values of variables, by slot, as long as it is used.
  CompiledConditions(const std::vector<Condition>& conditions,
                     std::map<int, cel::Value> fixed);

  // By condition.
  Results Examine(const cel::Activation& activation) const;

  size_t size() const { return conditions_.size(); }
  const cel::bytecode::Bundle& bundle() const { return *bundle_; }
  // How a condition comes out; `verdict_of(rule)` is what the bundle says.
  template <typename VerdictOf>
  Result ResultOf(size_t condition, const VerdictOf& verdict_of) const {
    const Rules& rules = conditions_[condition];
    if (rules.applies >= 0) {
      const Verdict applies = verdict_of(rules.applies);
      if (applies == Verdict::kFalse) return Finding::NOT_APPLICABLE;
      if (applies != Verdict::kTrue) return Finding::UNKNOWN;
    }
    const Verdict when = verdict_of(rules.when);
    if (when == Verdict::kTrue) return Finding::HELD;
    return when == Verdict::kFalse ? Finding::FAILED : Finding::UNKNOWN;
  }

 private:
  struct Rules {
    int applies = -1;  // -1: always.
    int when = 0;
  };
  std::vector<Rules> conditions_;
  std::unique_ptr<const cel::bytecode::Bundle> bundle_;
};

// Compiles every version of every entitlement, with the parameters of the days
// it is for.
void CompileConditions(Policy& policy);

}  // namespace talentcard::policy

#endif  // TALENTCARD_ENGINE_POLICY_COMPILED_CONDITIONS_H_
