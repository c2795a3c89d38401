#ifndef TALENTCARD_ENGINE_DECISION_DECIDE_H_
#define TALENTCARD_ENGINE_DECISION_DECIDE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "chengzhou/talentcard/v1/card_service.pb.h"
#include "chengzhou/talentcard/v1/conditions.pb.h"
#include "chengzhou/talentcard/v1/decision.pb.h"
#include "chengzhou/talentcard/v1/person.pb.h"
#include "engine/decision/seen.h"
#include "engine/policy/policy.h"

namespace talentcard::decision {

namespace v1 = chengzhou::talentcard::v1;

// A person through whom the beneficiary may have the right.
struct Holder {
  const v1::Person* person = nullptr;  // Never null; may be the beneficiary.
  std::vector<const v1::Card*> cards;  // All of them, ended ones too.
  bool recognition_open = false;
  // What `See` gave for this holder and policy, if the caller kept it.
  const Seen* seen = nullptr;
};

// Everything known about the people in a question. Nothing here is owned; it
// must outlive the call.
struct Subject {
  const v1::Person* beneficiary = nullptr;
  // What `See` gave for the beneficiary as a holder, if the caller kept it.
  const Seen* beneficiary_seen = nullptr;
  // Possible holders: the beneficiary, and everybody whose record names the
  // beneficiary as a relative, now or formerly.
  std::vector<Holder> holders;
  // Uses by any of them, of any entitlement, newest last.
  std::vector<const v1::Use*> uses;
};

struct Question {
  std::string entitlement;
  v1::RequestView request;
  absl::Time valid_time;  // When the right is used.
  // As of when the facts were known. Consents count as of then, if that is
  // after `valid_time`; else it is for the answer only.
  absl::Time known_time;
  // Whether to look for `next_change_time` (costs tens of evaluations) and to
  // give every finding, with texts and values.
  bool explain = true;
};

// A holder as rules see them at `instant`, and for how long so.
Seen See(const policy::Policy& policy, const Holder& holder,
         absl::Time instant);

// Answers `question` from `subject` under `policy`; with several holders, the
// kindest answer.
//
// Pure: reads no clock, storage or global, so replaying a recorded question
// against the policy it names always gives the recorded decision.
//
// A refusal is a Decision, not an error. kNotFound if the policy has no such
// entitlement. `name`, `log_index` and `facts_revision` are left for the
// caller.
absl::StatusOr<v1::Decision> Decide(const policy::Policy& policy,
                                    const Subject& subject,
                                    const Question& question);

// The tier of `person` on the day of `valid_time`, and what every criterion
// says.
absl::StatusOr<v1::AssessTierResponse> AssessTier(const policy::Policy& policy,
                                                  const v1::Person& person,
                                                  absl::Time valid_time);

// The card of `holder` on that day, as rules see it.
absl::StatusOr<v1::CardView> ViewCard(const policy::Policy& policy,
                                      const Holder& holder,
                                      absl::Time valid_time);

}  // namespace talentcard::decision

#endif  // TALENTCARD_ENGINE_DECISION_DECIDE_H_
