#include "engine/decision/view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <tuple>
#include <vector>

#include "tests/engine/decision/people.h"

namespace talentcard::decision {
namespace {

using testing::ElementsAre;

TEST(PersonViewTest, SeesAFactFromItsFirstDayThroughItsLast) {
  v1::Person person;
  AddFact(person, "2025-03-01", "2025-03-31")
      .mutable_title()
      ->set_level("SENIOR");
  const auto titles = [&](const char* day) {
    return ViewPerson(person, Day(day), false).titles_size();
  };
  EXPECT_EQ(titles("2025-02-28"), 0);
  EXPECT_EQ(titles("2025-03-01"), 1);
  EXPECT_EQ(titles("2025-03-31"), 1);
  EXPECT_EQ(titles("2025-04-01"), 0);
}

TEST(PersonViewTest, IgnoresAFactWithoutAFirstDayOrWithADayThatDoesNotExist) {
  v1::Person person;
  person.add_facts()->mutable_title()->set_level("SENIOR");
  v1::Fact& broken = AddFact(person, "2025-03-01");
  broken.mutable_title()->set_level("SENIOR");
  broken.mutable_valid_to()->set_year(2025);
  EXPECT_EQ(ViewPerson(person, Day("2025-03-15"), false).titles_size(), 0);
}

TEST(PersonViewTest, CountsDaysWithoutEmploymentFromTheDayAfterTheLastEnded) {
  v1::Person person;
  AddFact(person, "2020-01-01", "2025-01-31")
      .mutable_employment()
      ->set_employer("employers/first");
  AddFact(person, "2024-01-01", "2025-03-31")
      .mutable_employment()
      ->set_employer("employers/last");
  const auto on = [&](const char* day) {
    return ViewPerson(person, Day(day), false);
  };
  EXPECT_EQ(on("2019-12-31").employment_gap_days(), 0);
  EXPECT_FALSE(on("2019-12-31").has_last_employment());
  EXPECT_EQ(on("2025-03-31").employment_gap_days(), 0);
  EXPECT_EQ(on("2025-03-31").last_employment().employer(), "employers/first");
  EXPECT_EQ(on("2025-04-01").employment_gap_days(), 1);
  EXPECT_EQ(on("2025-04-10").employment_gap_days(), 10);
  EXPECT_EQ(on("2025-04-10").last_employment().employer(), "employers/last");
}

TEST(PersonViewTest, AJobElsewhereDoesNotFillTheGapThatOneInTheCityLeft) {
  v1::Person person;
  AddFact(person, "2020-01-01", "2025-03-31")
      .mutable_employment()
      ->set_in_haicheng(true);
  AddFact(person, "2025-04-05", "2025-04-20").mutable_employment();
  AddFact(person, "2025-05-01").mutable_employment()->set_in_haicheng(true);
  struct Gaps {
    const char* day;
    int any, city;
  };
  for (const Gaps& gaps : std::vector<Gaps>{{"2025-03-31", 0, 0},
                                            {"2025-04-04", 4, 4},
                                            {"2025-04-05", 0, 5},
                                            {"2025-04-21", 1, 21},
                                            {"2025-04-30", 10, 30},
                                            {"2025-05-01", 0, 0}}) {
    const v1::PersonView view = ViewPerson(person, Day(gaps.day), false);
    EXPECT_EQ(view.employment_gap_days(), gaps.any) << gaps.day;
    EXPECT_EQ(view.city_employment_gap_days(), gaps.city) << gaps.day;
  }
}

TEST(PersonViewTest, CountsDaysWithoutATeamFromTheDayAfterTheLastEnded) {
  v1::Person person;
  AddFact(person, "2024-01-01", "2025-03-10").mutable_team_membership();
  AddFact(person, "2025-03-20").mutable_team_membership();
  const auto gap = [&](const char* day) {
    return ViewPerson(person, Day(day), false).team_gap_days();
  };
  EXPECT_EQ(gap("2023-12-31"), 0);
  EXPECT_EQ(gap("2025-03-10"), 0);
  EXPECT_EQ(gap("2025-03-11"), 1);
  EXPECT_EQ(gap("2025-03-19"), 9);
  EXPECT_EQ(gap("2025-03-20"), 0);
}

TEST(PersonViewTest, SeesSinceWhenThereIsMisconduct) {
  v1::Person person;
  AddFact(person, "2025-03-10").mutable_misconduct()->set_kind("FRAUD");
  const auto view = ViewPerson(person, Day("2025-04-01"), false);
  ASSERT_EQ(view.misconducts_size(), 1);
  EXPECT_EQ(CivilDate::FromProto(view.misconducts(0).since()).value(),
            Day("2025-03-10"));
}

TEST(PersonViewTest, CountsAMonthOfInsuranceOnceWhoeverPaidIt) {
  v1::Person person;
  for (const auto& [employer, month] :
       {std::pair{"employers/a", 1}, {"employers/b", 1}, {"employers/a", 2}}) {
    auto& insurance = *AddFact(person, "2025-01-01").mutable_insurance_month();
    insurance.set_employer(employer);
    insurance.set_year(2025);
    insurance.set_month(month);
  }
  EXPECT_EQ(ViewPerson(person, Day("2024-12-31"), false).insurance_months(), 0);
  EXPECT_EQ(ViewPerson(person, Day("2025-01-31"), false).insurance_months(), 1);
  EXPECT_EQ(ViewPerson(person, Day("2025-02-01"), false).insurance_months(), 2);
}

TEST(PersonViewTest, CountsDaysSinceDeathFromItsFirstRecord) {
  v1::Person person;
  AddFact(person, "2025-03-05").mutable_life_event()->set_kind("DIED");
  AddFact(person, "2025-03-01").mutable_life_event()->set_kind("DIED");
  EXPECT_EQ(ViewPerson(person, Day("2025-02-28"), false).days_since_death(), 0);
  EXPECT_EQ(ViewPerson(person, Day("2025-03-01"), false).days_since_death(), 0);
  EXPECT_EQ(ViewPerson(person, Day("2025-05-30"), false).days_since_death(),
            90);
}

TEST(PersonViewTest, SeesDocumentsWhileTheyAreValid) {
  v1::Person person;
  person.add_documents()->set_kind(v1::BIRTH_CERTIFICATE);
  v1::IdentityDocument& passport = *person.add_documents();
  passport.set_kind(v1::PASSPORT);
  *passport.mutable_valid_to() = Date("2025-05-31");
  v1::IdentityDocument& broken = *person.add_documents();
  broken.set_kind(v1::TAIWAN_TRAVEL_PERMIT);
  broken.mutable_valid_to()->set_month(13);
  EXPECT_THAT(ViewPerson(person, Day("2025-05-31"), false).document_kinds(),
              ElementsAre("BIRTH_CERTIFICATE", "PASSPORT"));
  EXPECT_THAT(ViewPerson(person, Day("2025-06-01"), false).document_kinds(),
              ElementsAre("BIRTH_CERTIFICATE"));
}

// `CAUSE DAY` of what stopped a card, after events that were recorded in this
// order; nothing if it runs.
std::string Stopped(
    const std::vector<std::tuple<v1::Card::State, const char*, const char*>>&
        events) {
  v1::Card card;
  for (const auto& [state, day, cause] : events) {
    AddEvent(card, state, Day(day).StartInBeijing());
    v1::CardEvent& event = *card.mutable_events(card.events_size() - 1);
    *event.mutable_record_time() = ToTimestamp(
        Day("2025-04-01").AddDays(card.events_size()).StartInBeijing());
    event.set_cause(cause);
  }
  const v1::CardView view =
      ViewRecordedCard(&card, Day("2025-04-01").StartInBeijing());
  if (!view.has_stopped_on()) return view.stopped_cause();
  return view.stopped_cause() + " " +
         CivilDate::FromProto(view.stopped_on()).value().ToString();
}

TEST(RecordedCardTest, WhatEndsACardThatWasStoppedIsNotWhatStoppedIt) {
  EXPECT_EQ(Stopped({{v1::Card::CANCELLED, "2025-03-10", "DIED"}}),
            "DIED 2025-03-10");
  EXPECT_EQ(Stopped({{v1::Card::SUSPENDED, "2025-03-01", "INVESTIGATION"},
                     {v1::Card::CANCELLED, "2025-03-10", "DIED"}}),
            "INVESTIGATION 2025-03-01");
  EXPECT_EQ(Stopped({{v1::Card::SUSPENDED, "2025-03-01", "INVESTIGATION"},
                     {v1::Card::ACTIVE, "2025-03-05", "CLEARED"},
                     {v1::Card::CANCELLED, "2025-03-10", "DIED"}}),
            "DIED 2025-03-10");
  EXPECT_EQ(Stopped({{v1::Card::SUSPENDED, "2025-03-01", "INVESTIGATION"},
                     {v1::Card::ACTIVE, "2025-03-05", "CLEARED"}}),
            "");
  // Learnt of only after it was suspended, and in effect before.
  EXPECT_EQ(Stopped({{v1::Card::SUSPENDED, "2025-03-15", "UNREPORTED"},
                     {v1::Card::CANCELLED, "2025-03-10", "DIED"}}),
            "DIED 2025-03-10");
}

TEST(RelationTest, IsSeenAsEndedFromTheDayAfterItsLast) {
  v1::Person holder, spouse;
  holder.set_name("people/a");
  spouse.set_name("people/b");
  Relate(holder, spouse, "12", "2010-05-01", "2025-04-09");
  EXPECT_EQ(ViewRelation(holder, spouse, Day("2010-04-30")).relation, "NONE");
  EXPECT_EQ(ViewRelation(holder, spouse, Day("2010-05-01")).relation, "SPOUSE");
  EXPECT_FALSE(ViewRelation(holder, spouse, Day("2025-04-09")).link.ended());
  EXPECT_TRUE(ViewRelation(holder, spouse, Day("2025-04-10")).link.ended());
  EXPECT_EQ(ViewRelation(holder, spouse, Day("2025-04-10")).relation, "SPOUSE");
  Relate(holder, spouse, "12", "2025-06-01");
  EXPECT_TRUE(ViewRelation(holder, spouse, Day("2025-05-31")).link.ended());
  EXPECT_FALSE(ViewRelation(holder, spouse, Day("2025-06-01")).link.ended());
}

TEST(RelationTest, OneThatStandsCountsBeforeALaterOneThatEnded) {
  v1::Person holder, other;
  holder.set_name("people/a");
  other.set_name("people/b");
  Relate(holder, other, "51", "1980-01-01");
  Relate(holder, other, "12", "2010-05-01", "2015-01-01");
  EXPECT_EQ(ViewRelation(holder, other, Day("2020-01-01")).relation, "PARENT");
  std::swap(*holder.mutable_relations(0), *holder.mutable_relations(1));
  EXPECT_EQ(ViewRelation(holder, other, Day("2020-01-01")).relation, "PARENT");
}

TEST(RelationTest, CustodyOfTheHoldersSpouseCountsWhileTheyAreMarried) {
  v1::Person holder, mother, child;
  holder.set_name("people/a");
  mother.set_name("people/b");
  child.set_name("people/c");
  Relate(holder, mother, "12", "2024-01-01", "2025-01-31");
  Relate(holder, child, "27", "2024-01-01");
  AddFact(child, "2020-01-01").mutable_custody()->set_guardian("people/b");
  EXPECT_FALSE(ViewRelation(holder, child, Day("2024-01-01").AddDays(-1))
                   .link.in_custody());
  EXPECT_TRUE(ViewRelation(holder, child, Day("2025-01-31")).link.in_custody());
  EXPECT_FALSE(
      ViewRelation(holder, child, Day("2025-02-01")).link.in_custody());
}

}  // namespace
}  // namespace talentcard::decision
