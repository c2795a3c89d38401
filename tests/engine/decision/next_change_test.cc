#include "engine/decision/next_change.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/decision/people.h"

namespace talentcard::decision {
namespace {

// When the answer about a person changes by itself, as text; empty for never.
std::string NextChange(const World& world, const v1::Person& person,
                       const Question& question) {
  const v1::Decision decision = DecideOrDie(world.About(person), question);
  if (!decision.has_next_change_time()) return "";
  return absl::FormatTime("%Y-%m-%d %H:%M", ToTime(decision.next_change_time()),
                          absl::FixedTimeZone(8 * 3600));
}
std::string NextChange(const World& world, const v1::Person& person,
                       const std::string& entitlement, const char* at) {
  return NextChange(world, person, Ask(entitlement, At(at)));
}

TEST(NextChangeTest, IsTheStartOfTheDayAfterTheCardsLast) {
  World world;
  const v1::Person& holder = world.AddGold("a");
  EXPECT_EQ(NextChange(world, holder, "MEDICAL", "2025-01-01 10:00"),
            "2027-01-01 00:00");
  EXPECT_EQ(NextChange(world, holder, "MEDICAL", "2026-12-31 23:59"),
            "2027-01-01 00:00");
  EXPECT_EQ(NextChange(world, holder, "MEDICAL", "2027-01-01 00:00"), "");
  EXPECT_EQ(NextChange(world, holder, "MEDICAL", "2023-12-31 12:00"),
            "2024-01-01 00:00");
}

TEST(NextChangeTest, IsTheDayTheRuleComesIntoForce) {
  World world;
  v1::Person& holder = world.AddGold("a");
  *world.cards()[0].mutable_valid_from() = Date("2020-06-01");
  *world.cards()[0].mutable_events(0)->mutable_effective_time() =
      ToTimestamp(At("2020-06-01"));
  AddFact(holder, "2020-01-01").mutable_programme()->set_code("PLAN");
  Recognise(holder, "gold-plan", "2020-01-01");
  EXPECT_EQ(NextChange(world, holder, "MEDICAL", "2021-12-31 12:00"),
            "2022-01-01 00:00");
}

TEST(NextChangeTest, IsTheEleventhDayWithoutAnEmployer) {
  World world;
  v1::Person& holder = world.AddGold("a");
  for (v1::Fact& fact : *holder.mutable_facts()) {
    if (fact.has_employment()) *fact.mutable_valid_to() = Date("2025-03-31");
  }
  EXPECT_EQ(NextChange(world, holder, "MEDICAL", "2025-03-15"),
            "2025-04-11 00:00");
  EXPECT_EQ(NextChange(world, holder, "MEDICAL", "2025-04-10 23:59"),
            "2025-04-11 00:00");
  EXPECT_EQ(NextChange(world, holder, "MEDICAL", "2025-04-11 00:00"),
            "2027-01-01 00:00");
}

TEST(NextChangeTest, IsTheInstantAnEventOfTheCardTakesEffect) {
  World world;
  const v1::Person& holder = world.AddGold("a");
  AddEvent(world.cards()[0], v1::Card::SUSPENDED, At("2025-03-01 09:30"));
  EXPECT_EQ(NextChange(world, holder, "MEDICAL", "2025-03-01 09:29"),
            "2025-03-01 09:30");
  EXPECT_EQ(NextChange(world, holder, "MEDICAL", "2025-03-01 09:30"), "");
}

TEST(NextChangeTest, IsAChildsBirthdayHoweverFar) {
  World world;
  v1::Person& holder = world.AddGold("a");
  world.cards()[0].clear_valid_until();
  *world.cards()[0].mutable_valid_until() = Date("9999-12-31");
  v1::Person& child = world.Add("b");
  *child.mutable_birth_date() = Date("2008-02-29");
  Relate(holder, child, "20", "2008-02-29");
  EXPECT_EQ(NextChange(world, child, "MEDICAL", "2025-01-01"),
            "2026-02-28 00:00");
}

TEST(NextChangeTest, IsADayWhenSupportHasLastedLongEnough) {
  World world;
  v1::Person& holder = world.AddGold("a");
  v1::Person& child = world.Add("b");
  *child.mutable_birth_date() = Date("2018-01-01");
  *Relate(holder, child, "27", "2024-03-01").mutable_supported_since() =
      Date("2024-03-01");
  EXPECT_EQ(NextChange(world, child, "MEDICAL", "2024-06-01"),
            "2025-03-01 00:00");
  EXPECT_EQ(NextChange(world, child, "MEDICAL", "2025-02-28 23:59"),
            "2025-03-01 00:00");
  EXPECT_EQ(NextChange(world, child, "MEDICAL", "2025-03-01 00:00"),
            "2027-01-01 00:00");
}

TEST(NextChangeTest, IsADayWhenANightAgesOut) {
  World world;
  const v1::Person& holder = world.AddGold("a");
  for (const char* night :
       {"2025-01-01 20:00", "2025-01-05 20:00", "2025-01-06 20:00"}) {
    world.AddUse("HOSTEL", holder, holder, v1::Use::CONFIRMED, At(night));
  }
  EXPECT_EQ(NextChange(world, holder, "HOSTEL", "2025-01-10"),
            "2025-01-31 00:00");
  EXPECT_EQ(NextChange(world, holder, "HOSTEL", "2025-01-30 23:59"),
            "2025-01-31 00:00");
  EXPECT_EQ(NextChange(world, holder, "HOSTEL", "2025-01-31 00:00"),
            "2027-01-01 00:00");
}

TEST(NextChangeTest, IsADateWrittenInARule) {
  auto files = testing_bundle::BundleFiles();
  std::string& hostel = files["entitlements/hostel.yaml"];
  const std::string in_force = "when: card.in_force";
  hostel.replace(hostel.find(in_force), in_force.size(),
                 "when: card.in_force && at <= date('2025-08-31')");
  const auto rules = testing_bundle::LoadBundle(files);
  ASSERT_NE(rules, nullptr);
  World world;
  const v1::Person& holder = world.AddGold("a");
  const auto decision =
      Decide(*rules, world.About(holder), Ask("HOSTEL", At("2025-05-01")))
          .value();
  EXPECT_EQ(ToTime(decision.next_change_time()), At("2025-09-01 00:00"));
}

TEST(NextChangeTest, IsLookedForOnlyWhenAnExplanationIsWanted) {
  World world;
  const v1::Person& holder = world.AddGold("a");
  EXPECT_EQ(NextChange(world, holder,
                       Ask("MEDICAL", At("2025-01-01"), /*explain=*/false)),
            "");
}

TEST(NextChangeTest, StopsBeforeYearsOfFiveDigits) {
  World world;
  v1::Person& holder = world.AddGold("a");
  *world.cards()[0].mutable_valid_until() = Date("9999-12-31");
  for (v1::Fact& fact : *holder.mutable_facts())
    *fact.mutable_valid_to() = Date("9999-12-31");
  EXPECT_EQ(NextChange(world, holder, "MEDICAL", "2025-01-01"), "");
}

}  // namespace
}  // namespace talentcard::decision
