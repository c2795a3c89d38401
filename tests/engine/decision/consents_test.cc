#include "engine/decision/consents.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/decision/view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/engine/decision/people.h"

namespace talentcard::decision {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

v1::Person Someone(const char* name) {
  v1::Person person;
  person.set_name(name);
  return person;
}

void Relate(v1::Person& person, const char* relative, const char* code,
            const char* from = "2015-03-01", const char* to = "") {
  v1::Relation& relation = *person.add_relations();
  relation.set_person(relative);
  relation.set_code(code);
  *relation.mutable_valid_from() = Date(from);
  if (*to != '\0') *relation.mutable_valid_to() = Date(to);
}

// Consents at 14, and a step-parent after a year.
const policy::Policy& Rules14() {
  static const auto* const rules = [] {
    auto* policy = new policy::Policy;
    const auto number = [&](const char* code, int64_t value) {
      policy->parameters[code].versions = {
          {Day("2022-11-16"), {value, "test"}}};
    };
    number("OWN_AGE", 14);
    number("STEP_RELATION_DAYS", 365);
    policy::ConsentPurpose& purpose =
        policy->personal_data.purposes["SCHOOL_PLACE"];
    purpose.recipients = {"school"};
    purpose.own_from = "OWN_AGE";
    return policy;
  }();
  return *rules;
}

v1::Consent& Consent(v1::Person& person, const char* by,
                     const char* recipient = "school",
                     const char* from = "2025-01-01", const char* to = "") {
  v1::Consent& consent = *person.add_consents();
  consent.set_purpose("SCHOOL_PLACE");
  consent.set_recipient(recipient);
  consent.set_given_by(by);
  *consent.mutable_valid_from() = Date(from);
  if (*to != '\0') *consent.mutable_valid_to() = Date(to);
  return consent;
}

// Those that count, as `purpose to recipient`, and by whom.
std::vector<std::string> Counting(const v1::Person& holder,
                                  const v1::Person& child,
                                  const char* day = "2025-06-01") {
  v1::LinkView link;
  AddConsents(Rules14(), holder, child, Day(day), link);
  std::vector<std::string> out;
  for (const v1::ConsentView& consent : link.consents())
    out.push_back(absl::StrCat(consent.purpose(), " to ", consent.recipient(),
                               consent.own() ? ", own" : ", guardian's"));
  return out;
}

class ConsentsTest : public testing::Test {
 protected:
  ConsentsTest() { Relate(father_, "people/child", "20"); }
  v1::Person father_ = Someone("people/father");
  v1::Person mother_ = Someone("people/mother");
  v1::Person child_ = Someone("people/child");
};

TEST_F(ConsentsTest, AParentsByTheHoldersOwnRecordCounts) {
  Consent(child_, "people/father");
  EXPECT_THAT(Counting(father_, child_),
              ElementsAre("SCHOOL_PLACE to school, guardian's"));
}

TEST_F(ConsentsTest, AStrangersCountsForNothing) {
  Consent(child_, "people/aunt");
  Consent(child_, "");
  EXPECT_THAT(Counting(father_, child_), IsEmpty());
}

TEST_F(ConsentsTest, TheOtherParentsCountsOnceTheChildsRecordNamesThem) {
  Consent(child_, "people/mother");
  EXPECT_THAT(Counting(father_, child_), IsEmpty());
  Relate(child_, "people/mother", "52");
  EXPECT_THAT(Counting(father_, child_),
              ElementsAre("SCHOOL_PLACE to school, guardian's"));
}

TEST_F(ConsentsTest, AGrandparentIsNoGuardianWithoutCustody) {
  Relate(child_, "people/grandmother", "62");
  Consent(child_, "people/grandmother");
  EXPECT_THAT(Counting(father_, child_), IsEmpty());
  v1::Fact& custody = AddFact(child_, "2025-01-01");
  custody.mutable_custody()->set_guardian("people/grandmother");
  EXPECT_THAT(Counting(father_, child_),
              ElementsAre("SCHOOL_PLACE to school, guardian's"));
}

TEST_F(ConsentsTest, WhoLostCustodyIsNoGuardianFromThatDay) {
  v1::Fact& custody = AddFact(child_, "2025-06-01");
  custody.mutable_custody()->set_guardian("people/mother");
  Consent(child_, "people/father");
  EXPECT_THAT(Counting(father_, child_, "2025-05-31"),
              ElementsAre("SCHOOL_PLACE to school, guardian's"));
  EXPECT_THAT(Counting(father_, child_, "2025-06-01"), IsEmpty());
  EXPECT_TRUE(IsGuardian(Rules14(), mother_, child_, Day("2025-06-01")));
  EXPECT_FALSE(IsGuardian(Rules14(), father_, child_, Day("2025-06-01")));
}

TEST_F(ConsentsTest, OnesOwnIsToldFromAGuardians) {
  Consent(child_, "people/child", "schools/2");
  Consent(child_, "people/father", "school");
  EXPECT_THAT(Counting(father_, child_),
              ElementsAre("SCHOOL_PLACE to school, guardian's",
                          "SCHOOL_PLACE to schools/2, own"));
}

TEST_F(ConsentsTest, AGuardiansCountsUntilTheChildDecidesAloneAndOnesOwnFrom) {
  *child_.mutable_birth_date() = Date("2011-06-20");
  Consent(child_, "people/father");
  Consent(child_, "people/child", "schools/2");
  EXPECT_THAT(Counting(father_, child_, "2025-06-19"),
              ElementsAre("SCHOOL_PLACE to school, guardian's"));
  EXPECT_THAT(Counting(father_, child_, "2025-06-20"),
              ElementsAre("SCHOOL_PLACE to schools/2, own"));
}

TEST_F(ConsentsTest, AStepParentsCountsOnceSupportHasLastedAYear) {
  v1::Person stepfather = Someone("people/stepfather");
  Relate(stepfather, "people/child", "27", "2024-06-01");
  Consent(child_, "people/stepfather");
  EXPECT_THAT(Counting(stepfather, child_), IsEmpty());
  *stepfather.mutable_relations(0)->mutable_supported_since() =
      Date("2024-06-02");
  EXPECT_THAT(Counting(stepfather, child_, "2025-06-01"), IsEmpty());
  EXPECT_FALSE(IsGuardian(Rules14(), stepfather, child_, Day("2025-06-01")));
  EXPECT_THAT(Counting(stepfather, child_, "2025-06-02"), testing::SizeIs(1));
  EXPECT_TRUE(IsGuardian(Rules14(), stepfather, child_, Day("2025-06-02")));
}

TEST_F(ConsentsTest, AnAdoptiveParentsCountsOnceTheAdoptionIsRegistered) {
  Relate(child_, "people/mother", "58");
  Consent(child_, "people/mother");
  EXPECT_THAT(Counting(father_, child_), IsEmpty());
  child_.mutable_relations(0)->set_adoption_registered(true);
  EXPECT_THAT(Counting(father_, child_), testing::SizeIs(1));
}

TEST_F(ConsentsTest, IsToAKindOfAskerOrToOneInstitutionOfIt) {
  const auto told = [&](const char* purpose, const char* kind,
                        const char* institution) {
    return HasConsent(Rules14(), {purpose, kind, institution}, father_, child_,
                      Day("2025-06-01"));
  };
  Consent(child_, "people/father", "schools/2");
  EXPECT_TRUE(told("SCHOOL_PLACE", "school", "schools/2"));
  EXPECT_FALSE(told("SCHOOL_PLACE", "school", "schools/1"));
  EXPECT_FALSE(told("SPOUSE_PLACEMENT", "school", "schools/2"));
  Consent(child_, "people/father");
  EXPECT_TRUE(told("SCHOOL_PLACE", "school", "schools/1"));
  for (v1::Consent& consent : *child_.mutable_consents())
    consent.mutable_withdraw_time()->set_seconds(1);
  EXPECT_FALSE(told("SCHOOL_PLACE", "school", "schools/2"));
}

TEST_F(ConsentsTest, OnlyRecipientsOfAPurposeNeedOne) {
  EXPECT_TRUE(NeedsConsent(Rules14(), {"SCHOOL_PLACE", "school", "schools/2"}));
  EXPECT_FALSE(NeedsConsent(
      Rules14(), {"SCHOOL_PLACE", "education-bureau", "offices/education"}));
  EXPECT_FALSE(NeedsConsent(Rules14(), {"OTHER", "school", "schools/2"}));
}

TEST_F(ConsentsTest, CountsFromItsFirstDayToItsLast) {
  Consent(child_, "people/father", "school", "2025-06-01", "2025-06-30");
  EXPECT_THAT(Counting(father_, child_, "2025-05-31"), IsEmpty());
  EXPECT_THAT(Counting(father_, child_, "2025-06-01"), testing::SizeIs(1));
  EXPECT_THAT(Counting(father_, child_, "2025-06-30"), testing::SizeIs(1));
  EXPECT_THAT(Counting(father_, child_, "2025-07-01"), IsEmpty());
}

TEST_F(ConsentsTest, OnceWithdrawnItCountsOnNoDayAtAll) {
  Consent(child_, "people/father").mutable_withdraw_time()->set_seconds(1);
  EXPECT_THAT(Counting(father_, child_, "2025-01-01"), IsEmpty());
  EXPECT_THAT(Counting(father_, child_, "2026-01-01"), IsEmpty());
}

TEST_F(ConsentsTest, WhoIsAParentNoMoreIsNoGuardian) {
  v1::Person father = Someone("people/father");
  Relate(father, "people/child", "20", "2015-03-01", "2025-05-31");
  EXPECT_TRUE(IsGuardian(Rules14(), father, child_, Day("2025-05-31")));
  EXPECT_FALSE(IsGuardian(Rules14(), father, child_, Day("2025-06-01")));
}

TEST_F(ConsentsTest, TheOrderInWhichTheyWereGivenDoesNotShow) {
  v1::Person other = child_;
  Consent(child_, "people/father", "schools/1");
  Consent(child_, "people/father", "school");
  Consent(other, "people/father", "school");
  Consent(other, "people/father", "schools/1");
  EXPECT_EQ(Counting(father_, child_), Counting(father_, other));
}

}  // namespace
}  // namespace talentcard::decision
