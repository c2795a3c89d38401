// A census says of everybody what Decide says of each.
#include "engine/decision/census.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <iostream>
#include <map>

#include "tests/engine/decision/random_world.h"

namespace talentcard::decision {
namespace {

// All holders and beneficiaries of some worlds, each pair a subject of its own.
class Pairs {
 public:
  Pairs(std::deque<World>& worlds, absl::Time instant) {
    for (World& world : worlds) {
      for (const v1::Person& beneficiary : world.people()) {
        for (const Holder& holder : world.About(beneficiary).holders)
          Add(world, beneficiary, holder, instant);
      }
    }
  }
  const std::vector<Subject>& subjects() const { return subjects_; }

 private:
  void Add(const World& world, const v1::Person& beneficiary,
           const Holder& holder, absl::Time instant) {
    Subject subject = world.About(beneficiary);
    Holder own;
    for (const Holder& each : subject.holders) {
      if (each.person == &beneficiary) own = each;
    }
    subject.beneficiary_seen = Keep(own, instant);
    subject.holders = {holder};
    subject.holders[0].seen = Keep(holder, instant);
    subjects_.push_back(std::move(subject));
  }
  const Seen* Keep(const Holder& holder, absl::Time instant) {
    return &seen_.emplace_back(See(Rules(), holder, instant));
  }

  std::deque<Seen> seen_;
  std::vector<Subject> subjects_;
};

TEST(CensusTest, SaysWhatDecideSaysOfEachOfThem) {
  const uint64_t first = FirstSeed();
  std::cout << "TALENTCARD_SEED=" << first << "\n";
  std::map<v1::Outcome, int> outcomes;
  for (uint64_t day = 0; day < 8; ++day) {
    std::deque<World> worlds;
    for (uint64_t i = 0; i < 60; ++i) {
      Dice dice(first + 1000 * day + i);
      worlds.push_back(RandomWorld(dice));
    }
    Dice dice(first + day);
    const Question question = RandomQuestion(dice);
    const Pairs pairs(worlds, question.valid_time);
    std::vector<CensusQuestion> questions;
    for (const char* code : {"MEDICAL", "HOSTEL", "SCHOOL"})
      questions.push_back({code, {}});
    const auto census = Census::Create(Rules(), question.valid_time, questions);
    ASSERT_TRUE(census.ok()) << census.status();
    Census::Group group = census->Flatten(pairs.subjects());
    const std::vector<CensusAnswer> answers = census->Judge(group);
    ASSERT_EQ(answers.size(), pairs.subjects().size() * questions.size());
    for (size_t i = 0; i < answers.size(); ++i) {
      if (answers[i].outcome == v1::OUTCOME_UNSPECIFIED) continue;
      const v1::Decision decision = DecideOrDie(
          pairs.subjects()[i / questions.size()],
          Ask(questions[i % questions.size()].entitlement, question.valid_time,
              /*explain=*/false));
      ASSERT_EQ(answers[i].outcome, decision.outcome())
          << decision.DebugString();
      ASSERT_EQ(answers[i].reason, decision.reasons(0));
      ++outcomes[decision.outcome()];
    }
  }
  for (const auto& [outcome, times] : outcomes)
    std::cout << v1::Outcome_Name(outcome) << " " << times << "\n";
  EXPECT_EQ(outcomes.size(), 5u);
}

TEST(CensusTest, AsksOnlyOfRelationsTheRightIsFor) {
  World world;
  v1::Person& holder = world.AddGold("a");
  v1::Person& child = world.Add("b");
  Relate(holder, child, "20", "2018-01-01");
  std::deque<World> worlds;
  worlds.push_back(std::move(world));
  const absl::Time instant = At("2025-01-01");
  const Pairs pairs(worlds, instant);
  const auto census =
      Census::Create(Rules(), instant, {{"MEDICAL", {}}, {"HOSTEL", {}}});
  ASSERT_TRUE(census.ok()) << census.status();
  Census::Group group = census->Flatten(pairs.subjects());
  std::vector<v1::Outcome> outcomes;
  for (const CensusAnswer& answer : census->Judge(group))
    outcomes.push_back(answer.outcome);
  // The holder, the child by the holder, the child by itself.
  EXPECT_THAT(outcomes, testing::ElementsAre(
                            v1::ALLOW, v1::ALLOW, v1::NEEDS_FACTS,
                            v1::OUTCOME_UNSPECIFIED, v1::DENY, v1::DENY));
}

TEST(CensusTest, OfARuleNotYetInForceEverybodyIsDenied) {
  World world;
  world.AddGold("a");
  std::deque<World> worlds;
  worlds.push_back(std::move(world));
  const absl::Time instant = At("2021-12-31");
  const Pairs pairs(worlds, instant);
  const auto census = Census::Create(Rules(), instant, {{"MEDICAL", {}}});
  ASSERT_TRUE(census.ok()) << census.status();
  Census::Group group = census->Flatten(pairs.subjects());
  const std::vector<CensusAnswer> answers = census->Judge(group);
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].outcome, v1::DENY);
  EXPECT_EQ(answers[0].reason, "POLICY_NOT_IN_FORCE");
}

TEST(CensusTest, RefusesWhatItCannotAsk) {
  const absl::Time instant = At("2025-01-01");
  EXPECT_EQ(Census::Create(Rules(), instant, {{"NONE", {}}}).status().code(),
            absl::StatusCode::kNotFound);
  v1::RequestView request;
  *request.mutable_acceptance_date() = Date("2024-01-01");
  EXPECT_EQ(
      Census::Create(Rules(), instant, {{"MEDICAL", request}}).status().code(),
      absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace talentcard::decision
