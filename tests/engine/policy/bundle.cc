#include "tests/engine/policy/bundle.h"

#include <gtest/gtest.h>

#include "engine/policy/services.h"

namespace talentcard::policy {
namespace {

constexpr char kPolicy[] = R"(name: {zh: 规则, en: Rules}
issuer: 海委发〔2022〕17号
)";

constexpr char kCalendar[] = R"(clause: notice
holidays: [2026-01-01]
made_up_days: [2026-01-04]
)";

constexpr char kAccess[] = R"(askers: [clerk, hospital]
rules:
  HospitalService.VerifyGreenChannel:
    clerk: {relation: any, purpose_required: true}
    hospital: {relation: own, own_by: hospital, fields: [outcome, explanation.zh]}
  AuditService.VerifyLog: {}
)";

constexpr char kNights[] = R"(parameter: NIGHTS
name: {zh: 晚数, en: Nights}
type: int
unit: nights
values:
  2022-11-16: {value: 7, clause: P18}
  2023-01-01: {value: 8, clause: P18}
)";

constexpr char kHospitals[] = R"(parameter: HOSPITALS
name: {zh: 医院, en: Hospitals}
type: list
unit: names
values:
  2022-11-16: {value: [hospitals/a, hospitals/b], clause: P31}
)";

constexpr char kReasons[] = R"(reasons:
  - code: OK
    meaning: {zh: 符合, en: Entitled.}
    next_step: {zh: 请办理, en: Go ahead.}
  - code: NOT_ON_LIST
    meaning: {zh: 不在名单, en: Not on the list.}
    next_step: {zh: 无, en: None.}
  - code: CARD_EXPIRED
    meaning: {zh: 已过期, en: Expired.}
    next_step: {zh: 续期, en: Renew.}
    shown_to: [clerk]
    shown_as: NOT_ON_LIST
)";

constexpr char kEvidence[] = R"(evidence:
  - {kind: title-certificate, name: {zh: 证书, en: Certificate}, verified_at: 人社局}
)";

constexpr char kTiers[] = R"(tiers:
  - {code: TIER_A, name: {zh: 甲, en: A}, rank: 2, high_level: true, term_years: 5, clause: P01}
  - {code: TIER_B, name: {zh: 乙, en: B}, rank: 1, term_years: 3, clause: P01}
series:
  - {code: PERSON, name: {zh: 个人卡, en: Personal}, clause: P01}
routes:
  - {code: TITLE, name: {zh: 职称, en: Title}, clause: P01}
criteria:
  - id: senior-title
    name: {zh: 正高, en: Senior title}
    tier: TIER_A
    route: TITLE
    when: holder.titles.exists(t, t.level == 'SENIOR')
    sub_rank: 1
    evidence: [title-certificate]
    clause: P01
    from: 2022-11-16
)";

constexpr char kCard[] = R"(states:
  - id: expired
    when: at > card.valid_until
    state: EXPIRED
    reason: CARD_EXPIRED
    clause: P02
  - id: active
    when: "true"
    state: ACTIVE
    in_force: true
    clause: P02
causes:
  - {code: FRAUD, name: {zh: 造假, en: Fraud}, change: revoke, clause: P30}
renewal:
  opens: card.valid_until.addDays(-90)
  closes: card.valid_until
  clause: P04
)";

constexpr char kEntitlement[] = R"(entitlement: GREEN
name: {zh: 绿色通道, en: Green channel}
clause: §5
owner: health-bureau
asked_by: [hospital, clerk]
for: [SELF, CHILD]
versions:
  - from: 2022-11-16
    conditions:
      - id: card-in-force
        when: >-
          card.in_force
          && tier.rank > 0
        else: card.state_reason
        description: {zh: 卡有效, en: Card in force}
        remedy: {zh: 续期, en: Renew}
        clause: §5
      - id: hospital-named
        applies: relation != SELF
        when: request.hospital in param.HOSPITALS
        else: NOT_ON_LIST
        consequence: manual
        description: {zh: 定点医院, en: A named hospital}
        remedy: {zh: 换一家, en: Go elsewhere}
        clause: §5
    limits:
      - id: one-open
        count: open
        per: [beneficiary]
        of: [GREEN]
        within_days: 365
        at_most: param.NIGHTS
        else: NOT_ON_LIST
        description: {zh: 一个, en: One}
        remedy: {zh: 等, en: Wait}
        clause: P12
    grant: {level: "'priority'", valid_until: card.valid_until}
)";

constexpr char kMatter[] = R"(matter: recognition
name: {zh: 认定, en: Recognition}
clause: §5
opened_by: [clerk]
escalates_to: clerk
fields:
  - {id: criterion, name: {zh: 条件, en: Criterion}, required: true, one_of: criteria}
initial: SUBMITTED
states:
  - id: SUBMITTED
    name: {zh: 已申报, en: Submitted}
    owner: clerk
    due_within: {days: param.NIGHTS, working: true}
    actions:
      - id: accept
        name: {zh: 受理, en: Accept}
        by: [clerk]
        to: REVIEW
        requires: fields.criterion != ''
        requires_text: {zh: 需条件, en: A criterion is needed}
  - id: REVIEW
    name: {zh: 审核, en: Review}
    owner: clerk
    actions:
      - id: approve
        name: {zh: 通过, en: Approve}
        by: [clerk]
        to: DONE
        evidence: [title-certificate]
        not_same_person_as: [accept]
        effects:
          - kind: add-recognition
            fields: {criterion: criterion}
  - {id: DONE, name: {zh: 已认定, en: Recognised}, owner: clerk, closed: true}
)";

// Every other RPC is for nobody.
std::string AccessFile() {
  std::string text = kAccess;
  for (const auto& [name, method] : AllMethods()) {
    const std::string row = "  " + name + ":";
    if (text.find(row) == std::string::npos) text += row + " {}\n";
  }
  return text;
}

}  // namespace

Files GoodBundle() {
  return {
      {"policy.yaml", kPolicy},
      {"calendar.yaml", kCalendar},
      {"access.yaml", AccessFile()},
      {"parameters/nights.yaml", kNights},
      {"parameters/hospitals.yaml", kHospitals},
      {"reasons.yaml", kReasons},
      {"evidence.yaml", kEvidence},
      {"tiers.yaml", kTiers},
      {"card.yaml", kCard},
      {"entitlements/green.yaml", kEntitlement},
      {"matters/recognition.yaml", kMatter},
  };
}

Files Edited(const std::vector<Edit>& edits) {
  Files files = GoodBundle();
  for (const Edit& edit : edits) {
    if (edit.old.empty()) {
      if (edit.now.empty()) {
        files.erase(edit.file);
      } else {
        files[edit.file] = edit.now;
      }
      continue;
    }
    std::string& text = files[edit.file];
    const size_t at = text.find(edit.old);
    if (at == std::string::npos ||
        text.find(edit.old, at + 1) != std::string::npos) {
      ADD_FAILURE() << "`" << edit.old << "` is not once in " << edit.file;
      continue;
    }
    text.replace(at, edit.old.size(), edit.now);
  }
  return files;
}

std::vector<std::string> MistakesOf(const Files& files) {
  const LoadResult result = Load(files);
  EXPECT_EQ(result.policy == nullptr, !result.mistakes.empty());
  std::vector<std::string> lines;
  for (const Mistake& mistake : result.mistakes) {
    EXPECT_FALSE(mistake.message.zh.empty()) << mistake.message.en;
    lines.push_back(ToString(mistake));
  }
  return lines;
}

}  // namespace talentcard::policy
