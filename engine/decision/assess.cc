#include "engine/decision/assess.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include "engine/decision/next_change.h"
#include "engine/decision/view.h"

namespace talentcard::decision {
namespace {

const policy::Tier* FindTier(const policy::Policy& policy,
                             const std::string& code) {
  for (const policy::Tier& tier : policy.catalogue.tiers) {
    if (tier.code == code) return &tier;
  }
  return nullptr;
}

const policy::Criterion* FindCriterion(const policy::Policy& policy,
                                       const std::string& id) {
  for (const policy::Criterion& criterion : policy.catalogue.criteria) {
    if (criterion.id == id) return &criterion;
  }
  return nullptr;
}

bool HighLevel(const policy::Criterion& criterion, const policy::Tier& tier) {
  return criterion.high_level.value_or(tier.high_level);
}

// Higher rank first; in a tier, the smaller sub-rank, unranked last.
bool Better(const v1::TierView& a, const v1::TierView& b) {
  const auto order = [](int sub_rank) {
    return sub_rank == 0 ? 1000 : sub_rank;
  };
  return a.rank() != b.rank() ? a.rank() > b.rank()
                              : order(a.sub_rank()) < order(b.sub_rank());
}

void FillState(const policy::Policy& policy, Scene& scene, v1::CardView& card) {
  scene[policy::kCard] = cel::Value::Message(card);
  for (const policy::CardStateRow& row : policy.card.states) {
    const cel::Value when = cel::Evaluate(*row.when.program, scene);
    const bool undecided = !when.is_true() && !when.is_false();
    if (when.is_false() || (undecided && row.in_force)) continue;
    card.set_state(row.state);
    card.set_in_force(row.in_force);
    card.set_state_reason(row.reason);
    return;
  }
}

v1::TierView AsTier(const policy::Criterion& criterion,
                    const policy::Tier& tier) {
  v1::TierView view;
  view.set_code(tier.code);
  view.set_rank(tier.rank);
  view.set_high_level(HighLevel(criterion, tier));
  view.set_sub_rank(criterion.sub_rank);
  view.set_route(criterion.route);
  view.set_criterion(criterion.id);
  return view;
}

}  // namespace

TierSeen ViewTier(const policy::Policy& policy, const v1::PersonView& holder,
                  const Scene& scene, CivilDate day) {
  TierSeen seen;
  bool high_level = false;
  std::vector<std::pair<v1::TierView, cel::Value>> undecided;
  for (const v1::Recognition& recognition : holder.recognitions()) {
    const policy::Criterion* criterion =
        FindCriterion(policy, recognition.criterion());
    if (criterion == nullptr || criterion->from > day) continue;
    const policy::Tier* tier = FindTier(policy, criterion->tier);
    const cel::Value met = cel::Evaluate(*criterion->when.program, scene);
    if (met.is_unknown())
      undecided.emplace_back(AsTier(*criterion, *tier), met);
    if (!met.is_true()) continue;
    v1::TierView held = AsTier(*criterion, *tier);
    high_level = high_level || held.high_level();
    if (seen.tier.rank() == 0 || Better(held, seen.tier))
      seen.tier = std::move(held);
  }
  seen.tier.set_high_level(high_level);
  for (const auto& [tier, met] : undecided) {
    const bool matters =
        Better(tier, seen.tier) || (tier.high_level() && !high_level);
    if (matters)
      seen.missing.insert(met.as_unknown().begin(), met.as_unknown().end());
  }
  return seen;
}

v1::CardView ViewBestCard(const policy::Policy& policy, const Holder& holder,
                          Scene& scene, absl::Time instant) {
  v1::CardView best = ViewRecordedCard(nullptr, instant);
  if (holder.cards.empty()) FillState(policy, scene, best);
  // A replaced card has the days of the one in its place.
  using Order = std::tuple<bool, bool, CivilDate, std::string_view>;
  std::optional<Order> best_order;
  for (const v1::Card* card : holder.cards) {
    v1::CardView view = ViewRecordedCard(card, instant);
    FillState(policy, scene, view);
    const Order order = {
        view.in_force(),
        view.recorded_state() != v1::Card::State_Name(v1::Card::REPLACED),
        CivilDate::FromProto(card->valid_from()).value_or(CivilDate()),
        card->name()};
    if (best_order && order <= *best_order) continue;
    best = std::move(view);
    best_order = order;
  }
  scene[policy::kCard] = cel::Value();
  return best;
}

Seen See(const policy::Policy& policy, const Holder& holder,
         absl::Time instant) {
  const CivilDate day = CivilDate::InBeijing(instant);
  Seen seen{.from = day.StartInBeijing(),
            .until = day.EndInBeijing(),
            .person = ViewPerson(*holder.person, day, holder.recognition_open),
            .tier = {},
            .card = {}};
  for (const v1::Card* card : holder.cards) {
    for (const v1::CardEvent& event : card->events()) {
      const absl::Time effective = ToTime(event.effective_time());
      absl::Time& edge = effective <= instant ? seen.from : seen.until;
      edge = effective <= instant ? std::max(edge, effective)
                                  : std::min(edge, effective);
    }
  }
  Scene scene(policy, day);
  scene[policy::kHolder] = cel::Value::Message(seen.person);
  seen.tier = ViewTier(policy, seen.person, scene, day);
  seen.card = ViewBestCard(policy, holder, scene, instant);
  return seen;
}

absl::StatusOr<v1::AssessTierResponse> AssessTier(const policy::Policy& policy,
                                                  const v1::Person& person,
                                                  absl::Time valid_time) {
  const CivilDate day = CivilDate::InBeijing(valid_time);
  const v1::PersonView view =
      ViewPerson(person, day, /*recognition_open=*/false);
  Scene scene(policy, day);
  scene[policy::kHolder] = cel::Value::Message(view);
  const v1::TierView tier = ViewTier(policy, view, scene, day).tier;

  v1::AssessTierResponse response;
  response.set_policy_digest(policy.digest);
  response.set_rank(tier.rank());
  response.set_tier(tier.code());
  response.set_high_level(tier.high_level());
  if (const policy::Tier* found = FindTier(policy, tier.code())) {
    response.mutable_tier_name()->set_zh(found->name.zh);
    response.mutable_tier_name()->set_en(found->name.en);
  }
  std::set<std::string> recognised;
  for (const v1::Recognition& recognition : view.recognitions())
    recognised.insert(recognition.criterion());
  for (const policy::Criterion& criterion : policy.catalogue.criteria) {
    if (criterion.from > day) continue;
    const cel::Value met = cel::Evaluate(*criterion.when.program, scene);
    v1::CriterionFinding& finding = *response.add_criteria();
    finding.set_criterion(criterion.id);
    finding.set_tier(criterion.tier);
    finding.set_route(criterion.route);
    finding.set_clause(criterion.clause);
    finding.mutable_name()->set_zh(criterion.name.zh);
    finding.mutable_name()->set_en(criterion.name.en);
    finding.set_met(met.is_true());
    finding.set_recognised(recognised.contains(criterion.id));
    if (met.is_unknown()) {
      for (const std::string& attribute : met.as_unknown())
        finding.add_missing(attribute);
    }
    for (const std::string& kind : criterion.evidence)
      finding.add_evidence(kind);
  }
  if (const auto next = NextTierChange(policy, person, day, tier)) {
    *response.mutable_next_change_date() = next->ToProto();
  }
  return response;
}

absl::StatusOr<v1::CardView> ViewCard(const policy::Policy& policy,
                                      const Holder& holder,
                                      absl::Time valid_time) {
  return See(policy, holder, valid_time).card;
}

}  // namespace talentcard::decision
