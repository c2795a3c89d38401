#include <fstream>
#include <random>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "engine/cel/evaluate.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/engine/cel/expressions.h"

namespace talentcard::cel {
namespace {

// The facts of unknown_cases.txt.
class Facts : public Expressions {
 public:
  Facts() {
    for (const char* name : {"u", "v", "w"})
      Add(name, Type::Kind::kBool, Value());
    Add("m", Type::List(Type::Kind::kInt), Value());
    Add("e", Type::Kind::kBool, Value::Error("broken"));
    unknown = {"u", "v", "w", "m"};
  }

  using How = Value (*)(const Program&, const Activation&);
  Value Run(const std::string& source, How how) {
    std::vector<Issue> issues;
    const auto program = Compile(environment, source, Type(), issues);
    if (!program) return Value::Error("mistake: " + issues[0].message);
    return how(*program, {values, &unknown});
  }
};

TEST(UnknownTest, EveryPublishedCaseHolds) {
  std::ifstream in(TALENTCARD_SOURCE_DIR "/tests/engine/cel/unknown_cases.txt");
  int cases = 0;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line[0] == '#') continue;
    const std::vector<std::string> parts = absl::StrSplit(line, " => ");
    ASSERT_EQ(parts.size(), 3u) << line;
    Facts facts;
    EXPECT_EQ(facts.Run(parts[0], Evaluate).ToString(), parts[1]) << line;
    EXPECT_EQ(facts.Run(parts[0], Explore).ToString(), parts[2]) << line;
    ++cases;
  }
  EXPECT_GE(cases, 60);
}

class RandomTest : public testing::Test {
 protected:
  RandomTest() : seed_(std::random_device{}()), random_(seed_) {
    const char* given = std::getenv("TALENTCARD_SEED");
    if (given != nullptr) random_.seed(seed_ = std::stoul(given));
  }
  unsigned Below(unsigned n) { return random_() % n; }

  unsigned seed_;
  std::mt19937 random_;
};

// An error is the same as another here: which one comes first may differ.
std::string Outcome(const Value& value) {
  return value.is_error() ? "error" : value.ToString();
}

TEST_F(RandomTest, AbsorptionOfErrorsAndUnknownsCommutes) {
  SCOPED_TRACE(testing::Message() << "TALENTCARD_SEED=" << seed_);
  const char* kAtoms[] = {"true", "false",    "u",       "v",
                          "e",    "(u && e)", "(v || e)"};
  for (int i = 0; i < 2000; ++i) {
    std::vector<std::string> atoms;
    for (unsigned k = 2 + Below(4); k > 0; --k)
      atoms.push_back(kAtoms[Below(std::size(kAtoms))]);
    const char* op = Below(2) == 0 ? " && " : " || ";
    Facts facts;
    const std::string source = absl::StrJoin(atoms, op);
    const std::string outcome = Outcome(facts.Run(source, Evaluate));
    std::shuffle(atoms.begin(), atoms.end(), random_);
    const std::string shuffled = absl::StrJoin(atoms, op);
    EXPECT_EQ(Outcome(facts.Run(shuffled, Evaluate)), outcome)
        << source << " and " << shuffled;
  }
}

// An expression in which no name stands twice, so that what it needs is exact.
class Once {
 public:
  Once(std::mt19937& random, bool errors) : random_(random), errors_(errors) {}

  std::string Expression(int depth) {
    const unsigned kind = random_() % (depth == 0 ? 3 : 8);
    const auto part = [&] { return Expression(depth - 1); };
    switch (kind) {
      case 0:
        return random_() % 2 == 0 ? "true" : "false";
      case 1:
        return errors_ && random_() % 3 == 0 ? "e" : "b";
      case 2: {
        if (names_.empty()) return "b";
        std::string name = names_.back();
        names_.pop_back();
        return name;
      }
      case 3:
        return absl::StrCat("(!", part(), ")");
      case 4:
        return absl::StrCat("(", part(), " ? ", part(), " : ", part(), ")");
      case 5:
        return absl::StrCat("(", part(), " == ", part(), ")");
      default:
        return absl::StrCat("(", part(), kind == 6 ? " && " : " || ", part(),
                            ")");
    }
  }

 private:
  std::mt19937& random_;
  const bool errors_;
  std::vector<std::string> names_ = {"u", "v", "w"};
};

// The outcome with u, v and w as the bits of `bits`.
std::string OutcomeWith(Facts& facts, const std::string& source, int bits) {
  const char* kNames[] = {"u", "v", "w"};
  for (int i = 0; i < 3; ++i) {
    facts.values[facts.environment.Find(kNames[i])->slot] =
        Value::Bool((bits >> i & 1) != 0);
  }
  facts.unknown.clear();
  return Outcome(facts.Run(source, Evaluate));
}

// The names whose value changes the outcome, whatever the others are.
std::set<std::string> NamesThatMatter(Facts& facts, const std::string& source) {
  std::set<std::string> names;
  const char* kNames[] = {"u", "v", "w"};
  for (int bits = 0; bits < 8; ++bits) {
    for (int k = 0; k < 3; ++k) {
      if (OutcomeWith(facts, source, bits) !=
          OutcomeWith(facts, source, bits ^ (1 << k))) {
        names.insert(kNames[k]);
      }
    }
  }
  return names;
}

TEST_F(RandomTest, ExploreNeedsExactlyWhatCouldChangeTheResult) {
  SCOPED_TRACE(testing::Message() << "TALENTCARD_SEED=" << seed_);
  int unknown = 0;
  for (int i = 0; i < 3000; ++i) {
    const std::string source = Once(random_, false).Expression(4);
    Facts facts;
    const Value value = facts.Run(source, Explore);
    const std::set<std::string> matter = NamesThatMatter(facts, source);
    unknown += !matter.empty();
    if (matter.empty()) {
      ASSERT_EQ(Outcome(value), OutcomeWith(facts, source, 0)) << source;
    } else {
      ASSERT_TRUE(value.is_unknown()) << source << " is " << value.ToString();
      ASSERT_EQ(value.as_unknown(), matter) << source;
    }
  }
  EXPECT_GT(unknown, 300);
}

// An error that another operand may absorb keeps more facts needed than could
// count in the end, but none is left out.
TEST_F(RandomTest, ExploreLeavesNoNeedOutAlsoWithErrors) {
  SCOPED_TRACE(testing::Message() << "TALENTCARD_SEED=" << seed_);
  for (int i = 0; i < 3000; ++i) {
    const std::string source = Once(random_, true).Expression(4);
    Facts facts;
    const Value value = facts.Run(source, Explore);
    const std::set<std::string> matter = NamesThatMatter(facts, source);
    if (value.is_unknown()) {
      EXPECT_THAT(value.as_unknown(), testing::IsSupersetOf(matter)) << source;
    } else {
      EXPECT_THAT(matter, testing::IsEmpty()) << source;
      EXPECT_EQ(Outcome(value), OutcomeWith(facts, source, 0)) << source;
    }
  }
}

}  // namespace
}  // namespace talentcard::cel
