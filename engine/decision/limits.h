#ifndef TALENTCARD_ENGINE_DECISION_LIMITS_H_
#define TALENTCARD_ENGINE_DECISION_LIMITS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "chengzhou/talentcard/v1/conditions.pb.h"
#include "chengzhou/talentcard/v1/decision.pb.h"
#include "engine/cel/evaluate.h"
#include "engine/date/civil_date.h"
#include "engine/policy/policy.h"

namespace talentcard::decision {

namespace v1 = chengzhou::talentcard::v1;

inline constexpr int64_t kLongestWindowDays = 36600;

// What a number of days in a rule comes to, within 0 and the longest window;
// nullopt if it has no value.
std::optional<int64_t> DaysOf(const policy::Expression& days,
                              const cel::Activation& activation);

// The last day on which a reservation counts and can be confirmed, by the rules
// of the day it was made: so many days after that day, or after the one it is
// planned for if that is later. nullopt if those rules keep it for ever, and
// for what is not, or no longer, a reservation.
std::optional<CivilDate> KeptUntil(const policy::Policy& policy,
                                   const v1::Use& use);
// Whether `use` is a reservation that counts no more on `day`, or one that
// still does.
bool Lapsed(const policy::Policy& policy, const v1::Use& use, CivilDate day);
bool IsKept(const policy::Policy& policy, const v1::Use& use, CivilDate day);

// Whose uses are counted, for what.
struct Counting {
  const policy::Policy& policy;
  const std::string& entitlement;
  const std::string& holder;
  const std::string& beneficiary;
  const v1::RequestView& request;
  CivilDate day;
};

struct Counted {
  int uses = 0;
  int lapsed = 0;  // Reservations that would have counted.
};

// How often the limit has been drawn on. Released uses never count.
Counted CountUses(const policy::Limit& limit,
                  const std::vector<const v1::Use*>& uses,
                  const Counting& counting, std::optional<int64_t> within_days);

}  // namespace talentcard::decision

#endif  // TALENTCARD_ENGINE_DECISION_LIMITS_H_
