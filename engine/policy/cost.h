#ifndef TALENTCARD_ENGINE_POLICY_COST_H_
#define TALENTCARD_ENGINE_POLICY_COST_H_

#include <cstdint>

#include "engine/cel/program.h"

namespace talentcard::policy {

// The most steps an evaluation takes if no list of facts is longer than 64:
// what a rule is refused by when it loads, rather than failing at a desk.
int64_t MostSteps(const cel::Program& program);

}  // namespace talentcard::policy

#endif  // TALENTCARD_ENGINE_POLICY_COST_H_
