#include "engine/decision/outcome.h"

namespace talentcard::decision {

using policy::Consequence;

v1::Outcome OutcomeOf(std::span<const Standing> standings) {
  bool unknown = false, denied = false, manual = false, conditional = false;
  for (const auto& [result, consequence] : standings) {
    unknown |= result == v1::Finding::UNKNOWN;
    if (result != v1::Finding::FAILED) continue;
    denied |= consequence == Consequence::kDeny;
    manual |= consequence == Consequence::kManual;
    conditional |= consequence == Consequence::kCondition;
  }
  return denied        ? v1::DENY
         : unknown     ? v1::NEEDS_FACTS
         : manual      ? v1::MANUAL
         : conditional ? v1::ALLOW_WITH_CONDITIONS
                       : v1::ALLOW;
}

bool Decides(v1::Outcome outcome, const Standing& standing) {
  if (outcome == v1::NEEDS_FACTS)
    return standing.result == v1::Finding::UNKNOWN;
  return standing.result == v1::Finding::FAILED &&
         (outcome != v1::DENY || standing.consequence == Consequence::kDeny);
}

int Kindness(v1::Outcome outcome) {
  switch (outcome) {
    case v1::ALLOW:
      return 5;
    case v1::ALLOW_WITH_CONDITIONS:
      return 4;
    case v1::MANUAL:
      return 3;
    case v1::NEEDS_FACTS:
      return 2;
    default:
      return 1;
  }
}

}  // namespace talentcard::decision
