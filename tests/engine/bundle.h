#ifndef TALENTCARD_TESTS_ENGINE_BUNDLE_H_
#define TALENTCARD_TESTS_ENGINE_BUNDLE_H_

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <string>

#include "engine/policy/load.h"

// A small rule bundle of the tests' own, so that no test of the engine depends
// on what the rules of Haicheng say.
namespace talentcard::testing_bundle {

using Files = std::map<std::string, std::string>;

inline constexpr char kPolicy[] = R"yaml(
name: {zh: 试验规则, en: Test rules}
issuer: test
)yaml";

inline constexpr char kCalendar[] = R"yaml(
clause: test
holidays: [2025-05-01, 2025-05-02]
made_up_days: [2025-04-27]
)yaml";

inline constexpr char kReasons[] = R"yaml(
reasons:
  - {code: OK, meaning: {zh: 符合, en: Entitled.}, next_step: {zh: 办理, en: Go ahead.}}
  - {code: NOT_ON_LIST, meaning: {zh: 名单已更新, en: Not on the list.}, next_step: {zh: 询问, en: Ask.}}
  - {code: POLICY_NOT_IN_FORCE, meaning: {zh: 未施行, en: Not in force.}, next_step: {zh: 等待, en: Wait.}}
  - {code: POLICY_CHANGED_PINNED, meaning: {zh: 按受理时规则, en: By the rules of the acceptance.}, next_step: {zh: 办理, en: Go ahead.}}
  - {code: MANUAL_REVIEW, meaning: {zh: 人工审核, en: A person decides.}, next_step: {zh: 等待, en: Wait.}}
  - {code: CARD_NOT_FOUND, meaning: {zh: 无卡, en: No card.}, next_step: {zh: 申报, en: Apply.}}
  - {code: CARD_EXPIRED, meaning: {zh: 已过期, en: Expired.}, next_step: {zh: 续期, en: Renew.}}
  - {code: CARD_EARLY, meaning: {zh: 未生效, en: Not yet valid.}, next_step: {zh: 等待, en: Wait.}}
  - {code: CARD_ENDED, meaning: {zh: 已注销, en: Ended.}, next_step: {zh: 申报, en: Apply.}}
  - {code: NO_EMPLOYER, meaning: {zh: 无单位, en: No employer.}, next_step: {zh: 补交, en: Show the contract.}}
  - {code: NO_TIER, meaning: {zh: 无类别, en: No tier.}, next_step: {zh: 申报, en: Apply.}}
  - {code: NOT_HIGH, meaning: {zh: 非高层次, en: Not high-level.}, next_step: {zh: 申报, en: Apply.}}
  - {code: REL_NOT_COVERED, meaning: {zh: 亲属不在范围, en: Not covered.}, next_step: {zh: 询问, en: Ask.}}
  - code: REL_ENDED
    meaning: {zh: 亲属关系已终止, en: The relation has ended.}
    next_step: {zh: 更新名单, en: Update the list.}
    shown_to: [clerk]
    shown_as: NOT_ON_LIST
  - {code: REL_UNPROVEN, meaning: {zh: 亲属未证明, en: Not proven.}, next_step: {zh: 补交, en: Show it.}}
  - {code: UNAUTHENTICATED, meaning: {zh: 未认证, en: Not authenticated.}, next_step: {zh: 认证, en: Authenticate.}}
  - {code: TOO_OLD, meaning: {zh: 超龄, en: Too old.}, next_step: {zh: 无, en: None.}}
  - {code: DUPLICATE_OPEN, meaning: {zh: 重复预约, en: Booked already.}, next_step: {zh: 取消, en: Cancel.}}
  - {code: LIMIT_REACHED, meaning: {zh: 已用完, en: Used up.}, next_step: {zh: 等待, en: Wait.}}
)yaml";

inline constexpr char kEvidence[] = R"yaml(
evidence:
  - {kind: certificate, name: {zh: 证书, en: Certificate}, verified_at: test}
)yaml";

inline constexpr char kTiers[] = R"yaml(
tiers:
  - {code: GOLD, name: {zh: 金, en: Gold}, rank: 3, high_level: true, term_years: 3, clause: test}
  - {code: SILVER, name: {zh: 银, en: Silver}, rank: 1, high_level: false, term_years: 3, clause: test}
series:
  - {code: PERSON, name: {zh: 个人, en: Person}, clause: test}
routes:
  - {code: R_ANY, name: {zh: 任意, en: Any}, clause: test}
  - {code: R_OTHER, name: {zh: 其他, en: Other}, clause: test}
criteria:
  - {id: gold-title, name: {zh: 正高, en: Senior title}, tier: GOLD, route: R_ANY, when: "holder.titles.exists(t, t.level == 'SENIOR')", evidence: [certificate], clause: test, from: 2020-01-01, sub_rank: 2}
  - {id: gold-plan, name: {zh: 计划, en: Plan}, tier: GOLD, route: R_ANY, when: holder.programmes.size() > 0, evidence: [certificate], clause: test, from: 2020-01-01, sub_rank: 1}
  - {id: gold-young, name: {zh: 青年, en: Young}, tier: GOLD, route: R_ANY, when: holder.birth_date.addYears(param.YOUNG) > at, evidence: [certificate], clause: test, from: 2020-01-01}
  - {id: silver-skill, name: {zh: 技师, en: Technician}, tier: SILVER, route: R_ANY, when: holder.skills.size() > 0, evidence: [certificate], clause: test, from: 2020-01-01}
)yaml";

inline constexpr char kCard[] = R"yaml(
states:
  - {id: none, when: card.recorded_state == 'NONE', state: NONE, reason: CARD_NOT_FOUND, clause: test}
  - {id: ended, when: "card.recorded_state in ['CANCELLED', 'REVOKED', 'SUSPENDED', 'LOST', 'REPLACED']", state: ENDED, reason: CARD_ENDED, clause: test}
  - {id: early, when: at < card.valid_from, state: EARLY, reason: CARD_EARLY, clause: test}
  - {id: expired, when: at > card.valid_until, state: EXPIRED, reason: CARD_EXPIRED, clause: test}
  - {id: no-employer, when: holder.employment_gap_days > param.GRACE, state: SUSPENDED, reason: NO_EMPLOYER, clause: test}
  - {id: active, when: "true", state: ACTIVE, in_force: true, clause: test}
causes:
  - {code: FRAUD, name: {zh: 弄虚作假, en: Fraud}, change: revoke, clause: test}
  - {code: LEFT, name: {zh: 离开, en: Left}, change: cancel, clause: test}
renewal: {opens: card.valid_until.addDays(-60), closes: card.valid_until.addDays(60), clause: test}
)yaml";

inline std::string Number(const std::string& code, int value) {
  return "parameter: " + code +
         "\nname: {zh: 数, en: Number}\ntype: int\nunit: days\nvalues:\n  "
         "2020-01-01: {value: " +
         std::to_string(value) + ", clause: test}\n";
}

// Conditions of all kinds: for the holder and the family. Reservations lapse.
inline constexpr char kMedical[] = R"yaml(
entitlement: MEDICAL
name: {zh: 就医, en: Medical}
clause: test
owner: health-bureau
asked_by: [hospital, clerk]
for: [SELF, SPOUSE, PARENT, CHILD]
versions:
  - from: 2022-01-01
    conditions:
      - {id: card-in-force, when: card.in_force, else: card.state_reason, description: {zh: 卡有效, en: The card is in force}, remedy: {zh: 续期, en: Renew}, clause: test}
      - {id: tier, when: tier.rank > 0, else: NO_TIER, description: {zh: 有类别, en: A tier}, remedy: {zh: 申报, en: Apply}, clause: test}
      - {id: covered, when: "relation in [SELF, SPOUSE, PARENT, CHILD]", else: REL_NOT_COVERED, description: {zh: 范围, en: Covered}, remedy: {zh: 无, en: None}, clause: test}
      - {id: current, applies: relation != SELF, when: "!link.ended", else: REL_ENDED, description: {zh: 存续, en: It stands}, remedy: {zh: 更新, en: Update}, clause: test}
      - {id: high-level, applies: relation != SELF, when: tier.high_level, else: NOT_HIGH, description: {zh: 高层次, en: High-level}, remedy: {zh: 申报, en: Apply}, clause: test}
      - {id: proven, applies: relation != SELF && link.step_or_adoptive, when: link.supported_days >= 365, else: REL_UNPROVEN, consequence: manual, description: {zh: 抚养, en: Support}, remedy: {zh: 证明, en: Prove it}, clause: test}
      - {id: authenticated, applies: relation != SELF, when: "!link.unauthenticated", else: UNAUTHENTICATED, consequence: condition, description: {zh: 认证, en: Authenticated}, remedy: {zh: 认证, en: Authenticate}, clause: test}
      - {id: child-age, applies: relation == CHILD, when: beneficiary.birth_date.addYears(18) > at, else: TOO_OLD, description: {zh: 未成年, en: Under 18}, remedy: {zh: 无, en: None}, clause: test}
    limits:
      - {id: one-open, count: open, per: [beneficiary, specialty], at_most: 1, else: DUPLICATE_OPEN, description: {zh: 一个预约, en: One booking}, remedy: {zh: 取消, en: Cancel}, clause: test}
    reserved_days: param.KEPT
    grant: {level: "tier.high_level ? 'first' : 'second'", valid_until: card.valid_until, owner: "'health-bureau'"}
)yaml";

// A number of nights in a rolling window.
inline constexpr char kHostel[] = R"yaml(
entitlement: HOSTEL
name: {zh: 住宿, en: Hostel}
clause: test
owner: talent-office
asked_by: [clerk]
for: [SELF]
versions:
  - from: 2022-01-01
    conditions:
      - {id: card-in-force, when: card.in_force, else: card.state_reason, description: {zh: 卡有效, en: The card is in force}, remedy: {zh: 续期, en: Renew}, clause: test}
      - {id: shown, when: "holder.programmes.size() >= 0 && holder.employments.size() >= 0 && holder.last_employment.employer != 'employers/none'", else: NO_TIER, description: {zh: 显示, en: Shows lists}, remedy: {zh: 无, en: None}, clause: test}
    limits:
      - {id: nights, count: used, per: [holder], within_days: param.WINDOW, at_most: param.NIGHTS, else: LIMIT_REACHED, description: {zh: 晚数, en: Nights}, remedy: {zh: 等待, en: Wait}, clause: test}
    grant: {level: "'free'"}
)yaml";

// Pinned to the acceptance; the second version is harsher, the third kinder.
inline constexpr char kSchool[] = R"yaml(
entitlement: SCHOOL
name: {zh: 入学, en: School}
clause: test
owner: education-bureau
asked_by: [school, clerk]
for: [CHILD]
pinned_to_acceptance: true
versions:
  - from: 2024-01-01
    conditions:
      - {id: card-in-force, when: card.in_force, else: card.state_reason, description: {zh: 卡有效, en: The card is in force}, remedy: {zh: 续期, en: Renew}, clause: test}
      - {id: tier, when: tier.rank >= 1, else: NO_TIER, description: {zh: 类别, en: A tier}, remedy: {zh: 申报, en: Apply}, clause: test}
    limits:
      - {id: once, count: used, per: [beneficiary, stage], at_most: 1, else: LIMIT_REACHED, description: {zh: 一次, en: Once}, remedy: {zh: 无, en: None}, clause: test}
    grant: {level: "'place'", valid_until: card.valid_until}
  - from: 2025-07-01
    conditions:
      - {id: card-in-force, when: card.in_force, else: card.state_reason, description: {zh: 卡有效, en: The card is in force}, remedy: {zh: 续期, en: Renew}, clause: test}
      - {id: tier, when: tier.rank >= 3, else: NO_TIER, description: {zh: 类别, en: A tier}, remedy: {zh: 申报, en: Apply}, clause: test}
    limits:
      - {id: once, count: used, per: [beneficiary, stage], at_most: 1, else: LIMIT_REACHED, description: {zh: 一次, en: Once}, remedy: {zh: 无, en: None}, clause: test}
    grant: {level: "'place'", valid_until: card.valid_until}
  - from: 2026-07-01
    conditions:
      - {id: card-in-force, when: card.in_force, else: card.state_reason, description: {zh: 卡有效, en: The card is in force}, remedy: {zh: 续期, en: Renew}, clause: test}
    limits:
      - {id: once, count: used, per: [beneficiary, stage], at_most: 1, else: LIMIT_REACHED, description: {zh: 一次, en: Once}, remedy: {zh: 无, en: None}, clause: test}
    grant: {level: "'place'", valid_until: card.valid_until}
)yaml";

inline std::string ReadRules(const std::string& path) {
  std::ifstream in(std::string(TALENTCARD_SOURCE_DIR "/rules/haicheng/") +
                   path);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

// The access matrix is that of the rules: it has to name every RPC there is.
inline Files BundleFiles() {
  return {{"policy.yaml", kPolicy},
          {"calendar.yaml", kCalendar},
          {"reasons.yaml", kReasons},
          {"evidence.yaml", kEvidence},
          {"tiers.yaml", kTiers},
          {"card.yaml", kCard},
          {"access.yaml", ReadRules("access.yaml")},
          {"parameters/grace.yaml", Number("GRACE", 10)},
          {"parameters/kept.yaml", Number("KEPT", 7)},
          {"parameters/nights.yaml", Number("NIGHTS", 3)},
          {"parameters/window.yaml", Number("WINDOW", 30)},
          {"parameters/young.yaml", Number("YOUNG", 35)},
          {"entitlements/medical.yaml", kMedical},
          {"entitlements/hostel.yaml", kHostel},
          {"entitlements/school.yaml", kSchool}};
}

// Reports every mistake, and returns null, if the files are broken.
inline std::shared_ptr<const policy::Policy> LoadBundle(const Files& files) {
  const policy::LoadResult loaded = policy::Load(files);
  for (const policy::Mistake& mistake : loaded.mistakes) {
    ADD_FAILURE() << policy::ToString(mistake);
  }
  return loaded.policy;
}

}  // namespace talentcard::testing_bundle

#endif  // TALENTCARD_TESTS_ENGINE_BUNDLE_H_
