#include "engine/decision/next_change.h"

#include <algorithm>
#include <vector>

#include "engine/decision/assess.h"
#include "engine/decision/limits.h"
#include "engine/decision/view.h"
#include "engine/policy/environment.h"

namespace talentcard::decision {
namespace {

// Rules count days since an event (an employment ended, support began, somebody
// died) and years since a birth; up to these many are looked at.
constexpr int kMostDaysCounted = 400;
constexpr int kMostYearsCounted = 100;

class Collector {
 public:
  explicit Collector(absl::Time after) : after_(after) {}

  void Add(absl::Time instant) {
    if (instant > after_ && instant < end_) instants_.insert(instant);
  }
  // A rule may compare with `<` or with `<=`, so the day after counts too.
  void AddDay(CivilDate day) {
    Add(day.StartInBeijing());
    Add(day.EndInBeijing());
  }
  void AddDate(const google::type::Date& date) {
    if (const auto day = CivilDate::FromProto(date); day.ok()) AddDay(*day);
  }
  template <typename Dated>
  void AddRange(const Dated& dated) {
    AddDate(dated.valid_from());
    AddDate(dated.valid_to());
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
      const auto from = CivilDate::FromProto(fact.valid_from());
      const auto to = CivilDate::FromProto(fact.valid_to());
      if (fact.has_employment()) {
        AddDate(fact.employment().contract_end());
        if (to.ok()) AddCountFrom(*to);
      }
      if (fact.has_life_event() && from.ok()) AddCountFrom(*from);
      if (fact.has_insurance_month()) {
        const auto& month = fact.insurance_month();
        if (const auto first =
                CivilDate::FromYmd(month.year(), month.month(), 1);
            first.ok())
          AddDay(*first);
      }
    }
    for (const v1::Relation& relation : person.relations()) {
      AddRange(relation);
      const auto since = CivilDate::FromProto(relation.supported_since());
      if (since.ok()) AddCountFrom(*since);
    }
    for (const v1::Consent& consent : person.consents()) AddRange(consent);
    for (const v1::IdentityDocument& document : person.documents())
      AddRange(document);
    const auto birth = CivilDate::FromProto(person.birth_date());
    if (!birth.ok()) return;
    for (int years = 1; years <= kMostYearsCounted; ++years)
      AddDay(birth->AddYears(years));
  }

  void AddCard(const v1::Card& card) {
    AddDate(card.valid_from());
    AddDate(card.valid_until());
    for (const v1::CardEvent& event : card.events()) {
      Add(ToTime(event.effective_time()));
      AddDate(event.valid_until());
    }
  }

  void AddCatalogue(const policy::Policy& policy) {
    for (const auto& values : policy.parameter_values) {
      AddDay(values.from);
      for (const cel::Value& value : values.value) {
        if (value.kind() == cel::Value::Kind::kDate) AddDay(value.as_date());
      }
    }
    for (const policy::Criterion& criterion : policy.catalogue.criteria) {
      AddDay(criterion.from);
      AddExpression(criterion.when);
    }
    for (const policy::CardStateRow& row : policy.card.states)
      AddExpression(row.when);
  }

  void AddRules(const policy::Policy& policy,
                const policy::Entitlement& entitlement,
                const std::vector<const v1::Use*>& uses) {
    for (const auto& version : entitlement.versions) {
      AddDay(version.from);
      for (const policy::Condition& condition : version.value.conditions) {
        if (condition.applies) AddExpression(*condition.applies);
        AddExpression(condition.when);
      }
      for (const policy::Limit& limit : version.value.limits)
        AddLimit(policy, limit, uses);
    }
  }

  std::set<absl::Time> Take() { return std::move(instants_); }

 private:
  // Dates written in a rule.
  void AddExpression(const policy::Expression& expression) {
    for (const cel::Node& node : expression.program->nodes()) {
      if (node.constant.kind() == cel::Value::Kind::kDate)
        AddDay(node.constant.as_date());
    }
  }

  // The day a use begins to count, the one it leaves the window, and the end of
  // the last on which a reservation is kept.
  void AddLimit(const policy::Policy& policy, const policy::Limit& limit,
                const std::vector<const v1::Use*>& uses) {
    std::set<int64_t> windows;
    for (const auto& values : policy.parameter_values) {
      if (!limit.within_days) break;
      const auto days = DaysOf(*limit.within_days, Scene(policy, values.from));
      if (days) windows.insert(*days);
    }
    for (const v1::Use* use : uses) {
      const CivilDate used = CivilDate::InBeijing(ToTime(use->reserve_time()));
      AddDay(used);
      for (const int64_t days : windows) AddDay(used.AddDays(days));
      if (const auto until = KeptUntil(policy, *use))
        Add(until->EndInBeijing());
    }
  }

  const absl::Time after_;
  // Years have four digits; an open end is often written 9999-12-31.
  const absl::Time end_ = CivilDate::FromYmd(9999, 12, 31)->StartInBeijing();
  std::set<absl::Time> instants_;
};

}  // namespace

std::set<absl::Time> Boundaries(const policy::Policy& policy,
                                const policy::Entitlement& entitlement,
                                const Subject& subject,
                                const Question& question) {
  Collector collector(question.valid_time);
  collector.AddCatalogue(policy);
  collector.AddRules(policy, entitlement, subject.uses);
  collector.AddPerson(*subject.beneficiary);
  for (const Holder& holder : subject.holders) {
    if (holder.person != subject.beneficiary)
      collector.AddPerson(*holder.person);
    for (const v1::Card* card : holder.cards) collector.AddCard(*card);
  }
  // The day after the acceptance is the first on which an application is
  // pinned.
  collector.AddDate(question.request.acceptance_date());
  return collector.Take();
}

std::optional<absl::Time> FirstChange(
    const std::set<absl::Time>& instants,
    const std::function<bool(absl::Time)>& same) {
  for (absl::Time instant : instants) {
    if (!same(instant)) return instant;
  }
  return std::nullopt;
}

std::optional<CivilDate> NextTierChange(const policy::Policy& policy,
                                        const v1::Person& person, CivilDate day,
                                        const v1::TierView& tier) {
  Collector collector(day.EndInBeijing() - absl::Nanoseconds(1));
  collector.AddCatalogue(policy);
  collector.AddPerson(person);
  const auto change = FirstChange(collector.Take(), [&](absl::Time instant) {
    const CivilDate then = CivilDate::InBeijing(instant);
    const v1::PersonView view = ViewPerson(person, then, false);
    Scene scene(policy, then);
    scene[policy::kHolder] = cel::Value::Message(view);
    const v1::TierView later = ViewTier(policy, view, scene, then).tier;
    return later.code() == tier.code() &&
           later.high_level() == tier.high_level();
  });
  if (!change) return std::nullopt;
  return CivilDate::InBeijing(*change);
}

}  // namespace talentcard::decision
