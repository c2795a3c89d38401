#ifndef TALENTCARD_ENGINE_WORKFLOW_WORKFLOW_H_
#define TALENTCARD_ENGINE_WORKFLOW_WORKFLOW_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "chengzhou/talentcard/v1/matter_service.pb.h"
#include "chengzhou/talentcard/v1/person.pb.h"
#include "engine/policy/policy.h"

// Runs matters (办件): definition + state + event + time → next state, duties
// and deadlines. Pure: nothing is stored, no clock is read.
namespace talentcard::workflow {

namespace v1 = chengzhou::talentcard::v1;

// Who acts, and from where.
struct Actor {
  std::string kind;         // Asker kind, e.g. `clerk`.
  std::string staff;        // E.g. `staff/wang`.
  std::string institution;  // E.g. `stations/haizhou`.
  std::string person;  // people/{person}, if the staff member is on record.
  // people/{person} whom that person's own record names as relatives.
  std::vector<std::string> relatives = {};

  std::string ToString() const;  // `clerk:staff/wang@stations/haizhou`
};

struct Event {
  std::string action;
  Actor actor;
  std::string comment;
  std::map<std::string, std::string> fields;
  std::vector<v1::Evidence> evidence;
  absl::Time time;
};

// What an action brings about beyond the matter itself.
struct Consequence {
  std::string kind;  // `add-recognition`, `confirm-use`, `release-use`.
  std::map<std::string, std::string> fields;
};

struct Step {
  v1::Matter matter;
  std::vector<Consequence> consequences;
};

// A new matter from a draft (kind, subject, fields, evidence, station). Every
// mistake in it is told at once: kInvalidArgument. kPermissionDenied if the
// actor's kind may not open it. `name` and etag are the caller's.
absl::StatusOr<v1::Matter> Open(const policy::Policy& policy,
                                const v1::Matter& draft,
                                const v1::Person& subject, const Actor& actor,
                                absl::Time now);

// The matter after an event. kFailedPrecondition if the state, the time or a
// requirement forbids the action; kPermissionDenied if this actor may not take
// it (wrong kind, took a step that excludes it, is family or the subject's
// employer); kInvalidArgument with every mistake in what was given. Messages of
// the first two are `English (中文)`.
//
// An action that leaves the matter in its state acknowledges it; deadlines
// stay.
absl::StatusOr<Step> Apply(const policy::Policy& policy,
                           const v1::Matter& matter, const v1::Person& subject,
                           const Event& event);

// The actions of the present state, each with what blocks it now, if anything:
// time alone, for anybody; or for one actor also who they are and what the
// rules require. A block by missing evidence or by the action's own fields
// shows only in Apply.
std::vector<v1::MatterAction> Available(const policy::Policy& policy,
                                        const v1::Matter& matter,
                                        absl::Time now);
std::vector<v1::MatterAction> Available(const policy::Policy& policy,
                                        const v1::Matter& matter,
                                        const v1::Person& subject,
                                        const Actor& actor, absl::Time now);

// Which deadlines of the present state have passed. A deadline is the end of
// its day.
struct Lateness {
  bool acknowledgement = false;  // Nobody took it up in time.
  bool step = false;             // The step was not finished in time.
  std::string escalates_to;  // The role to be told; empty if nothing is late.
};
Lateness Overdue(const policy::Policy& policy, const v1::Matter& matter,
                 absl::Time now);

}  // namespace talentcard::workflow

#endif  // TALENTCARD_ENGINE_WORKFLOW_WORKFLOW_H_
