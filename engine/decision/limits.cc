#include "engine/decision/limits.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/decision/scene.h"
#include "engine/decision/view.h"

namespace talentcard::decision {
namespace {

std::string NumberText(int number) {
  return number == 0 ? "" : absl::StrCat(number);
}

// A request's attribute by name; empty if it has none.
std::string Attribute(const v1::RequestView& request, const std::string& name) {
  if (name == "hospital") return request.hospital();
  if (name == "specialty") return request.specialty();
  if (name == "school") return request.school();
  if (name == "stage") return request.stage();
  if (name == "season") return NumberText(request.season());
  if (name == "grade") return NumberText(request.grade());
  const auto it = request.attributes().find(name);
  return it == request.attributes().end() ? "" : it->second;
}

bool Matches(const v1::Use& use, const std::string& per,
             const Counting& counting) {
  if (per == "holder") return use.holder() == counting.holder;
  if (per == "beneficiary") return use.beneficiary() == counting.beneficiary;
  const auto it = use.attributes().find(per);
  return (it == use.attributes().end() ? "" : it->second) ==
         Attribute(counting.request, per);
}

}  // namespace

std::optional<int64_t> DaysOf(const policy::Expression& days,
                              const cel::Activation& activation) {
  const cel::Value value = cel::Evaluate(*days.program, activation);
  if (value.kind() != cel::Value::Kind::kInt) return std::nullopt;
  return std::clamp<int64_t>(value.as_int(), 0, kLongestWindowDays);
}

std::optional<CivilDate> KeptUntil(const policy::Policy& policy,
                                   const v1::Use& use) {
  if (use.state() != v1::Use::RESERVED) return std::nullopt;
  const auto entitlement = policy.entitlements.find(use.entitlement());
  if (entitlement == policy.entitlements.end()) return std::nullopt;
  const CivilDate made = CivilDate::InBeijing(ToTime(use.reserve_time()));
  const policy::EntitlementVersion* version =
      policy::InForce(entitlement->second.versions, made);
  if (version == nullptr || !version->reserved_days) return std::nullopt;
  const std::optional<int64_t> days =
      DaysOf(*version->reserved_days, Scene(policy, made));
  if (!days) return std::nullopt;
  const CivilDate planned =
      use.has_planned_time() ? CivilDate::InBeijing(ToTime(use.planned_time()))
                             : made;
  return std::max(made, planned).AddDays(*days);
}

bool Lapsed(const policy::Policy& policy, const v1::Use& use, CivilDate day) {
  const std::optional<CivilDate> until = KeptUntil(policy, use);
  return until && *until < day;
}

bool IsKept(const policy::Policy& policy, const v1::Use& use, CivilDate day) {
  return use.state() == v1::Use::RESERVED && !Lapsed(policy, use, day);
}

Counted CountUses(const policy::Limit& limit,
                  const std::vector<const v1::Use*>& uses,
                  const Counting& counting,
                  std::optional<int64_t> within_days) {
  Counted counted;
  for (const v1::Use* use : uses) {
    const bool named = limit.of.empty()
                           ? use->entitlement() == counting.entitlement
                           : std::find(limit.of.begin(), limit.of.end(),
                                       use->entitlement()) != limit.of.end();
    const bool live = use->state() == v1::Use::RESERVED ||
                      (use->state() == v1::Use::CONFIRMED &&
                       limit.count == policy::Limit::Count::kUsed);
    if (!named || !live) continue;
    const CivilDate used = CivilDate::InBeijing(ToTime(use->reserve_time()));
    if (used > counting.day ||
        (within_days && used.AddDays(*within_days) <= counting.day))
      continue;
    const bool same = std::all_of(
        limit.per.begin(), limit.per.end(),
        [&](const std::string& per) { return Matches(*use, per, counting); });
    if (!same) continue;
    ++(Lapsed(counting.policy, *use, counting.day) ? counted.lapsed
                                                   : counted.uses);
  }
  return counted;
}

}  // namespace talentcard::decision
