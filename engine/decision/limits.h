#ifndef TALENTCARD_ENGINE_DECISION_LIMITS_H_
#define TALENTCARD_ENGINE_DECISION_LIMITS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "chengzhou/talentcard/v1/conditions.pb.h"
#include "chengzhou/talentcard/v1/decision.pb.h"
#include "engine/cel/value.h"
#include "engine/policy/policy.h"

namespace talentcard::decision {

namespace v1 = chengzhou::talentcard::v1;

inline constexpr int64_t kLongestWindowDays = 36600;

// Whose uses are counted, for what.
struct Counting {
  const std::string& entitlement;
  const std::string& holder;
  const std::string& beneficiary;
  const v1::RequestView& request;
  CivilDate day;
};

// How often the limit has been drawn on. Released uses never count.
int CountUses(const policy::Limit& limit,
              const std::vector<const v1::Use*>& uses, const Counting& counting,
              std::optional<int64_t> within_days);

}  // namespace talentcard::decision

#endif  // TALENTCARD_ENGINE_DECISION_LIMITS_H_
