#ifndef TALENTCARD_SERVICES_ANSWER_ASK_H_
#define TALENTCARD_SERVICES_ANSWER_ASK_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "chengzhou/talentcard/v1/log_record.pb.h"
#include "engine/decision/consents.h"
#include "engine/policy/policy.h"
#include "services/answer/known.h"
#include "services/rpc/calls.h"

namespace talentcard::answer {

namespace v1 = chengzhou::talentcard::v1;

// A question and its answer, not recorded yet.
struct Asked {
  v1::LoggedQuestion question;
  v1::Decision decision;
  // The keyed hash of the document asked by; empty if asked by name.
  std::string document = "";
  // If nobody on record has it: somebody on record whose answer is as much work
  // to record, and by how many bytes that one would be longer.
  std::string stand_in = "";
  size_t padding = 0;
  // Nothing lets the asker know of this person: what is told is what is told of
  // nobody. The record says what is true.
  bool withheld = false;
};
// What the asker is told of it, and how it comes out for them.
v1::Decision Told(const policy::Policy& policy, const Asked& asked);
v1::Outcome OutcomeTold(const Asked& asked);

// Decides a question from what is known. With a known_time in the past it is
// decided as it would have been then: facts, uses and policy of that time.
// Somebody not on record (empty beneficiary) gets the same answer as somebody
// with no card.
absl::StatusOr<Asked> Ask(const rpc::Foundation& foundation, const Known& known,
                          const rpc::Call& call, v1::LoggedQuestion question);
// The same of whom a document found; who came on record after a known_time in
// the past is nobody's then. Somebody not on record takes about as long as
// somebody on record: for them another one is decided about and forgotten.
absl::StatusOr<Asked> AskOf(const rpc::Foundation& foundation,
                            const Known& known, const rpc::Call& call,
                            const records::Found& sought,
                            v1::LoggedQuestion question);

// The same from exactly what is known, under a known policy: for replays.
absl::StatusOr<v1::Decision> AskAt(const Known& known,
                                   const policy::Policy& policy,
                                   const v1::LoggedQuestion& question,
                                   bool explain);

// Whether an asker may be told of `person` today: where it needs a consent to
// `disclosure`, only by one that counts by the latest record, whatever day is
// asked about. `holder` is through whom the person has the right. Both are
// names; who is not on record consents to nothing.
absl::StatusOr<bool> MayBeTold(const Known& now, const rpc::Call& call,
                               const decision::Disclosure& disclosure,
                               const std::string& person,
                               const std::string& holder);
// Whether the rules want a consent that is not there, whatever else they say.
bool LacksConsent(const v1::Decision& decision);
// RULES_REFUSE: what needs a consent is not done without it. `decision` is the
// name of the answer that says so, if there is one.
absl::Status RefuseWithoutConsent(const policy::Policy& policy,
                                  const std::string& decision = "");

// Those in a decision who are, or may be, minors today, by the variables in
// which conditions see them: `beneficiary`, `holder`. Who is not on record may
// be one.
absl::StatusOr<std::vector<std::string>> MinorsIn(const Known& now,
                                                  const rpc::Call& call,
                                                  const v1::Decision& decision);
// Clears what its explanation shows of their records.
void HideOfMinors(const std::vector<std::string>& minors,
                  v1::Decision& decision);

// The entitlement that answers a desk's question, e.g. `school/PRI`; null if
// none.
const policy::Entitlement* EntitlementOfDesk(const policy::Policy& policy,
                                             std::string_view desk);

}  // namespace talentcard::answer

#endif  // TALENTCARD_SERVICES_ANSWER_ASK_H_
