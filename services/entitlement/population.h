#ifndef TALENTCARD_SERVICES_ENTITLEMENT_POPULATION_H_
#define TALENTCARD_SERVICES_ENTITLEMENT_POPULATION_H_

#include <compare>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "chengzhou/talentcard/v1/entitlement_service.pb.h"
#include "engine/decision/census.h"
#include "services/answer/known.h"
#include "services/answer/subject.h"

namespace talentcard::entitlement {

namespace v1 = chengzhou::talentcard::v1;

// One policy asked about everybody on record on one day, on all cores, a part
// of the people at a time.
class PopulationRun {
 public:
  // False ends the run.
  using Send = std::function<bool(v1::EvaluatePopulationResponse)>;

  // kNotFound if the policy has no such entitlement.
  static absl::StatusOr<std::unique_ptr<PopulationRun>> Create(
      answer::Known known, std::shared_ptr<const policy::Policy> policy,
      absl::Time instant, const std::vector<std::string>& entitlements,
      bool include_decisions);

  // Calls `send` from this thread: progress after every part, counts last.
  // kCancelled if it said so.
  absl::Status Run(const Send& send) const;

 private:
  struct Kind {
    std::string entitlement;
    std::string tier;
    std::string category;
    std::string relation;
    int outcome = 0;
    std::string reason;
    auto operator<=>(const Kind&) const = default;
  };
  using Counts = std::map<Kind, int64_t>;
  // What one thread found about a part of the people.
  struct Part {
    absl::Status status;
    int64_t people = 0;
    Counts counts;
    std::vector<v1::PopulationDecision> decisions;
  };
  class Parts;

  PopulationRun(answer::Known known,
                std::shared_ptr<const policy::Policy> policy,
                absl::Time instant, std::vector<std::string> entitlements,
                decision::Census census, bool include_decisions);

  absl::StatusOr<std::vector<std::string>> EverybodysIds() const;
  Part Evaluate(std::span<const std::string> ids) const;
  // With the holder and each relative on file that is on record.
  absl::Status Load(const std::string& id,
                    std::vector<answer::LoadedSubject>& loaded) const;
  void Count(const decision::Subject& subject,
             std::span<const decision::CensusAnswer> answers, Part& part) const;

  const answer::Known known_;
  const std::shared_ptr<const policy::Policy> policy_;
  const absl::Time instant_;
  const std::vector<std::string> entitlements_;
  const decision::Census census_;
  const answer::UsesCounted uses_counted_;
  const bool include_decisions_;
};

}  // namespace talentcard::entitlement

#endif  // TALENTCARD_SERVICES_ENTITLEMENT_POPULATION_H_
