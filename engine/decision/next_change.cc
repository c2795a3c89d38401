#include "engine/decision/next_change.h"

#include <map>

#include "engine/decision/assess.h"
#include "engine/decision/view.h"
#include "engine/policy/environment.h"

namespace talentcard::decision {
namespace {

// Rules count days since an event (an employment ended, support began, somebody
// died, a use was made) and years since a birth; up to these many are looked at.
constexpr int kMostDaysCounted = 400;
constexpr int kMostYearsCounted = 30;

class Collector {
 public:
  explicit Collector(absl::Time after) : after_(after) {}

  void Add(absl::Time instant) {
    if (instant > after_) instants_.insert(instant);
  }
  void AddDay(CivilDate day) { Add(day.StartInBeijing()); }
  // The first day of a validity, and the one after its last.
  template <typename Dated>
  void AddRange(const Dated& dated) {
    if (const auto from = CivilDate::FromProto(dated.valid_from()); from.ok()) AddDay(*from);
    AddAfter(dated);
  }
  template <typename Dated>
  void AddAfter(const Dated& dated) {
    if (!dated.has_valid_to()) return;
    if (const auto to = CivilDate::FromProto(dated.valid_to()); to.ok()) AddDay(to->AddDays(1));
  }
  void AddCountFrom(CivilDate day) {
    const CivilDate first = std::max(day, CivilDate::InBeijing(after_));
    for (int i = 0; i <= kMostDaysCounted; ++i) {
      if (day.DaysUntil(first.AddDays(i)) > kMostDaysCounted) break;
      AddDay(first.AddDays(i));
    }
  }

  void AddPerson(const v1::Person& person) {
    for (const v1::Fact& fact : person.facts()) {
      AddRange(fact);
      const auto to = CivilDate::FromProto(fact.valid_to());
      if (fact.has_employment() && fact.has_valid_to() && to.ok()) AddCountFrom(*to);
      const auto from = CivilDate::FromProto(fact.valid_from());
      if (fact.has_life_event() && from.ok()) AddCountFrom(*from);
    }
    for (const v1::Relation& relation : person.relations()) {
      AddRange(relation);
      const auto since = CivilDate::FromProto(relation.supported_since());
      if (relation.has_supported_since() && since.ok()) AddCountFrom(*since);
    }
    for (const v1::Consent& consent : person.consents()) AddRange(consent);
    for (const v1::IdentityDocument& document : person.documents()) AddAfter(document);
    const auto birth = CivilDate::FromProto(person.birth_date());
    if (!birth.ok()) return;
    for (int years = 1; years <= kMostYearsCounted; ++years) AddDay(birth->AddYears(years));
  }

  void AddCard(const v1::Card& card) {
    if (const auto from = CivilDate::FromProto(card.valid_from()); from.ok()) AddDay(*from);
    if (const auto until = CivilDate::FromProto(card.valid_until()); until.ok()) AddDay(until->AddDays(1));
    for (const v1::CardEvent& event : card.events()) {
      Add(ToTime(event.effective_time()));
      if (const auto until = CivilDate::FromProto(event.valid_until()); until.ok()) AddDay(until->AddDays(1));
    }
  }

  void AddPolicy(const policy::Policy& policy) {
    for (const auto& [code, parameter] : policy.parameters) {
      for (const auto& version : parameter.versions) AddDay(version.from);
    }
    for (const auto& [code, entitlement] : policy.entitlements) {
      for (const auto& version : entitlement.versions) AddDay(version.from);
    }
    for (const policy::Criterion& criterion : policy.catalogue.criteria) AddDay(criterion.from);
  }

  std::set<absl::Time> Take() { return std::move(instants_); }

 private:
  const absl::Time after_;
  std::set<absl::Time> instants_;
};

}  // namespace

std::set<absl::Time> Boundaries(const policy::Policy& policy, const Subject& subject, absl::Time after) {
  Collector collector(after);
  collector.AddPolicy(policy);
  collector.AddPerson(*subject.beneficiary);
  for (const Holder& holder : subject.holders) {
    collector.AddPerson(*holder.person);
    for (const v1::Card* card : holder.cards) collector.AddCard(*card);
  }
  for (const v1::Use* use : subject.uses) {
    collector.AddCountFrom(CivilDate::InBeijing(ToTime(use->reserve_time())));
  }
  return collector.Take();
}

std::optional<absl::Time> FirstChange(const std::set<absl::Time>& instants,
                                      const std::function<bool(absl::Time)>& same) {
  for (absl::Time instant : instants) {
    if (!same(instant)) return instant;
  }
  return std::nullopt;
}

std::optional<CivilDate> NextTierChange(const policy::Policy& policy, const v1::Person& person, CivilDate day,
                                        const v1::TierView& tier) {
  Subject subject;
  subject.beneficiary = &person;
  const auto change = FirstChange(Boundaries(policy, subject, day.EndInBeijing() - absl::Nanoseconds(1)), [&](absl::Time instant) {
    const CivilDate then = CivilDate::InBeijing(instant);
    const v1::PersonView view = ViewPerson(person, then, false);
    std::vector<cel::Value> variables = Variables(policy, then);
    variables[policy::kHolder] = cel::Value::Message(view);
    const v1::TierView later = ViewTier(policy, view, variables, then);
    return later.code() == tier.code() && later.high_level() == tier.high_level();
  });
  if (!change) return std::nullopt;
  return CivilDate::InBeijing(*change);
}

}  // namespace talentcard::decision
