#include "engine/decision/decide.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <set>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "absl/strings/str_cat.h"
#include "engine/decision/assess.h"
#include "engine/decision/consents.h"
#include "engine/decision/findings.h"
#include "engine/decision/next_change.h"
#include "engine/decision/outcome.h"
#include "engine/decision/reasons.h"
#include "engine/decision/view.h"
#include "engine/policy/compiled_conditions.h"
#include "engine/policy/environment.h"

namespace talentcard::decision {
namespace {

// One way to the answer: a holder, seen at an instant, under one version of the
// rule.
struct Attempt {
  v1::Decision decision;
  bool has_card = false;
  int failed = 0;  // How far from allowed.
  int rank = 0;
};

// Orders attempts by everything but who the holder is: kindest last; of equal
// ones, on a card rather than on none, failing least, by the higher tier,
// granting more.
using Order = std::tuple<int, bool, int, int, int, CivilDate>;
Order OrderOf(const Attempt& attempt) {
  const v1::Grant& grant = attempt.decision.grant();
  return {Kindness(attempt.decision.outcome()),
          attempt.has_card,
          -attempt.failed,
          attempt.rank,
          grant.has_remaining() ? grant.remaining()
                                : std::numeric_limits<int>::max(),
          CivilDate::FromProto(grant.valid_until()).value_or(CivilDate())};
}

// Last by the holder's name, so that the order in which holders come never
// shows.
bool Kinder(const Attempt& a, const Attempt& b) {
  const Order order_a = OrderOf(a);
  const Order order_b = OrderOf(b);
  return order_a != order_b ? order_a > order_b
                            : a.decision.holder() < b.decision.holder();
}

class Decider {
 public:
  Decider(const policy::Policy& policy, const policy::Entitlement& entitlement,
          const Subject& subject, const Question& question)
      : policy_(policy),
        entitlement_(entitlement),
        subject_(subject),
        question_(question) {}

  // The kindest answer at an instant.
  Attempt Best(absl::Time instant, bool explain) const {
    const Moment now = MomentAt(instant);
    std::optional<Attempt> best;
    for (const Holder& holder : subject_.holders) {
      Attempt attempt = ForHolder(holder, now, explain);
      if (!best || Kinder(attempt, *best)) best = std::move(attempt);
    }
    return best ? *std::move(best) : Refusal(kCardNotFound);
  }

 private:
  // What is the same for every holder at an instant.
  struct Moment {
    absl::Time instant;
    CivilDate day;
    const policy::EntitlementVersion* version;  // Null if none is in force.
    const Seen* seen;  // The beneficiary, or null and then `viewed`.
    std::optional<v1::PersonView> viewed;

    const v1::PersonView& beneficiary() const {
      return seen != nullptr ? seen->person : *viewed;
    }
  };

  Moment MomentAt(absl::Time instant) const {
    const CivilDate day = CivilDate::InBeijing(instant);
    Moment moment{instant, day, policy::InForce(entitlement_.versions, day),
                  subject_.beneficiary_seen, std::nullopt};
    const bool covered = moment.seen != nullptr &&
                         moment.seen->Covers(instant) &&
                         !moment.seen->person.recognition_open();
    if (!covered) {
      moment.seen = nullptr;
      moment.viewed = ViewPerson(*subject_.beneficiary, day,
                                 /*recognition_open=*/false);
    }
    return moment;
  }

  static Attempt Refusal(const char* reason) {
    Attempt attempt;
    attempt.decision.set_outcome(v1::DENY);
    attempt.decision.add_reasons(reason);
    attempt.failed = 1;
    return attempt;
  }

  // An accepted application is decided as of its acceptance, unless it is
  // kinder decided now; a revocation since then still counts (P05, P28).
  Attempt ForHolder(const Holder& holder, const Moment& now,
                    bool explain) const {
    Attempt present = Try(holder, now, now.day, explain);
    const auto accepted =
        CivilDate::FromProto(question_.request.acceptance_date());
    const bool pinned = entitlement_.pinned_to_acceptance && accepted.ok() &&
                        *accepted < now.day;
    if (!pinned) return present;
    const Moment then = MomentAt(accepted->EndInBeijing() - absl::Seconds(1));
    if (RevokedBetween(holder, then.instant, now.instant)) return present;
    Attempt before = Try(holder, then, now.day, explain);
    if (OrderOf(before) <= OrderOf(present)) return present;
    if (then.version != now.version) NotePinned(before.decision);
    return before;
  }

  static void NotePinned(v1::Decision& decision) {
    if (decision.outcome() == v1::ALLOW) decision.clear_reasons();
    decision.add_reasons(kPolicyChangedPinned);
  }

  static bool RevokedBetween(const Holder& holder, absl::Time then,
                             absl::Time now) {
    const auto revoked = [](const v1::Card* card, absl::Time instant) {
      return ViewRecordedCard(card, instant).recorded_state() ==
             v1::Card::State_Name(v1::Card::REVOKED);
    };
    return std::any_of(holder.cards.begin(), holder.cards.end(),
                       [&](const v1::Card* card) {
                         return revoked(card, now) && !revoked(card, then);
                       });
  }

  // With facts and rules of one moment. Uses are those of the day `counted_on`:
  // what was used since an application was accepted counts against it. Consents
  // are never those of a day before the facts were known: whatever day is asked
  // about, nothing is told on one that has ended, or for which the child has
  // grown too old, since.
  Attempt Try(const Holder& holder, const Moment& moment, CivilDate counted_on,
              bool explain) const {
    std::optional<Seen> own;
    if (holder.seen == nullptr || !holder.seen->Covers(moment.instant))
      own = See(policy_, holder, moment.instant);
    const Seen& seen = own ? *own : *holder.seen;
    const bool self = holder.person->name() == subject_.beneficiary->name();
    Relationship relationship =
        ViewRelation(*holder.person, *subject_.beneficiary, moment.day);
    AddConsents(
        policy_, *holder.person, *subject_.beneficiary,
        std::max(counted_on, CivilDate::InBeijing(question_.known_time)),
        relationship.link);
    Scene scene(policy_, moment.day);
    scene.Put(seen, self ? seen.person : moment.beneficiary(), relationship);
    scene[policy::kRequest] = cel::Value::Message(question_.request);
    const TierSeen& tier = seen.tier;

    const Counting counting{policy_,
                            entitlement_.code,
                            holder.person->name(),
                            subject_.beneficiary->name(),
                            question_.request,
                            counted_on};
    Attempt attempt = Conclude(moment, scene, counting, explain);
    if (!tier.missing.empty() && Kindness(attempt.decision.outcome()) <
                                     Kindness(v1::ALLOW_WITH_CONDITIONS)) {
      // The tier that is sure does not suffice, and there may be a better one.
      scene[policy::kTier] = cel::Value::Unknown(tier.missing);
      attempt = Conclude(moment, scene, counting, explain);
    }
    attempt.rank = tier.tier.rank();
    attempt.has_card = !holder.cards.empty();
    v1::Decision& decision = attempt.decision;
    decision.set_holder(holder.person->name());
    decision.set_relation(relationship.relation);
    decision.set_relation_code(relationship.link.code());
    decision.set_tier(tier.tier.code());
    return attempt;
  }

  Attempt Conclude(const Moment& moment, const Scene& scene,
                   const Counting& counting, bool explain) const {
    const policy::EntitlementVersion* version = moment.version;
    if (version == nullptr) return Refusal(kPolicyNotInForce);
    Attempt attempt;
    v1::Decision& decision = attempt.decision;
    Standings standings;
    const auto add = [&](v1::Finding& finding, policy::Consequence its) {
      if (!explain && Stands(finding.result())) return;
      attempt.failed += !Stands(finding.result());
      standings.push_back({finding.result(), its});
      *decision.add_findings() = std::move(finding);
    };
    int remaining = std::numeric_limits<int>::max();
    // Whoever asks for no explanation needs words only for what did not hold.
    policy::CompiledConditions::Results results;
    if (!explain) {
      const auto* compiled = policy::InForce(version->compiled, moment.day);
      results = (*compiled)->Examine(scene);
    }
    for (size_t i = 0; i < version->conditions.size(); ++i) {
      if (!explain && Stands(results[i])) continue;
      const policy::Condition& condition = version->conditions[i];
      v1::Finding finding = Examine(condition, scene, explain);
      add(finding, condition.consequence);
    }
    for (const policy::Limit& limit : version->limits) {
      v1::Finding finding =
          Examine(limit, scene, subject_.uses, counting, explain, remaining);
      add(finding, limit.consequence);
    }
    decision.set_outcome(OutcomeOf(
        std::span<const Standing>(standings.data(), standings.size())));
    AddReasons(standings, decision);
    if (Kindness(decision.outcome()) >= Kindness(v1::ALLOW_WITH_CONDITIONS)) {
      Grant(version->grant, scene, remaining, *decision.mutable_grant());
    }
    return attempt;
  }

  // Of the findings, in their order.
  using Standings = absl::InlinedVector<Standing, 16>;

  // The reasons of what decided, in rule order, each once.
  static void AddReasons(const Standings& standings, v1::Decision& decision) {
    std::set<std::string_view> seen, needed;
    for (int i = 0; i < decision.findings_size(); ++i) {
      const v1::Finding& finding = decision.findings(i);
      for (const std::string& missing : finding.missing()) {
        if (needed.insert(missing).second) decision.add_missing(missing);
      }
      if (Decides(decision.outcome(), standings[i]) &&
          seen.insert(finding.reason()).second)
        decision.add_reasons(finding.reason());
    }
    if (decision.reasons().empty()) decision.add_reasons(kOk);
  }

  static void Grant(const policy::GrantRule& rule, const Scene& scene,
                    int remaining, v1::Grant& grant) {
    const cel::Activation activation = scene;
    const auto text = [&](const std::optional<policy::Expression>& expression) {
      if (!expression) return std::string();
      const cel::Value value = cel::Evaluate(*expression->program, activation);
      return value.kind() == cel::Value::Kind::kString
                 ? std::string(value.as_string())
                 : std::string();
    };
    grant.set_level(text(rule.level));
    grant.set_track(text(rule.track));
    grant.set_owner(text(rule.owner));
    if (rule.valid_until) {
      const cel::Value until =
          cel::Evaluate(*rule.valid_until->program, activation);
      if (until.kind() == cel::Value::Kind::kDate)
        *grant.mutable_valid_until() = until.as_date().ToProto();
    }
    if (remaining != std::numeric_limits<int>::max())
      grant.set_remaining(remaining);
  }

  const policy::Policy& policy_;
  const policy::Entitlement& entitlement_;
  const Subject& subject_;
  const Question& question_;
};

bool SameAnswer(const v1::Decision& a, const v1::Decision& b) {
  return a.outcome() == b.outcome() && a.grant().level() == b.grant().level() &&
         std::equal(a.reasons().begin(), a.reasons().end(), b.reasons().begin(),
                    b.reasons().end());
}

}  // namespace

absl::StatusOr<v1::Decision> Decide(const policy::Policy& policy,
                                    const Subject& subject,
                                    const Question& question) {
  const auto entitlement = policy.entitlements.find(question.entitlement);
  if (entitlement == policy.entitlements.end()) {
    return absl::NotFoundError(absl::StrCat("the policy has no entitlement `",
                                            question.entitlement, "`"));
  }
  if (subject.beneficiary == nullptr)
    return absl::InvalidArgumentError("a question needs a beneficiary");
  const Decider decider(policy, entitlement->second, subject, question);
  v1::Decision decision =
      decider.Best(question.valid_time, question.explain).decision;
  decision.set_entitlement(question.entitlement);
  decision.set_beneficiary(subject.beneficiary->name());
  decision.set_policy_digest(policy.digest);
  *decision.mutable_valid_time() = ToTimestamp(question.valid_time);
  *decision.mutable_known_time() = ToTimestamp(question.known_time);
  if (!question.explain) return decision;
  if (const auto* reason =
          ReasonFor(policy, decision.reasons(0), question.request.asker())) {
    decision.mutable_explanation()->set_zh(reason->meaning.zh);
    decision.mutable_explanation()->set_en(reason->meaning.en);
  }
  const auto change = FirstChange(
      Boundaries(policy, entitlement->second, subject, question),
      [&](absl::Time instant) {
        return SameAnswer(decider.Best(instant, /*explain=*/false).decision,
                          decision);
      });
  if (change) *decision.mutable_next_change_time() = ToTimestamp(*change);
  return decision;
}

}  // namespace talentcard::decision
