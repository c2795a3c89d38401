#include "tests/cases/case_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"

namespace talentcard::cases {
namespace {

TEST(CaseFile, MistakesNameFileAndLine) {
  const std::string path =
      absl::StrCat(testing::TempDir(), "/mistaken_case.yaml");
  std::ofstream(path) << "cases:\n"
                         "  - case: A mistake\n"
                         "    people:\n"
                         "      li: {facts: [{titel: {level: SENIOR}}]}\n"
                         "    ask:\n"
                         "      - {ask: MED_GREEN, for: wu, at: soon, "
                         "expect: ALLOW}\n";
  const auto cases = ReadCases(path);
  ASSERT_FALSE(cases.ok());
  const std::string message(cases.status().message());
  EXPECT_THAT(message, testing::HasSubstr(absl::StrCat(
                           path, ":4: Fact has no field `titel`")));
  EXPECT_THAT(message, testing::HasSubstr(
                           absl::StrCat(path, ":6: nobody called `wu` here")));
  EXPECT_THAT(message, testing::HasSubstr(":6: a time is written"));
}

TEST(CaseFile, DayAloneIsItsNoonAndTheEndOfARelationIsItsLastDay) {
  const std::string path = absl::StrCat(testing::TempDir(), "/case.yaml");
  std::ofstream(path) << "cases:\n"
                         "  - case: A case\n"
                         "    people:\n"
                         "      li: {relatives: [{who: wu, code: 12, from: "
                         "2020-01-02, until: 2025-04-09}]}\n"
                         "      wu: {}\n"
                         "    ask:\n"
                         "      - {ask: MED_GREEN, for: wu, at: 2025-05-06, "
                         "expect: ALLOW}\n";
  const auto cases = ReadCases(path);
  ASSERT_TRUE(cases.ok()) << cases.status();
  const Case& c = cases->at(0);
  EXPECT_EQ(absl::FormatTime(c.asks.at(0).at, absl::UTCTimeZone()),
            "2025-05-06T04:00:00+00:00");
  const v1::Relation& relation = c.people.at("li").person.relations(0);
  EXPECT_EQ(relation.person(), "people/wu");
  EXPECT_EQ(relation.valid_to().day(), 9);
  EXPECT_TRUE(relation.filed());
}

}  // namespace
}  // namespace talentcard::cases
