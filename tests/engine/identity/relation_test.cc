#include "engine/identity/relation.h"

#include <optional>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace talentcard::identity {
namespace {

struct RelationCase {
  const char* code;
  const char* name;
  bool step_or_adoptive;
};

class RelationTest : public testing::TestWithParam<RelationCase> {};

TEST_P(RelationTest, BelongsToItsClass) {
  const auto relation = FindRelation(GetParam().code);
  ASSERT_TRUE(relation.has_value());
  EXPECT_EQ(RelationName(relation->relation), GetParam().name);
  EXPECT_EQ(relation->step_or_adoptive, GetParam().step_or_adoptive);
}

INSTANTIATE_TEST_SUITE_P(
    Standard, RelationTest,
    testing::ValuesIn<RelationCase>({
        {"01", "SELF", false},          {"10", "SPOUSE", false},
        {"11", "SPOUSE", false},        {"12", "SPOUSE", false},
        {"20", "CHILD", false},         {"26", "CHILD", false},
        {"27", "CHILD", true},          {"28", "CHILD_IN_LAW", false},
        {"30", "CHILD", false},         {"36", "CHILD", false},
        {"37", "CHILD", true},          {"38", "CHILD_IN_LAW", false},
        {"50", "PARENT", false},        {"51", "PARENT", false},
        {"52", "PARENT", false},        {"53", "PARENT_IN_LAW", false},
        {"54", "PARENT_IN_LAW", false}, {"55", "PARENT_IN_LAW", false},
        {"56", "PARENT_IN_LAW", false}, {"57", "PARENT", true},
        {"58", "PARENT", true},         {"63", "GRANDPARENT", false},
        {"71", "SIBLING", false},       {"41", "GRANDCHILD", false},
        {"02", "OTHER", false},         {"72", "OTHER", false},
        {"74", "OTHER", false},         {"76", "OTHER", false},
        {"78", "OTHER", false},         {"81", "OTHER", false},
        {"90", "OTHER", false},         {"96", "OTHER", false},
        {"97", "OTHER", false},         {"99", "OTHER", false},
    }));

std::vector<std::string> AllCodes() {
  std::vector<std::string> codes;
  for (char tens = '0'; tens <= '9'; ++tens) {
    for (char ones = '0'; ones <= '9'; ++ones) {
      const std::string code = {tens, ones};
      if (FindRelation(code)) codes.push_back(code);
    }
  }
  return codes;
}

TEST(RelationTest, EveryCodeOfTheStandardIsKnownAndNamed) {
  // 00, 03–09, 13–19 and 98 are the only gaps.
  EXPECT_EQ(AllCodes().size(), 100u - 1 - 7 - 7 - 1);
  for (const std::string& code : AllCodes()) {
    EXPECT_FALSE(FindRelation(code)->zh.empty()) << code;
    EXPECT_FALSE(FindRelation(code)->en.empty()) << code;
  }
}

struct InverseCase {
  const char* name;
  const char* code;
  const char* if_male;
  const char* if_female;
  const char* if_unknown;
};

class InverseTest : public testing::TestWithParam<InverseCase> {};

TEST_P(InverseTest, IsTheKinshipSeenFromTheOtherSide) {
  const InverseCase& c = GetParam();
  EXPECT_EQ(InverseRelation(c.code, false).value_or(""), c.if_male);
  EXPECT_EQ(InverseRelation(c.code, true).value_or(""), c.if_female);
  EXPECT_EQ(InverseRelation(c.code, std::nullopt).value_or(""), c.if_unknown);
}

INSTANTIATE_TEST_SUITE_P(
    Standard, InverseTest,
    testing::ValuesIn<InverseCase>({
        {"ASpouse", "10", "10", "10", "10"},
        {"AHusbandHasAWife", "11", "", "12", "12"},
        {"AWifeHasAHusband", "12", "11", "", "11"},
        {"AnEldestSonHasAParent", "22", "51", "52", "50"},
        {"AStepdaughterHasAStepparentOfKnownSexOnly", "37", "57", "58", ""},
        {"AFatherHasAChildOfKnownSexOnly", "51", "20", "30", ""},
        {"AStepfatherHasAStepchild", "57", "27", "37", ""},
        {"AHusbandsMotherHasADaughterInLaw", "54", "", "38", "38"},
        {"AWifesFatherHasASonInLaw", "55", "28", "", "28"},
        {"ASonInLawHasWifesParents", "28", "55", "56", ""},
        {"ADaughterInLawHasHusbandsParents", "38", "53", "54", ""},
        {"AFathersMotherHasAGrandchild", "62", "41", "42", "40"},
        {"AMothersFatherHasAGrandchild", "63", "43", "44", "40"},
        {"AnElderBrotherHasAYoungerSibling", "71", "73", "77", "70"},
        {"AYoungerSisterHasAnElderSibling", "77", "71", "75", "70"},
        {"AMothersSisterHasASistersChild", "88", "95", "96", ""},
        {"AHeadOfHouseholdSaysNothing", "02", "", "", ""},
        {"ANephewSaysNotWhichUncle", "93", "", "", ""},
        {"AnUnknownCode", "98", "", "", ""},
    }),
    [](const auto& test) { return test.param.name; });

RelationClass Opposite(RelationClass relation) {
  using enum RelationClass;
  switch (relation) {
    case kParent:
      return kChild;
    case kChild:
      return kParent;
    case kParentInLaw:
      return kChildInLaw;
    case kChildInLaw:
      return kParentInLaw;
    case kGrandparent:
      return kGrandchild;
    case kGrandchild:
      return kGrandparent;
    default:
      return relation;
  }
}

TEST(RelationTest, AnInverseIsInTheOppositeClassAndStepOnlyIfTheCodeIs) {
  for (const std::string& code : AllCodes()) {
    for (const std::optional<bool> female :
         {std::optional<bool>(), std::optional(false), std::optional(true)}) {
      const auto inverse = InverseRelation(code, female);
      if (!inverse) continue;
      const RelationCode there = *FindRelation(code);
      const auto back = FindRelation(*inverse);
      ASSERT_TRUE(back.has_value()) << code;
      EXPECT_EQ(back->relation, Opposite(there.relation)) << code;
      EXPECT_EQ(back->step_or_adoptive, there.step_or_adoptive) << code;
    }
  }
}

TEST(RelationTest, ACodeOutsideTheStandardIsUnknown) {
  EXPECT_FALSE(FindRelation("00").has_value());
  EXPECT_FALSE(FindRelation("1").has_value());
  EXPECT_FALSE(FindRelation("").has_value());
}

}  // namespace
}  // namespace talentcard::identity
