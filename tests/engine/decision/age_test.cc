#include "engine/decision/age.h"

#include "gtest/gtest.h"
#include "tests/engine/decision/people.h"

namespace talentcard::decision {
namespace {

policy::Policy EighteenSince2023() {
  policy::Policy policy;
  policy.parameters["ADULT_AGE"].versions.push_back(
      {Day("2023-01-01"), {int64_t{18}, "clause"}});
  policy.parameters["WORDS"].versions.push_back(
      {Day("2023-01-01"), {std::string("eighteen"), "clause"}});
  return policy;
}

std::optional<bool> Adult(const char* born, const char* on,
                          const char* parameter = "ADULT_AGE") {
  v1::Person person;
  if (*born != '\0') *person.mutable_birth_date() = Date(born);
  return HasReached(EighteenSince2023(), parameter, person, Day(on));
}

TEST(AgeTest, IsReachedOnTheBirthdayAndNotTheDayBefore) {
  EXPECT_EQ(Adult("2007-05-12", "2025-05-11"), false);
  EXPECT_EQ(Adult("2007-05-12", "2025-05-12"), true);
}

TEST(AgeTest, OfALeapDaysChildIsReachedOnTheLastOfFebruary) {
  EXPECT_EQ(Adult("2008-02-29", "2026-02-27"), false);
  EXPECT_EQ(Adult("2008-02-29", "2026-02-28"), true);
}

TEST(AgeTest, IsUnknownWithoutABirthDateOrAnAge) {
  EXPECT_EQ(Adult("", "2025-05-12"), std::nullopt);
  EXPECT_EQ(Adult("2007-05-12", "2022-12-31"), std::nullopt);
  EXPECT_EQ(Adult("2007-05-12", "2025-05-12", "NONE"), std::nullopt);
  EXPECT_EQ(Adult("2007-05-12", "2025-05-12", "WORDS"), std::nullopt);
}

}  // namespace
}  // namespace talentcard::decision
