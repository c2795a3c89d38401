#include "engine/decision/decide.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/decision/limits.h"
#include "tests/engine/decision/people.h"

namespace talentcard::decision {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

// Name, then the instant asked about, then what is expected.
struct Boundary {
  const char* name;
  const char* at;
  v1::Outcome outcome;
  const char* reason;
};

std::string NameOf(const testing::TestParamInfo<Boundary>& test) {
  return test.param.name;
}

void Expect(const v1::Decision& decision, const Boundary& c) {
  EXPECT_EQ(v1::Outcome_Name(decision.outcome()), v1::Outcome_Name(c.outcome))
      << decision.DebugString();
  EXPECT_THAT(ReasonsOf(decision), ElementsAre(c.reason));
}

class CardTest : public testing::TestWithParam<Boundary> {};

TEST_P(CardTest, IsValidThroughItsLastDay) {
  World world;
  const v1::Person& holder = world.AddGold("a");
  Expect(DecideOrDie(world.About(holder), Ask("MEDICAL", At(GetParam().at))),
         GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    Boundary, CardTest,
    testing::ValuesIn<Boundary>({
        {"LastMinuteBeforeItsFirstDay", "2023-12-31 23:59", v1::DENY,
         "CARD_EARLY"},
        {"FirstMinute", "2024-01-01 00:00", v1::ALLOW, "OK"},
        {"LastMinute", "2026-12-31 23:59", v1::ALLOW, "OK"},
        {"MinuteAfter", "2027-01-01 00:00", v1::DENY, "CARD_EXPIRED"},
        {"BeforeTheRuleWasInForce", "2021-12-31 23:59", v1::DENY,
         "POLICY_NOT_IN_FORCE"},
    }),
    NameOf);

class EmployerTest : public testing::TestWithParam<Boundary> {};

TEST_P(EmployerTest, MayChangeInTenDays) {
  World world;
  v1::Person& holder = world.Add("a");
  AddFact(holder, "2015-01-01").mutable_title()->set_level("SENIOR");
  Recognise(holder, "gold-title", "2023-06-01");
  AddFact(holder, "2020-01-01", "2025-03-31")
      .mutable_employment()
      ->set_employer("employers/a");
  AddFact(holder, "2025-04-20")
      .mutable_employment()
      ->set_employer("employers/b");
  world.AddCard(holder, "2024-01-01", "2026-12-31");
  Expect(DecideOrDie(world.About(holder), Ask("MEDICAL", At(GetParam().at))),
         GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    Boundary, EmployerTest,
    testing::ValuesIn<Boundary>({
        {"LastDayAtWork", "2025-03-31 23:59", v1::ALLOW, "OK"},
        {"TenthDayWithout", "2025-04-10 23:59", v1::ALLOW, "OK"},
        {"EleventhDayWithout", "2025-04-11 00:00", v1::DENY, "NO_EMPLOYER"},
        {"DayBeforeTheNewOne", "2025-04-19 23:59", v1::DENY, "NO_EMPLOYER"},
        {"FirstDayOfTheNewOne", "2025-04-20 00:00", v1::ALLOW, "OK"},
    }),
    NameOf);

class DivorceTest : public testing::TestWithParam<Boundary> {};

TEST_P(DivorceTest, EndsTheRightFromItsFirstMinute) {
  World world;
  v1::Person& holder = world.AddGold("a");
  const v1::Person& spouse = world.Add("b");
  Relate(holder, spouse, "12", "2010-05-01", "2025-04-09");
  Expect(DecideOrDie(world.About(spouse), Ask("MEDICAL", At(GetParam().at))),
         GetParam());
}

INSTANTIATE_TEST_SUITE_P(Boundary, DivorceTest,
                         testing::ValuesIn<Boundary>({
                             {"EveOfIt", "2025-04-09 23:59", v1::ALLOW, "OK"},
                             {"DayOfIt", "2025-04-10 00:00", v1::DENY,
                              "REL_ENDED"},
                         }),
                         NameOf);

class BirthdayTest : public testing::TestWithParam<Boundary> {};

TEST_P(BirthdayTest, EndsTheChildsRight) {
  World world;
  v1::Person& holder = world.AddGold("a");
  v1::Person& child = world.Add("b");
  *child.mutable_birth_date() = Date("2007-07-05");
  Relate(holder, child, "20", "2007-07-05");
  Expect(DecideOrDie(world.About(child), Ask("MEDICAL", At(GetParam().at))),
         GetParam());
}

INSTANTIATE_TEST_SUITE_P(Boundary, BirthdayTest,
                         testing::ValuesIn<Boundary>({
                             {"Eve", "2025-07-04 23:59", v1::ALLOW, "OK"},
                             {"Itself", "2025-07-05 00:00", v1::DENY,
                              "TOO_OLD"},
                         }),
                         NameOf);

class SupportTest : public testing::TestWithParam<Boundary> {};

TEST_P(SupportTest, OfAYearProvesAStepChild) {
  World world;
  v1::Person& holder = world.AddGold("a");
  v1::Person& child = world.Add("b");
  *child.mutable_birth_date() = Date("2018-01-01");
  *Relate(holder, child, "27", "2024-03-01").mutable_supported_since() =
      Date("2024-03-01");
  Expect(DecideOrDie(world.About(child), Ask("MEDICAL", At(GetParam().at))),
         GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    Boundary, SupportTest,
    testing::ValuesIn<Boundary>({
        {"After364Days", "2025-02-28 23:59", v1::MANUAL, "REL_UNPROVEN"},
        {"After365Days", "2025-03-01 00:00", v1::ALLOW, "OK"},
    }),
    NameOf);

TEST(TierTest, FallsBackWhenTheHigherOneLapses) {
  World world;
  v1::Person& holder = world.AddGold("a");
  AddFact(holder, "2023-01-01", "2025-12-31")
      .mutable_programme()
      ->set_code("PLAN");
  Recognise(holder, "gold-plan", "2023-01-01");
  AddFact(holder, "2010-01-01").mutable_skill()->set_level("TECHNICIAN");
  Recognise(holder, "silver-skill", "2023-01-01");
  const auto criterion = [&](const char* at) {
    return AssessTier(Rules(), holder, At(at)).value();
  };
  EXPECT_EQ(criterion("2025-12-31 23:59").tier(), "GOLD");
  for (v1::Fact& fact : *holder.mutable_facts()) {
    if (fact.has_title()) *fact.mutable_valid_to() = Date("2026-03-31");
  }
  EXPECT_EQ(criterion("2026-03-31 23:59").tier(), "GOLD");
  EXPECT_EQ(criterion("2026-03-31 23:59").next_change_date().month(), 4);
  EXPECT_EQ(criterion("2026-04-01 00:00").tier(), "SILVER");
  EXPECT_FALSE(criterion("2026-04-01 00:00").high_level());
  EXPECT_FALSE(criterion("2026-04-01 00:00").has_next_change_date());
}

TEST(TierTest, IsNoneWithoutRecognition) {
  World world;
  v1::Person& person = world.Add("a");
  AddFact(person, "2015-01-01").mutable_title()->set_level("SENIOR");
  const auto answer = AssessTier(Rules(), person, At("2025-01-01")).value();
  EXPECT_EQ(answer.tier(), "");
  for (const auto& finding : answer.criteria()) {
    EXPECT_EQ(finding.met(), finding.criterion() == "gold-title")
        << finding.criterion();
    EXPECT_FALSE(finding.recognised());
  }
}

TEST(TierTest, ThatNeedsAMissingFactAsksForItInsteadOfRefusing) {
  World world;
  v1::Person& holder = world.Add("a");
  Recognise(holder, "gold-young", "2023-06-01");
  world.AddCard(holder, "2024-01-01", "2026-12-31");
  const auto unknown =
      DecideOrDie(world.About(holder), Ask("MEDICAL", At("2025-01-01")));
  EXPECT_EQ(unknown.outcome(), v1::NEEDS_FACTS) << unknown.DebugString();
  EXPECT_THAT(unknown.missing(), ElementsAre("holder.birth_date"));
  EXPECT_THAT(ReasonsOf(unknown), ElementsAre("NO_TIER"));
  *holder.mutable_birth_date() = Date("1990-01-02");
  EXPECT_EQ(DecideOrDie(world.About(holder), Ask("MEDICAL", At("2025-01-01")))
                .outcome(),
            v1::ALLOW);
  *holder.mutable_birth_date() = Date("1990-01-01");
  EXPECT_EQ(DecideOrDie(world.About(holder), Ask("MEDICAL", At("2025-01-01")))
                .outcome(),
            v1::DENY);
}

TEST(TierTest, ThatIsSureSufficesWithoutTheMissingFact) {
  World world;
  v1::Person& holder = world.AddGold("a");
  Recognise(holder, "gold-young", "2023-06-01");
  EXPECT_EQ(DecideOrDie(world.About(holder), Ask("MEDICAL", At("2025-01-01")))
                .outcome(),
            v1::ALLOW);
}

TEST(OutcomeTest, OfAMissingBirthDateIsUnknownNotFalse) {
  World world;
  v1::Person& holder = world.AddGold("a");
  const v1::Person& child = world.Add("b");
  Relate(holder, child, "20", "2007-07-05");
  const auto decision =
      DecideOrDie(world.About(child), Ask("MEDICAL", At("2025-07-04")));
  EXPECT_EQ(decision.outcome(), v1::NEEDS_FACTS);
  EXPECT_THAT(decision.missing(), ElementsAre("beneficiary.birth_date"));
  EXPECT_THAT(ReasonsOf(decision), ElementsAre("TOO_OLD"));
  EXPECT_FALSE(decision.has_grant());
}

TEST(OutcomeTest, ARefusalOutweighsWhatIsUnknownManualOrConditional) {
  World world;
  v1::Person& holder = world.AddGold("a");
  const v1::Person& child = world.Add("b");
  v1::Relation& relation = Relate(holder, child, "27", "2024-03-01");
  relation.set_unauthenticated(true);
  EXPECT_EQ(DecideOrDie(world.About(child), Ask("MEDICAL", At("2025-07-04")))
                .outcome(),
            v1::NEEDS_FACTS);
  *world.people()[1].mutable_birth_date() = Date("2018-01-01");
  const auto manual =
      DecideOrDie(world.About(child), Ask("MEDICAL", At("2025-07-04")));
  EXPECT_EQ(manual.outcome(), v1::MANUAL);
  EXPECT_THAT(ReasonsOf(manual),
              ElementsAre("REL_UNPROVEN", "UNAUTHENTICATED"));
  *relation.mutable_supported_since() = Date("2020-01-01");
  const auto conditional =
      DecideOrDie(world.About(child), Ask("MEDICAL", At("2025-07-04")));
  EXPECT_EQ(conditional.outcome(), v1::ALLOW_WITH_CONDITIONS);
  EXPECT_THAT(ReasonsOf(conditional), ElementsAre("UNAUTHENTICATED"));
  EXPECT_EQ(conditional.grant().level(), "first");
  *relation.mutable_valid_to() = Date("2025-07-01");
  const auto refused =
      DecideOrDie(world.About(child), Ask("MEDICAL", At("2025-07-04")));
  EXPECT_EQ(refused.outcome(), v1::DENY);
  EXPECT_THAT(ReasonsOf(refused), ElementsAre("REL_ENDED"));
}

TEST(OutcomeTest, ARefusalGivesTheReasonsOfAllFailedConditionsInRuleOrder) {
  World world;
  const v1::Person& nobody = world.Add("a");
  v1::Person& holder = world.Add("b");
  Relate(holder, nobody, "55", "2010-01-01");
  world.AddCard(holder, "2024-01-01", "2024-12-31");
  const auto decision =
      DecideOrDie(world.About(nobody), Ask("MEDICAL", At("2025-07-04")));
  EXPECT_THAT(ReasonsOf(decision), ElementsAre("CARD_EXPIRED", "NO_TIER",
                                               "REL_NOT_COVERED", "NOT_HIGH"));
}

TEST(OutcomeTest, OfAnUnknownEntitlementIsAnError) {
  World world;
  const v1::Person& person = world.Add("a");
  EXPECT_EQ(Decide(Rules(), world.About(person), Ask("NOPE", At("2025-01-01")))
                .status()
                .code(),
            absl::StatusCode::kNotFound);
}

TEST(OutcomeTest, WithoutAnybodyWhoCouldHoldACardIsARefusal) {
  World world;
  Subject subject;
  subject.beneficiary = &world.Add("a");
  EXPECT_THAT(ReasonsOf(DecideOrDie(subject, Ask("MEDICAL", At("2025-01-01")))),
              ElementsAre("CARD_NOT_FOUND"));
}

TEST(FindingsTest, NameWhatTheySawAndWhatWouldHelp) {
  World world;
  v1::Person& holder = world.AddGold("a");
  const v1::Person& spouse = world.Add("b");
  Relate(holder, spouse, "12", "2010-05-01", "2025-04-09");
  const auto decision =
      DecideOrDie(world.About(spouse), Ask("MEDICAL", At("2025-04-10")));
  ASSERT_EQ(decision.findings_size(), 9);
  const v1::Finding& current = decision.findings(3);
  EXPECT_EQ(current.condition(), "current");
  EXPECT_EQ(current.result(), v1::Finding::FAILED);
  EXPECT_EQ(current.reason(), "REL_ENDED");
  EXPECT_EQ(current.clause(), "test");
  EXPECT_THAT(current.values(), ElementsAre("link.ended = true"));
  EXPECT_EQ(current.remedy().zh(), "更新");
  EXPECT_EQ(decision.findings(5).result(), v1::Finding::NOT_APPLICABLE);
  EXPECT_THAT(decision.findings(5).values(), IsEmpty());
  EXPECT_EQ(decision.findings(8).result(), v1::Finding::HELD);
}

TEST(ExplanationTest, TellsAHospitalLessThanAClerk) {
  World world;
  v1::Person& holder = world.AddGold("a");
  const v1::Person& spouse = world.Add("b");
  Relate(holder, spouse, "12", "2010-05-01", "2025-04-09");
  Question question = Ask("MEDICAL", At("2025-04-10"));
  question.request.set_asker("hospital");
  EXPECT_EQ(DecideOrDie(world.About(spouse), question).explanation().zh(),
            "名单已更新");
  question.request.set_asker("clerk");
  EXPECT_EQ(DecideOrDie(world.About(spouse), question).explanation().zh(),
            "亲属关系已终止");
}

// Which holder an answer rests on
// -----------------------------------------------

TEST(HoldersTest, TheKindestAnswerWins) {
  World world;
  v1::Person& in_law = world.AddGold("a");
  v1::Person& daughter = world.AddGold("b");
  const v1::Person& father = world.Add("c");
  Relate(in_law, father, "55", "2010-01-01");
  EXPECT_THAT(ReasonsOf(DecideOrDie(world.About(father),
                                    Ask("MEDICAL", At("2025-01-01")))),
              ElementsAre("REL_NOT_COVERED"));
  Relate(daughter, father, "51", "1986-01-01");
  const auto decision =
      DecideOrDie(world.About(father), Ask("MEDICAL", At("2025-01-01")));
  EXPECT_EQ(decision.outcome(), v1::ALLOW);
  EXPECT_EQ(decision.holder(), "people/b");
  EXPECT_EQ(decision.relation(), "PARENT");
  EXPECT_EQ(decision.relation_code(), "51");
}

TEST(HoldersTest, TheHigherTierWinsAmongEquals) {
  World world;
  v1::Person& silver = world.Add("a");
  AddFact(silver, "2010-01-01").mutable_skill()->set_level("TECHNICIAN");
  Recognise(silver, "silver-skill", "2023-01-01");
  world.AddCard(silver, "2024-01-01", "2026-12-31");
  v1::Person& gold = world.AddGold("b");
  const v1::Person& child = world.Add("c");
  Relate(silver, child, "20", "2018-01-01");
  Relate(gold, child, "20", "2018-01-01");
  const auto decision =
      DecideOrDie(world.About(child), Ask("SCHOOL", At("2025-01-01")));
  EXPECT_EQ(decision.outcome(), v1::ALLOW);
  EXPECT_EQ(decision.holder(), "people/b");
}

TEST(HoldersTest, ARelativeIsToldAboutTheCardThereIs) {
  World world;
  v1::Person& holder = world.AddGold("a");
  const v1::Person& spouse = world.Add("b");
  Relate(holder, spouse, "12", "2010-05-01");
  EXPECT_THAT(ReasonsOf(DecideOrDie(world.About(spouse),
                                    Ask("MEDICAL", At("2027-01-01")))),
              ElementsAre("CARD_EXPIRED"));
}

TEST(HoldersTest, NobodyIsTheHolderByBeingFiledAsOne) {
  World world;
  v1::Person& holder = world.AddGold("a");
  const v1::Person& other = world.Add("b");
  Relate(holder, other, "01", "2010-05-01");
  const auto decision =
      DecideOrDie(world.About(other), Ask("MEDICAL", At("2025-01-01")));
  EXPECT_EQ(decision.outcome(), v1::DENY);
  EXPECT_THAT(ReasonsOf(decision), Contains("REL_NOT_COVERED"));
}

// Cards
// -------------------------------------------------------------------------

TEST(CardViewTest, ChangesAtTheInstantAnEventTakesEffect) {
  World world;
  const v1::Person& holder = world.AddGold("a");
  AddEvent(world.cards()[0], v1::Card::SUSPENDED, At("2025-03-01 09:30"));
  AddEvent(world.cards()[0], v1::Card::ACTIVE, At("2025-03-05 14:00"));
  const auto allowed = [&](const char* at) {
    return DecideOrDie(world.About(holder), Ask("MEDICAL", At(at))).outcome() ==
           v1::ALLOW;
  };
  EXPECT_TRUE(allowed("2025-03-01 09:29"));
  EXPECT_FALSE(allowed("2025-03-01 09:30"));
  EXPECT_FALSE(allowed("2025-03-05 13:59"));
  EXPECT_TRUE(allowed("2025-03-05 14:00"));
}

TEST(CardViewTest, OfTwoEventsAtOneInstantTheOneRecordedLaterCounts) {
  World world;
  v1::Person& holder = world.AddGold("a");
  v1::Card& card = world.cards()[0];
  AddEvent(card, v1::Card::CANCELLED, At("2025-03-01"));
  AddEvent(card, v1::Card::SUSPENDED, At("2025-03-01"));
  *card.mutable_events(1)->mutable_record_time() =
      ToTimestamp(At("2025-03-09"));
  Holder seen;
  seen.person = &holder;
  seen.cards = {&card};
  EXPECT_EQ(ViewCard(Rules(), seen, At("2025-03-02")).value().recorded_state(),
            "CANCELLED");
}

// An employer that reports late, an investigation that clears from its start.
TEST(CardViewTest, WhatIsRecordedLaterCountsFromItsOwnDayOn) {
  World world;
  v1::Person& holder = world.AddGold("a");
  v1::Card& card = world.cards()[0];
  const auto record = [&card](v1::Card::State state, const char* effective,
                              const char* recorded) {
    AddEvent(card, state, At(effective));
    *card.mutable_events(card.events_size() - 1)->mutable_record_time() =
        ToTimestamp(At(recorded));
  };
  const auto state = [&](const char* at) {
    Holder seen;
    seen.person = &holder;
    seen.cards = {&card};
    return ViewCard(Rules(), seen, At(at)).value().recorded_state();
  };
  record(v1::Card::SUSPENDED, "2025-03-10", "2025-03-10");
  EXPECT_EQ(state("2025-03-12"), "SUSPENDED");
  record(v1::Card::ACTIVE, "2025-03-05", "2025-03-20");
  EXPECT_EQ(state("2025-03-12"), "ACTIVE");
  record(v1::Card::CANCELLED, "2025-03-01 00:00", "2025-06-15");
  EXPECT_EQ(state("2025-02-28 23:59"), "ACTIVE");
  EXPECT_EQ(state("2025-03-01 00:00"), "CANCELLED");
  EXPECT_EQ(state("2025-03-12"), "CANCELLED");
  EXPECT_EQ(state("2025-06-16"), "CANCELLED");
}

TEST(CardViewTest, TheCardInForceIsSeenBeforeALaterOneThatIsNot) {
  World world;
  const v1::Person& holder = world.AddGold("a");
  v1::Card& later = world.AddCard(holder, "2025-01-01", "2027-12-31");
  AddEvent(later, v1::Card::CANCELLED, At("2025-02-01"));
  const auto decision =
      DecideOrDie(world.About(holder), Ask("MEDICAL", At("2025-03-01")));
  EXPECT_EQ(decision.outcome(), v1::ALLOW);
  EXPECT_EQ(decision.grant().valid_until().year(), 2026);
}

TEST(CardViewTest, IsNotInForceIfItsEndIsNotKnown) {
  World world;
  const v1::Person& holder = world.AddGold("a");
  world.cards()[0].clear_valid_until();
  EXPECT_EQ(DecideOrDie(world.About(holder), Ask("MEDICAL", At("2025-03-01")))
                .outcome(),
            v1::DENY);
}

// Limits
// ------------------------------------------------------------------------

struct Nights {
  const char* name;
  int before;      // Nights in the window …
  const char* at;  // … of 30 days, the first of them on 2025-01-01.
  v1::Outcome outcome;
  int remaining;
};

class HostelTest : public testing::TestWithParam<Nights> {};

TEST_P(HostelTest, GivesThreeNightsInThirtyDays) {
  World world;
  const v1::Person& holder = world.AddGold("a");
  for (int i = 0; i < GetParam().before; ++i) {
    const CivilDate night = Day("2025-01-01").AddDays(i);
    world.AddUse("HOSTEL", holder, holder,
                 i % 2 ? v1::Use::RESERVED : v1::Use::CONFIRMED,
                 night.StartInBeijing() + absl::Hours(20));
    world.AddUse("HOSTEL", holder, holder, v1::Use::RELEASED,
                 night.StartInBeijing() + absl::Hours(21));
    world.AddUse("MEDICAL", holder, holder, v1::Use::CONFIRMED,
                 night.StartInBeijing() + absl::Hours(22));
  }
  const auto decision =
      DecideOrDie(world.About(holder), Ask("HOSTEL", At(GetParam().at)));
  EXPECT_EQ(decision.outcome(), GetParam().outcome);
  if (GetParam().outcome == v1::ALLOW) {
    EXPECT_EQ(decision.grant().remaining(), GetParam().remaining);
  } else {
    EXPECT_THAT(ReasonsOf(decision), ElementsAre("LIMIT_REACHED"));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Boundary, HostelTest,
    testing::ValuesIn<Nights>({
        {"None", 0, "2025-01-10 12:00", v1::ALLOW, 3},
        {"TheThird", 2, "2025-01-10 12:00", v1::ALLOW, 1},
        {"TheFourthIsRefused", 3, "2025-01-10 12:00", v1::DENY, 0},
        {"StillOnTheThirtiethDay", 3, "2025-01-30 23:59", v1::DENY, 0},
        {"OneAgesOutOnTheThirtyFirst", 3, "2025-01-31 00:00", v1::ALLOW, 1},
    }),
    [](const auto& test) { return test.param.name; });

TEST(LimitTest, CountsOpenBookingsByBeneficiaryAndSpecialty) {
  World world;
  v1::Person& holder = world.AddGold("a");
  const v1::Person& spouse = world.Add("b");
  Relate(holder, spouse, "12", "2010-05-01");
  v1::Use& use = world.AddUse("MEDICAL", holder, spouse, v1::Use::RESERVED,
                              At("2025-01-01"));
  (*use.mutable_attributes())["specialty"] = "cardiology";
  Question question = Ask("MEDICAL", At("2025-01-02"));
  question.request.set_specialty("cardiology");
  EXPECT_THAT(ReasonsOf(DecideOrDie(world.About(spouse), question)),
              ElementsAre("DUPLICATE_OPEN"));
  EXPECT_EQ(DecideOrDie(world.About(holder), question).outcome(), v1::ALLOW);
  question.request.set_specialty("oncology");
  EXPECT_EQ(DecideOrDie(world.About(spouse), question).outcome(), v1::ALLOW);
  question.request.set_specialty("cardiology");
  use.set_state(v1::Use::CONFIRMED);
  EXPECT_EQ(DecideOrDie(world.About(spouse), question).outcome(), v1::ALLOW);
}

struct Reservation {
  const char* name;
  const char* made;
  const char* planned;  // May be empty.
  const char* at;
  v1::Outcome outcome;
  const char* reason;
};

// Kept for seven days.
class ReservationTest : public testing::TestWithParam<Reservation> {};

TEST_P(ReservationTest, CountsThroughTheLastDayItIsKept) {
  const Reservation& c = GetParam();
  World world;
  const v1::Person& holder = world.AddGold("a");
  v1::Use& use =
      world.AddUse("MEDICAL", holder, holder, v1::Use::RESERVED, At(c.made));
  if (*c.planned) *use.mutable_planned_time() = ToTimestamp(At(c.planned));
  for (const bool explain : {false, true}) {
    Expect(DecideOrDie(world.About(holder), Ask("MEDICAL", At(c.at), explain)),
           {c.name, c.at, c.outcome, c.reason});
  }
  EXPECT_EQ(Lapsed(Rules(), use, CivilDate::InBeijing(At(c.at))),
            c.outcome == v1::ALLOW);
}

INSTANTIATE_TEST_SUITE_P(
    Boundary, ReservationTest,
    testing::ValuesIn<Reservation>({
        {"OnItsDay", "2025-01-01 10:00", "", "2025-01-01 10:00", v1::DENY,
         "DUPLICATE_OPEN"},
        {"TheLastMoment", "2025-01-01 00:00", "", "2025-01-08 23:59", v1::DENY,
         "DUPLICATE_OPEN"},
        {"TheFirstMomentItDoesNot", "2025-01-01 23:59", "", "2025-01-09 00:00",
         v1::ALLOW, "OK"},
        {"TheLastMomentOfOnePlanned", "2025-01-01 10:00", "2025-01-20 00:00",
         "2025-01-27 23:59", v1::DENY, "DUPLICATE_OPEN"},
        {"TheFirstMomentOneThatWasPlannedDoesNot", "2025-01-01 10:00",
         "2025-01-20 23:59", "2025-01-28 00:00", v1::ALLOW, "OK"},
        {"TheLastMomentOfOnePlannedForADayPast", "2025-01-01 10:00",
         "2024-12-01 10:00", "2025-01-08 23:59", v1::DENY, "DUPLICATE_OPEN"},
        {"TheFirstMomentOneThatWasPlannedForADayPastDoesNot",
         "2025-01-01 10:00", "2024-12-01 10:00", "2025-01-09 00:00", v1::ALLOW,
         "OK"},
    }),
    [](const auto& test) { return test.param.name; });

TEST(ReservationTest, ItsLapseIsTheNextChangeAndIsExplained) {
  World world;
  const v1::Person& holder = world.AddGold("a");
  world.AddUse("MEDICAL", holder, holder, v1::Use::RESERVED, At("2025-01-01"));
  const auto limit = [&](const char* at) {
    const auto decision =
        DecideOrDie(world.About(holder), Ask("MEDICAL", At(at)));
    EXPECT_EQ(decision.findings().rbegin()->condition(), "one-open");
    return std::pair{decision, *decision.findings().rbegin()};
  };
  const auto [before, open] = limit("2025-01-08 23:59");
  EXPECT_EQ(ToTime(before.next_change_time()), At("2025-01-09 00:00"));
  EXPECT_THAT(open.values(), ElementsAre("used = 1", "at most = 1"));
  const auto [after, free] = limit("2025-01-09 00:00");
  EXPECT_EQ(ToTime(after.next_change_time()), At("2027-01-01 00:00"));
  EXPECT_THAT(free.values(),
              ElementsAre("used = 0", "at most = 1", "lapsed = 1"));
}

// A limit on what was used counts what is reserved as long as it counts at all.
TEST(ReservationTest, ThatHasLapsedUsesNothingUp) {
  auto files = testing_bundle::BundleFiles();
  std::string& hostel = files["entitlements/hostel.yaml"];
  const std::string grant = "    grant:";
  hostel.insert(hostel.find(grant), "    reserved_days: param.KEPT\n");
  const auto rules = testing_bundle::LoadBundle(files);
  ASSERT_NE(rules, nullptr);
  World world;
  const v1::Person& holder = world.AddGold("a");
  for (const auto state : {v1::Use::RESERVED, v1::Use::CONFIRMED})
    world.AddUse("HOSTEL", holder, holder, state, At("2025-01-01"));
  const auto left = [&](const policy::Policy& by, const char* at) {
    return Decide(by, world.About(holder), Ask("HOSTEL", At(at)))
        ->grant()
        .remaining();
  };
  EXPECT_EQ(left(*rules, "2025-01-08 23:59"), 1);
  EXPECT_EQ(left(*rules, "2025-01-09 00:00"), 2);
  EXPECT_EQ(left(Rules(), "2025-01-30 23:59"), 1)
      << "rules that say nothing keep it";
}

TEST(ReservationTest, IsKeptByTheRulesOfTheDayItWasMade) {
  auto files = testing_bundle::BundleFiles();
  files["parameters/kept.yaml"] += "  2025-02-01: {value: 3, clause: test}\n";
  const auto rules = testing_bundle::LoadBundle(files);
  ASSERT_NE(rules, nullptr);
  World world;
  const v1::Person& holder = world.AddGold("a");
  v1::Use& use = world.AddUse("MEDICAL", holder, holder, v1::Use::RESERVED,
                              At("2025-01-31 23:59"));
  EXPECT_EQ(KeptUntil(*rules, use), Day("2025-02-07"));
  *use.mutable_reserve_time() = ToTimestamp(At("2025-02-01 00:00"));
  EXPECT_EQ(KeptUntil(*rules, use), Day("2025-02-04"));
}

TEST(ReservationTest, IsKeptForEverUnlessItsRulesSayOtherwise) {
  World world;
  const v1::Person& holder = world.AddGold("a");
  v1::Use& use = world.AddUse("MEDICAL", holder, holder, v1::Use::RESERVED,
                              At("2025-01-01"));
  ASSERT_EQ(KeptUntil(Rules(), use), Day("2025-01-08"));
  use.set_state(v1::Use::CONFIRMED);
  EXPECT_EQ(KeptUntil(Rules(), use), std::nullopt);
  use.set_state(v1::Use::RESERVED);
  for (const char* other : {"HOSTEL", "SCHOOL", "OF_ANOTHER_POLICY"}) {
    use.set_entitlement(other);
    EXPECT_EQ(KeptUntil(Rules(), use), std::nullopt);
    EXPECT_FALSE(Lapsed(Rules(), use, Day("2099-01-01")));
  }
  use.set_entitlement("MEDICAL");
  *use.mutable_reserve_time() = ToTimestamp(At("2021-12-31"));
  EXPECT_EQ(KeptUntil(Rules(), use), std::nullopt)
      << "no rule was in force on its day";
}

// Pinned applications
// -------------------------------------------------------------

struct Pinned {
  const char* name;
  const char* accepted;
  const char* at;
  v1::Outcome outcome;
  const char* reason;
};

// A silver holder's child: allowed by the first rules, not by those of
// 2025-07-01, allowed again by those of 2026-07-01.
class PinnedTest : public testing::TestWithParam<Pinned> {};

TEST_P(PinnedTest, IsDecidedByTheKinderOfTwoRules) {
  World world;
  v1::Person& holder = world.Add("a");
  AddFact(holder, "2010-01-01").mutable_skill()->set_level("TECHNICIAN");
  Recognise(holder, "silver-skill", "2023-01-01");
  world.AddCard(holder, "2024-01-01", "2026-12-31");
  const v1::Person& child = world.Add("b");
  Relate(holder, child, "20", "2018-01-01");
  Question question = Ask("SCHOOL", At(GetParam().at));
  if (*GetParam().accepted)
    *question.request.mutable_acceptance_date() = Date(GetParam().accepted);
  const auto decision = DecideOrDie(world.About(child), question);
  EXPECT_EQ(decision.outcome(), GetParam().outcome);
  EXPECT_THAT(ReasonsOf(decision), ElementsAre(GetParam().reason));
}

INSTANTIATE_TEST_SUITE_P(
    Boundary, PinnedTest,
    testing::ValuesIn<Pinned>({
        {"BeforeTheChange", "2025-06-20", "2025-06-30 23:59", v1::ALLOW, "OK"},
        {"AfterTheChange", "2025-06-30", "2025-07-01 00:00", v1::ALLOW,
         "POLICY_CHANGED_PINNED"},
        {"AcceptedOnTheDayOfTheChange", "2025-07-01", "2025-07-02 00:00",
         v1::DENY, "NO_TIER"},
        {"NotAccepted", "", "2025-07-01 00:00", v1::DENY, "NO_TIER"},
        {"KinderRulesAreForAll", "2026-06-30", "2026-07-01 00:00", v1::ALLOW,
         "OK"},
        {"OnTheEveOfKinderRules", "2025-07-01", "2026-06-30 23:59", v1::DENY,
         "NO_TIER"},
        {"NaturalExpiryDoesNotVoidIt", "2026-12-31", "2027-01-01 00:00",
         v1::ALLOW, "OK"},
        {"AcceptedAfterTheExpiry", "2027-01-01", "2027-01-02 00:00", v1::DENY,
         "CARD_EXPIRED"},
    }),
    [](const auto& test) { return test.param.name; });

TEST(PinnedTest, IsVoidedByARevocation) {
  World world;
  v1::Person& holder = world.AddGold("a");
  const v1::Person& child = world.Add("b");
  Relate(holder, child, "20", "2018-01-01");
  Question question = Ask("SCHOOL", At("2025-05-01 12:00"));
  *question.request.mutable_acceptance_date() = Date("2025-04-01");
  AddEvent(world.cards()[0], v1::Card::CANCELLED, At("2025-04-10"));
  EXPECT_EQ(DecideOrDie(world.About(child), question).outcome(), v1::ALLOW);
  AddEvent(world.cards()[0], v1::Card::REVOKED, At("2025-05-01 12:00"));
  EXPECT_EQ(DecideOrDie(world.About(child), question).outcome(), v1::DENY);
  question.valid_time = At("2025-05-01 11:59");
  EXPECT_EQ(DecideOrDie(world.About(child), question).outcome(), v1::ALLOW);
}

// Recognised anew and issued another card, they are as everybody else.
TEST(PinnedTest, IsNotVoidedByARevocationBeforeTheAcceptance) {
  World world;
  v1::Person& holder = world.AddGold("a");
  const v1::Person& child = world.Add("b");
  Relate(holder, child, "20", "2018-01-01");
  AddEvent(world.cards()[0], v1::Card::REVOKED, At("2024-06-01"));
  v1::Card& anew = world.AddCard(holder, "2025-01-01", "2027-12-31");
  AddEvent(anew, v1::Card::CANCELLED, At("2025-04-10"));
  Question question = Ask("SCHOOL", At("2025-05-01 12:00"));
  *question.request.mutable_acceptance_date() = Date("2025-04-01");
  EXPECT_EQ(DecideOrDie(world.About(child), question).outcome(), v1::ALLOW);
  *question.request.mutable_acceptance_date() = Date("2025-04-10");
  EXPECT_EQ(DecideOrDie(world.About(child), question).outcome(), v1::DENY);
}

TEST(PinnedTest, CountsUsesSinceTheAcceptance) {
  World world;
  v1::Person& holder = world.AddGold("a");
  const v1::Person& child = world.Add("b");
  Relate(holder, child, "20", "2018-01-01");
  AddEvent(world.cards()[0], v1::Card::CANCELLED, At("2025-04-10"));
  Question question = Ask("SCHOOL", At("2025-05-01"));
  question.request.set_stage("PRI");
  *question.request.mutable_acceptance_date() = Date("2025-04-01");
  v1::Use& use = world.AddUse("SCHOOL", holder, child, v1::Use::CONFIRMED,
                              At("2025-04-20"));
  (*use.mutable_attributes())["stage"] = "PRI";
  EXPECT_EQ(DecideOrDie(world.About(child), question).outcome(), v1::DENY);
  use.set_state(v1::Use::RELEASED);
  EXPECT_EQ(DecideOrDie(world.About(child), question).outcome(), v1::ALLOW);
}

}  // namespace
}  // namespace talentcard::decision
