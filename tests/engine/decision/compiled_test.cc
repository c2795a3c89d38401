// Conditions as native code: of the version and with the parameters of the day.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/decision/people.h"

namespace talentcard::decision {
namespace {

using testing::ElementsAre;

// The limit is 10 from 2020, 20 from 2025-03-01; the rule compares with it
// until 2025-06-01, then lets everybody through.
constexpr char kGap[] = R"yaml(
entitlement: GAP
name: {zh: 空档, en: Gap}
clause: test
owner: talent-office
asked_by: [clerk]
for: [SELF]
versions:
  - from: 2022-01-01
    conditions:
      - {id: short, when: holder.employment_gap_days <= param.GAP, else: NO_TIER, description: {zh: 短, en: Short}, remedy: {zh: 无, en: None}, clause: test}
    grant: {level: "'a'"}
  - from: 2025-06-01
    conditions:
      - {id: any, when: holder.employment_gap_days <= param.GAP || param.GAP > 0, else: NO_TIER, description: {zh: 任意, en: Any}, remedy: {zh: 无, en: None}, clause: test}
    grant: {level: "'a'"}
)yaml";
constexpr char kLimit[] = R"yaml(
parameter: GAP
name: {zh: 空档, en: Gap}
type: int
unit: days
values:
  2020-01-01: {value: 10, clause: test}
  2025-03-01: {value: 20, clause: test}
)yaml";

struct Case {
  const char* name;
  const char* employed_until;
  const char* at;
  v1::Outcome outcome;
};

class CompiledTest : public testing::TestWithParam<Case> {};

TEST_P(CompiledTest, SaysOnEachDayWhatTheExplanationSays) {
  auto files = testing_bundle::BundleFiles();
  files["entitlements/gap.yaml"] = kGap;
  files["parameters/gap.yaml"] = kLimit;
  const auto rules = testing_bundle::LoadBundle(files);
  ASSERT_NE(rules, nullptr);
  World world;
  v1::Person& holder = world.Add("a");
  AddFact(holder, "2020-01-01", GetParam().employed_until)
      .mutable_employment()
      ->set_employer("employers/a");
  for (const bool explain : {false, true}) {
    const auto decision = Decide(*rules, world.About(holder),
                                 Ask("GAP", At(GetParam().at), explain));
    ASSERT_TRUE(decision.ok()) << decision.status();
    EXPECT_EQ(v1::Outcome_Name(decision->outcome()),
              v1::Outcome_Name(GetParam().outcome))
        << (explain ? "explained" : "not explained");
  }
}

INSTANTIATE_TEST_SUITE_P(
    Boundary, CompiledTest,
    testing::ValuesIn<Case>({
        {"TheOldLimitReached", "2025-02-18", "2025-02-28", v1::ALLOW},
        {"TheOldLimitPassed", "2025-02-17", "2025-02-28", v1::DENY},
        {"TheNewLimitOnItsFirstDay", "2025-02-09", "2025-03-01", v1::ALLOW},
        {"TheNewLimitPassed", "2025-02-08", "2025-03-01", v1::DENY},
        {"TheOldRuleOnItsLastDay", "2025-04-01", "2025-05-31", v1::DENY},
        {"TheNewRuleOnItsFirstDay", "2025-04-01", "2025-06-01", v1::ALLOW},
    }),
    [](const auto& test) { return std::string(test.param.name); });

// Facts that are unknown, and a tier that is: each condition still comes out as
// it does in the explanation.
TEST(CompiledFactsTest, AMissingBirthDateIsNamedWithAndWithoutExplanation) {
  World world;
  v1::Person& holder = world.AddGold("a");
  v1::Person& child = world.Add("b");
  Relate(holder, child, "20", "2018-01-01");
  for (const bool explain : {false, true}) {
    const v1::Decision decision = DecideOrDie(
        world.About(child), Ask("MEDICAL", At("2025-01-01"), explain));
    EXPECT_EQ(decision.outcome(), v1::NEEDS_FACTS) << decision.DebugString();
    EXPECT_THAT(decision.missing(), ElementsAre("beneficiary.birth_date"));
  }
}

}  // namespace
}  // namespace talentcard::decision
