// Runs every case of rules/haicheng/cases against the rules beside them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "engine/date/civil_date.h"
#include "engine/decision/decide.h"
#include "engine/policy/load.h"
#include "engine/status_macros.h"
#include "tests/cases/case_file.h"

namespace talentcard::cases {
namespace {

using decision::Holder;
using decision::Subject;
using testing::Contains;

constexpr char kRules[] = TALENTCARD_SOURCE_DIR "/rules/haicheng";

std::map<std::string, std::string> ReadRuleFiles() {
  std::map<std::string, std::string> files;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(kRules)) {
    const auto path = std::filesystem::relative(entry.path(), kRules);
    if (entry.path().extension() != ".yaml" || *path.begin() == "cases") {
      continue;
    }
    std::ifstream in(entry.path());
    files[path.string()] = std::string(std::istreambuf_iterator<char>(in), {});
  }
  return files;
}

// The rules with the changes of a case. Reports every mistake and returns null
// if they are broken.
std::shared_ptr<const policy::Policy> LoadRules(
    const std::vector<RuleChange>& changes) {
  auto files = ReadRuleFiles();
  for (const RuleChange& change : changes) {
    if (!files.contains(change.file)) {
      ADD_FAILURE() << "no rule file " << change.file;
    }
    files[change.file] += change.append;
  }
  const policy::LoadResult loaded = policy::Load(files);
  for (const policy::Mistake& mistake : loaded.mistakes) {
    ADD_FAILURE() << policy::ToString(mistake);
  }
  return loaded.policy;
}

// The rules as they stand; loaded once.
std::shared_ptr<const policy::Policy> Rules() {
  static const auto rules = LoadRules({});
  return rules;
}

// Recognitions in cases leave out the route: it is the criterion's.
void FillRoutes(const policy::Policy& rules, v1::Person* person) {
  for (v1::Fact& fact : *person->mutable_facts()) {
    if (!fact.has_recognition()) continue;
    const auto& criteria = rules.catalogue.criteria;
    const auto found = std::find_if(
        criteria.begin(), criteria.end(), [&](const auto& criterion) {
          return criterion.id == fact.recognition().criterion();
        });
    if (found == criteria.end()) {
      ADD_FAILURE() << "no criterion `" << fact.recognition().criterion()
                    << "` in tiers.yaml";
    } else {
      fact.mutable_recognition()->set_route(found->route);
    }
  }
}

Holder AsHolder(const CasePerson& person) {
  Holder holder;
  holder.person = &person.person;
  for (const v1::Card& card : person.cards) holder.cards.push_back(&card);
  holder.recognition_open = person.recognition_open;
  return holder;
}

bool IsRelated(const CasePerson& holder, const v1::Person& beneficiary) {
  return std::any_of(
      holder.person.relations().begin(), holder.person.relations().end(),
      [&](const auto& r) { return r.person() == beneficiary.name(); });
}

// The beneficiary, everybody who names the beneficiary as a relative, and all
// uses.
Subject SubjectOf(const Case& c, const Ask& ask) {
  Subject subject;
  subject.beneficiary = &c.people.at(ask.about).person;
  for (const auto& [name, person] : c.people) {
    const bool asked_about =
        ask.holder.empty()
            ? name == ask.about || IsRelated(person, *subject.beneficiary)
            : name == ask.holder;
    if (asked_about) subject.holders.push_back(AsHolder(person));
  }
  for (const v1::Use& use : c.uses) subject.uses.push_back(&use);
  return subject;
}

std::string DateText(const google::type::Date& date) {
  const auto parsed = CivilDate::FromProto(date);
  return parsed.ok() ? parsed->ToString() : "none";
}

void CompareGrant(const Expectation& expect, const v1::Decision& decision) {
  if (expect.level) {
    EXPECT_EQ(decision.grant().level(), *expect.level);
  }
  if (expect.track) {
    EXPECT_EQ(decision.grant().track(), *expect.track);
  }
  if (expect.owner) {
    EXPECT_EQ(decision.grant().owner(), *expect.owner);
  }
  if (expect.tier) {
    EXPECT_EQ(decision.tier(), *expect.tier);
  }
  if (expect.remaining) {
    EXPECT_TRUE(decision.grant().has_remaining());
    EXPECT_EQ(decision.grant().remaining(), *expect.remaining);
  }
  if (expect.valid_until) {
    EXPECT_EQ(DateText(decision.grant().valid_until()), *expect.valid_until);
  }
  if (expect.next_change) {
    EXPECT_EQ(decision.next_change_time().seconds(),
              absl::ToUnixSeconds(*expect.next_change));
  }
}

void AskRight(const policy::Policy& rules, const Case& c, const Ask& ask) {
  decision::Question question;
  question.entitlement = ask.what;
  question.request = ask.request;
  question.valid_time = ask.at;
  question.known_time = ask.known;
  const auto decision = decision::Decide(rules, SubjectOf(c, ask), question);
  ASSERT_TRUE(decision.ok()) << decision.status();
  SCOPED_TRACE(decision->DebugString());
  EXPECT_EQ(v1::Outcome_Name(decision->outcome()), ask.expect.outcome);
  ASSERT_GT(decision->reasons_size(), 0);
  if (ask.expect.reason) {
    EXPECT_EQ(decision->reasons(0), *ask.expect.reason);
  }
  for (const std::string& reason : ask.expect.reasons) {
    EXPECT_THAT(decision->reasons(), Contains(reason));
  }
  CompareGrant(ask.expect, *decision);
}

void AskTier(const policy::Policy& rules, const Case& c, const Ask& ask) {
  const auto answer =
      decision::AssessTier(rules, c.people.at(ask.about).person, ask.at);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->tier().empty() ? "none" : answer->tier(),
            ask.expect.outcome);
  if (ask.expect.high_level) {
    EXPECT_EQ(answer->high_level(), *ask.expect.high_level);
  }
  std::vector<std::string> met;
  for (const auto& finding : answer->criteria()) {
    if (finding.met()) met.push_back(finding.criterion());
  }
  for (const auto& criterion : ask.expect.met) {
    EXPECT_THAT(met, Contains(criterion));
  }
  for (const auto& criterion : ask.expect.not_met) {
    EXPECT_THAT(met, testing::Not(Contains(criterion)));
  }
}

void AskCard(const policy::Policy& rules, const Case& c, const Ask& ask) {
  const auto view =
      decision::ViewCard(rules, AsHolder(c.people.at(ask.about)), ask.at);
  ASSERT_TRUE(view.ok()) << view.status();
  EXPECT_EQ(view->state(), ask.expect.outcome);
  if (ask.expect.reason) {
    EXPECT_EQ(view->state_reason(), *ask.expect.reason);
  }
}

class CaseTest : public testing::Test {
 public:
  explicit CaseTest(Case c) : case_(std::move(c)) {}

  void TestBody() override {
    if (!case_.pending.empty()) GTEST_SKIP() << "pending: " << case_.pending;
    const auto rules = case_.rules.empty() ? Rules() : LoadRules(case_.rules);
    ASSERT_NE(rules, nullptr);
    for (auto& [name, person] : case_.people) {
      FillRoutes(*rules, &person.person);
    }
    for (const Ask& ask : case_.asks) {
      SCOPED_TRACE(absl::StrCat(case_.path, ":", ask.line, ": ", ask.what,
                                " for ", ask.about));
      if (ask.what == "tier") {
        AskTier(*rules, case_, ask);
      } else if (ask.what == "card") {
        AskCard(*rules, case_, ask);
      } else {
        AskRight(*rules, case_, ask);
      }
    }
  }

 private:
  Case case_;
};

class BrokenFileTest : public testing::Test {
 public:
  explicit BrokenFileTest(absl::Status status) : status_(std::move(status)) {}
  void TestBody() override { FAIL() << status_.message(); }

 private:
  absl::Status status_;
};

std::vector<std::string> CaseFiles() {
  std::vector<std::string> paths;
  for (const auto& entry :
       std::filesystem::directory_iterator(absl::StrCat(kRules, "/cases"))) {
    if (entry.path().extension() == ".yaml") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

// One test a case, called by its sentence.
int RegisterCases() {
  int pending = 0;
  for (const std::string& path : CaseFiles()) {
    const std::string suite = std::filesystem::path(path).stem();
    auto cases = ReadCases(path);
    if (!cases.ok()) {
      testing::RegisterTest(suite.c_str(), "is written as README.md says",
                            nullptr, nullptr, path.c_str(), 1,
                            [status = cases.status()]() -> testing::Test* {
                              return new BrokenFileTest(status);
                            });
      continue;
    }
    for (const Case& c : *cases) {
      if (!c.pending.empty()) ++pending;
      testing::RegisterTest(
          suite.c_str(), c.name.c_str(), nullptr, nullptr, path.c_str(), c.line,
          [c]() -> testing::Test* { return new CaseTest(c); });
    }
  }
  return pending;
}

const int kPending = RegisterCases();

TEST(Cases, PendingOnesAreCounted) { RecordProperty("pending", kPending); }

}  // namespace
}  // namespace talentcard::cases
