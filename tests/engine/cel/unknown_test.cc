#include "engine/cel/evaluate.h"
#include "gtest/gtest.h"
#include "tests/engine/cel/expressions.h"

namespace talentcard::cel {
namespace {

struct Case {
  const char* source;
  const char* value;
};

// u and v are unknown, e is an error.
class UnknownTest : public testing::TestWithParam<Case> {
 protected:
  UnknownTest() {
    e_.Add("u", Type::Kind::kBool, Value());
    e_.Add("v", Type::Kind::kBool, Value());
    e_.Add("e", Type::Kind::kBool, Value::Error("broken"));
    e_.unknown = {"u", "v"};
  }
  Expressions e_;
};

TEST_P(UnknownTest, PropagatesAsTheLanguageSays) {
  EXPECT_EQ(e_.Run(GetParam().source), GetParam().value) << GetParam().source;
}

INSTANTIATE_TEST_SUITE_P(Table, UnknownTest,
                         testing::ValuesIn<Case>({
                             {"u && false", "false"},
                             {"false && u", "false"},
                             {"u && true", "unknown: u"},
                             {"true && u", "unknown: u"},
                             {"u || true", "true"},
                             {"true || u", "true"},
                             {"u || false", "unknown: u"},
                             {"false || u", "unknown: u"},
                             {"u && v", "unknown: u, v"},
                             {"v && u", "unknown: u, v"},
                             {"u || v", "unknown: u, v"},
                             {"u && e", "unknown: u"},
                             {"e && u", "unknown: u"},
                             {"u || e", "unknown: u"},
                             {"e || u", "unknown: u"},
                             {"e && false", "false"},
                             {"false && e", "false"},
                             {"e || true", "true"},
                             {"true || e", "true"},
                             {"e && true", "error: broken"},
                             {"true && e", "error: broken"},
                             {"e || false", "error: broken"},
                             {"!u", "unknown: u"},
                             {"u == v", "unknown: u, v"},
                             {"e == u", "unknown: u"},
                             {"u ? 1 : 2", "unknown: u"},
                             {"b ? u : v", "unknown: u"},
                             {"[u, v]", "unknown: u, v"},
                             {"list.all(x, u)", "unknown: u"},
                             {"list.all(x, x > 1 && u)", "false"},
                             {"list.exists(x, x == 1 || u)", "true"},
                             {"list.exists(x, x == 9 && u)", "false"},
                             {"list.exists(x, u && v)", "unknown: u, v"},
                             {"list.filter(x, u)", "unknown: u"},
                             {"u && v && false", "false"},
                             {"(u || v) && n == 8", "false"},
                         }));

}  // namespace
}  // namespace talentcard::cel
