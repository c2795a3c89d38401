#ifndef TALENTCARD_TESTS_CASES_CASE_FILE_H_
#define TALENTCARD_TESTS_CASES_CASE_FILE_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "chengzhou/talentcard/v1/card_service.pb.h"
#include "chengzhou/talentcard/v1/conditions.pb.h"
#include "chengzhou/talentcard/v1/decision.pb.h"
#include "chengzhou/talentcard/v1/person.pb.h"

// The cases of rules/haicheng/cases, whose README.md says how to write one.
namespace talentcard::cases {

namespace v1 = chengzhou::talentcard::v1;

struct CasePerson {
  // `name` is `people/` and the case's short name. The routes of recognitions
  // are left out: they follow from the criterion.
  v1::Person person;
  std::vector<v1::Card> cards;
  bool recognition_open = false;
};

// What an answer must be; what is absent is not looked at.
struct Expectation {
  std::string outcome;                // Or a tier, or the state of a card.
  std::optional<std::string> reason;  // The first one.
  std::vector<std::string> reasons;   // Each among those given.
  std::optional<std::string> level;
  std::optional<std::string> track;
  std::optional<std::string> owner;
  std::optional<std::string> tier;
  std::optional<std::string> valid_until;  // YYYY-MM-DD
  std::optional<int> remaining;
  std::optional<absl::Time> next_change;
  std::optional<bool> high_level;
  std::vector<std::string> met;      // Criteria the facts meet …
  std::vector<std::string> not_met;  // … and do not.
};

struct Ask {
  int line = 0;
  std::string what;    // An entitlement, `tier` or `card`.
  std::string about;   // A short name.
  std::string holder;  // A short name; everybody related if empty.
  absl::Time at;
  absl::Time known;
  v1::RequestView request;
  Expectation expect;
};

// Text added to a rule file for one case.
struct RuleChange {
  std::string file;
  std::string append;
};

struct Case {
  std::string name;
  std::string path;
  int line = 0;
  std::string pending;  // Why it is not run; empty if it is.
  std::vector<RuleChange> rules;
  std::map<std::string, CasePerson> people;
  std::vector<v1::Use> uses;
  std::vector<Ask> asks;
};

// Reads a file of cases. kInvalidArgument names every mistake as path:line.
absl::StatusOr<std::vector<Case>> ReadCases(const std::string& path);

}  // namespace talentcard::cases

#endif  // TALENTCARD_TESTS_CASES_CASE_FILE_H_
