#ifndef TALENTCARD_ENGINE_DECISION_CENSUS_H_
#define TALENTCARD_ENGINE_DECISION_CENSUS_H_

#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/cel/columnar/population.h"
#include "engine/decision/decide.h"
#include "engine/decision/scene.h"
#include "engine/policy/compiled_conditions.h"

namespace talentcard::decision {

// What is asked of everybody. The request has no acceptance date: applications
// are decided one by one.
struct CensusQuestion {
  std::string entitlement;
  v1::RequestView request;
};

// What Decide would answer, in short.
struct CensusAnswer {
  // Unspecified if it was not asked: the right is for no such relation.
  v1::Outcome outcome = v1::OUTCOME_UNSPECIFIED;
  // The first reason code; lives as long as the policy.
  std::string_view reason;
};

// Asks one policy the same questions about many people on one day, by columns.
// Immutable; safe to share between threads.
class Census {
 public:
  // `policy` must outlive it. kNotFound if it has no such entitlement,
  // kInvalidArgument if a request has an acceptance date.
  static absl::StatusOr<Census> Create(const policy::Policy& policy,
                                       absl::Time instant,
                                       std::vector<CensusQuestion> questions);

  // Some subjects' facts by column, for every question.
  class Group;

  // `subjects`: each with its one holder, whose `seen` and the beneficiary's
  // cover the instant. They must outlive the group.
  Group Flatten(std::span<const Subject> subjects) const;
  // By subject, and for each by question. A group is judged by one thread.
  std::vector<CensusAnswer> Judge(Group& group) const;

 private:
  struct Asked;

  Census(const policy::Policy& policy, absl::Time instant)
      : policy_(policy),
        instant_(instant),
        day_(CivilDate::InBeijing(instant)) {}

  // `result_of(i)`: how a condition comes out.
  template <typename ResultOf>
  CensusAnswer AnswerOf(const Asked& asked, const Subject& subject,
                        const Scene& scene, const ResultOf& result_of) const;
  std::string_view ReasonOf(const Asked& asked, size_t place,
                            const Scene& scene) const;
  CensusAnswer AskDecide(const Asked& asked, const Subject& subject) const;
  // The policy's own copy of a code, or the engine's.
  std::string_view Lasting(std::string_view reason) const;

  const policy::Policy& policy_;
  absl::Time instant_;
  CivilDate day_;
  // Codes that outlive an evaluation.
  std::unordered_map<std::string_view, std::string_view> reasons_;
  std::vector<std::shared_ptr<const Asked>> questions_;
};

class Census::Group {
 private:
  friend class Census;
  struct Person {
    const Subject* subject;
    Relationship relationship;
    Scene scene;  // Of views that live as long as the subject.
  };
  struct Columns {
    std::vector<uint32_t> people;  // Of whom it is asked.
    std::unique_ptr<const cel::columnar::Population> facts;
  };
  std::deque<Person> people_;
  std::vector<Columns> columns_;  // By question.
};

}  // namespace talentcard::decision

#endif  // TALENTCARD_ENGINE_DECISION_CENSUS_H_
