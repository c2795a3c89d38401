#include "engine/decision/limits.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
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

int CountUses(const policy::Limit& limit,
              const std::vector<const v1::Use*>& uses, const Counting& counting,
              std::optional<int64_t> within_days) {
  int count = 0;
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
    count += same;
  }
  return count;
}

}  // namespace talentcard::decision
