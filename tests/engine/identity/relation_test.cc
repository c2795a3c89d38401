#include "engine/identity/relation.h"

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
    }));

TEST(RelationTest, ACodeOutsideTheStandardIsUnknown) {
  EXPECT_FALSE(FindRelation("00").has_value());
  EXPECT_FALSE(FindRelation("1").has_value());
  EXPECT_FALSE(FindRelation("").has_value());
}

}  // namespace
}  // namespace talentcard::identity
