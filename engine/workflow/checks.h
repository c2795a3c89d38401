#ifndef TALENTCARD_ENGINE_WORKFLOW_CHECKS_H_
#define TALENTCARD_ENGINE_WORKFLOW_CHECKS_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "engine/workflow/workflow.h"

// What forbids an action, and what is wrong with what was given for it.
namespace talentcard::workflow {

// Why not, in both languages.
struct Refusal {
  absl::StatusCode code = absl::StatusCode::kFailedPrecondition;
  policy::Text text;

  absl::Status ToStatus() const;  // `English (中文)`
};
using MaybeRefusal = std::optional<Refusal>;

inline constexpr int kMostEvidence = 64;
inline constexpr size_t kLongestFieldBytes = 2000;

// The instant a span after `from`: the end of its last day in Beijing.
absl::Time After(const policy::Policy& policy, const policy::Span& span,
                 absl::Time from);
// When the matter came into its present state.
absl::Time Entered(const v1::Matter& matter);

// The actor, a relative in either's record, or an employer of the subject; or
// the actor or their relative in a field, e.g. a spouse to be placed.
bool Involved(const v1::Matter& matter, const v1::Person& subject,
              const Actor& actor);

// Kind of actor, own family, four eyes.
MaybeRefusal WrongActor(const policy::MatterActionRule& action,
                        const v1::Matter& matter, const v1::Person& subject,
                        const Actor& actor);
// Too early or too late.
MaybeRefusal WrongTime(const policy::Policy& policy,
                       const policy::MatterActionRule& action,
                       const v1::Matter& matter, absl::Time now);
MaybeRefusal MissingEvidence(const policy::MatterActionRule& action,
                             const v1::Matter& matter);
// The rule's own requirement; `matter` with the fields of the event.
MaybeRefusal Unmet(const policy::Policy& policy, const policy::MatterKind& kind,
                   const policy::MatterActionRule& action,
                   const v1::Matter& matter, const v1::Person& subject,
                   absl::Time now);

// Adds every mistake: absent, not allowed, unknown or too long fields.
void CheckFields(const policy::Policy& policy,
                 const std::vector<policy::MatterField>& wanted,
                 const std::map<std::string, std::string>& given,
                 std::vector<std::string>& mistakes);
// Adds a route that is not that of the criterion: nobody evades the bar from
// one by naming another.
void CheckRoute(const policy::Policy& policy, const policy::MatterKind& kind,
                const std::map<std::string, std::string>& given,
                std::vector<std::string>& mistakes);
// Adds kinds of evidence the policy does not know, and more than fits.
void CheckEvidence(const policy::Policy& policy,
                   const std::vector<v1::Evidence>& evidence,
                   std::vector<std::string>& mistakes);

}  // namespace talentcard::workflow

#endif  // TALENTCARD_ENGINE_WORKFLOW_CHECKS_H_
