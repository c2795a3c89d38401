// Properties that hold for any people: seeds are printed, so a failure can be
// had again with TALENTCARD_SEED.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <set>

#include "engine/decision/outcome.h"
#include "tests/engine/decision/random_world.h"

namespace talentcard::decision {
namespace {

constexpr int kWorlds = 150;

void Shuffle(Dice& dice, World& world, Subject& subject) {
  for (v1::Person& person : world.people()) {
    dice.ShuffleRepeated(person.mutable_facts());
    dice.ShuffleRepeated(person.mutable_relations());
    dice.ShuffleRepeated(person.mutable_consents());
    dice.ShuffleRepeated(person.mutable_documents());
  }
  for (Holder& holder : subject.holders) dice.Shuffle(holder.cards);
  dice.Shuffle(subject.holders);
  dice.Shuffle(subject.uses);
}

class PropertyTest : public testing::Test {
 protected:
  // Runs `check(dice, world, beneficiary, question)` on many worlds.
  template <typename Check>
  void ForMany(const Check& check, int worlds = kWorlds) {
    const uint64_t first = FirstSeed();
    RecordProperty("seed", std::to_string(first));
    for (uint64_t seed = first; seed < first + static_cast<uint64_t>(worlds);
         ++seed) {
      SCOPED_TRACE(testing::Message() << "TALENTCARD_SEED=" << seed);
      Dice dice(seed);
      World world = RandomWorld(dice);
      const v1::Person& beneficiary =
          world.people()[static_cast<size_t>(dice.Below(3))];
      check(dice, world, beneficiary, RandomQuestion(dice));
      if (HasFailure()) return;
    }
  }
};

TEST_F(PropertyTest, TheOrderOfRecordsNeverChangesTheBits) {
  ForMany([](Dice& dice, World& world, const v1::Person& beneficiary,
             const Question& question) {
    Subject subject = world.About(beneficiary);
    const v1::Decision before = DecideOrDie(subject, question);
    Shuffle(dice, world, subject);
    const v1::Decision after = DecideOrDie(subject, question);
    EXPECT_EQ(Bytes(before), Bytes(after))
        << before.DebugString() << after.DebugString();
  });
}

TEST_F(PropertyTest, TheWorldsGiveEveryOutcome) {
  std::set<v1::Outcome> seen;
  ForMany(
      [&](Dice&, World& world, const v1::Person& beneficiary,
          Question question) {
        question.explain = false;
        seen.insert(DecideOrDie(world.About(beneficiary), question).outcome());
      },
      2000);
  EXPECT_THAT(
      seen, testing::ElementsAre(v1::ALLOW, v1::ALLOW_WITH_CONDITIONS, v1::DENY,
                                 v1::MANUAL, v1::NEEDS_FACTS));
}

TEST_F(PropertyTest, AReplayGivesTheSameBits) {
  ForMany([](Dice&, World& world, const v1::Person& beneficiary,
             const Question& question) {
    EXPECT_EQ(Bytes(DecideOrDie(world.About(beneficiary), question)),
              Bytes(DecideOrDie(world.About(beneficiary), question)));
  });
}

TEST_F(PropertyTest, AReleasedUseNeverChangesAnything) {
  ForMany([](Dice& dice, World& world, const v1::Person& beneficiary,
             const Question& question) {
    const std::string before =
        Bytes(DecideOrDie(world.About(beneficiary), question));
    world.AddUse(question.entitlement, beneficiary, beneficiary,
                 v1::Use::RELEASED,
                 question.valid_time - absl::Hours(dice.Below(2000)));
    EXPECT_EQ(before, Bytes(DecideOrDie(world.About(beneficiary), question)));
  });
}

TEST_F(PropertyTest, ARecognitionMoreNeverLowersTheRank) {
  ForMany([](Dice& dice, World& world, const v1::Person& beneficiary,
             const Question& question) {
    const auto rank = [&] {
      return AssessTier(Rules(), beneficiary, question.valid_time)->rank();
    };
    const int before = rank();
    v1::Person& person = *std::find_if(
        world.people().begin(), world.people().end(),
        [&](const v1::Person& p) { return p.name() == beneficiary.name(); });
    const char* criteria[] = {"gold-title", "gold-plan", "silver-skill"};
    Recognise(person, criteria[dice.Below(3)], "2020-01-01");
    EXPECT_GE(rank(), before);
  });
}

TEST_F(PropertyTest, WithoutExplanationTheAnswerIsTheSame) {
  ForMany([](Dice&, World& world, const v1::Person& beneficiary,
             Question question) {
    v1::Decision full = DecideOrDie(world.About(beneficiary), question);
    question.explain = false;
    v1::Decision brief = DecideOrDie(world.About(beneficiary), question);
    full.clear_next_change_time();
    full.clear_explanation();
    auto& findings = *full.mutable_findings();
    findings.erase(std::remove_if(findings.begin(), findings.end(),
                                  [](const v1::Finding& finding) {
                                    return Stands(finding.result());
                                  }),
                   findings.end());
    for (v1::Finding& finding : findings) {
      finding.clear_description();
      finding.clear_remedy();
      finding.clear_values();
    }
    EXPECT_EQ(Bytes(full), Bytes(brief))
        << full.DebugString() << brief.DebugString();
  });
}

// What was seen at one instant serves every question it covers, and no other.
TEST_F(PropertyTest, WithWhatWasSeenBeforeTheAnswerIsTheSame) {
  int covered = 0;
  ForMany([&](Dice& dice, World& world, const v1::Person& beneficiary,
              const Question& question) {
    Subject subject = world.About(beneficiary);
    const v1::Decision plain = DecideOrDie(subject, question);
    const absl::Time instant =
        question.valid_time + absl::Minutes(dice.Below(1440) - 720);
    std::deque<Seen> seen;
    for (Holder& holder : subject.holders) {
      holder.seen = &seen.emplace_back(See(Rules(), holder, instant));
      if (holder.person == &beneficiary) subject.beneficiary_seen = holder.seen;
      EXPECT_TRUE(holder.seen->Covers(instant));
      covered += holder.seen->Covers(question.valid_time);
    }
    EXPECT_EQ(Bytes(DecideOrDie(subject, question)), Bytes(plain));
  });
  EXPECT_GT(covered, 100);
}

bool SameAnswer(const v1::Decision& a, const v1::Decision& b) {
  return a.outcome() == b.outcome() && ReasonsOf(a) == ReasonsOf(b) &&
         a.grant().level() == b.grant().level();
}

// Against asking again at the start of every day of two years, and every hour a
// card has an event.
TEST_F(PropertyTest, TheNextChangeIsTheFirstThereIs) {
  ForMany([](Dice&, World& world, const v1::Person& beneficiary,
             Question question) {
    const Subject subject = world.About(beneficiary);
    const v1::Decision now = DecideOrDie(subject, question);
    question.explain = false;
    std::set<absl::Time> instants;
    for (int i = 1; i <= 730; ++i) {
      instants.insert(CivilDate::InBeijing(question.valid_time)
                          .AddDays(i)
                          .StartInBeijing());
    }
    for (const v1::Card& card : world.cards()) {
      for (const v1::CardEvent& event : card.events())
        instants.insert(ToTime(event.effective_time()));
    }
    absl::Time expected = absl::InfiniteFuture();
    const absl::Time asked = question.valid_time;
    for (const absl::Time instant : instants) {
      if (instant <= asked) continue;
      question.valid_time = instant;
      if (SameAnswer(DecideOrDie(subject, question), now)) continue;
      expected = instant;
      break;
    }
    const absl::Time found = now.has_next_change_time()
                                 ? ToTime(now.next_change_time())
                                 : absl::InfiniteFuture();
    if (expected == absl::InfiniteFuture()) {
      EXPECT_GT(found,
                CivilDate::InBeijing(asked).AddDays(730).StartInBeijing())
          << now.DebugString();
    } else {
      EXPECT_EQ(found, expected) << now.DebugString();
    }
  });
}

// No threshold: machines differ. The figure is for reading.
TEST(SpeedTest, OfADecisionAtAHospitalIsPrinted) {
  World world;
  v1::Person& holder = world.AddGold("a");
  v1::Person& child = world.Add("b");
  *child.mutable_birth_date() = Date("2018-01-01");
  Relate(holder, child, "20", "2018-01-01").set_filed(true);
  for (int i = 0; i < 7; ++i)
    AddFact(holder, "2015-01-01")
        .mutable_degree()
        ->set_level(std::to_string(i));
  const Subject subject = world.About(child);
  for (const bool explain : {false, true}) {
    const Question question = Ask("MEDICAL", At("2025-01-01"), explain);
    ASSERT_EQ(DecideOrDie(subject, question).outcome(), v1::ALLOW);
    const int times = explain ? 20 : 2000;
    double best = 1e9;
    for (int round = 0; round < 5; ++round) {
      const auto start = std::chrono::steady_clock::now();
      for (int i = 0; i < times; ++i) DecideOrDie(subject, question);
      const std::chrono::duration<double, std::micro> took =
          std::chrono::steady_clock::now() - start;
      best = std::min(best, took.count() / times);
    }
    std::cout << "a decision " << (explain ? "with" : "without")
              << " explanation: " << best << " us\n";
  }
}

}  // namespace
}  // namespace talentcard::decision
