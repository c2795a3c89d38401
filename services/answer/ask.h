#ifndef TALENTCARD_SERVICES_ANSWER_ASK_H_
#define TALENTCARD_SERVICES_ANSWER_ASK_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "chengzhou/talentcard/v1/log_record.pb.h"
#include "engine/policy/policy.h"
#include "services/answer/known.h"
#include "services/rpc/calls.h"

namespace talentcard::answer {

namespace v1 = chengzhou::talentcard::v1;

// A question and its answer, not recorded yet.
struct Asked {
  v1::LoggedQuestion question;
  v1::Decision decision;
  // If nobody on record has the document asked about: its keyed hash, somebody
  // on record whose answer is as much work to record, and by how many bytes
  // that one would be longer.
  std::string missed = "";
  std::string stand_in = "";
  size_t padding = 0;
};

// Decides a question from what is known. With a known_time in the past it is
// decided as it would have been then: facts, uses and policy of that time.
// Somebody not on record (empty beneficiary) gets the same answer as somebody
// with no card.
absl::StatusOr<Asked> Ask(const rpc::Foundation& foundation, const Known& known,
                          const rpc::Call& call, v1::LoggedQuestion question);
// The same of whom a document found. Somebody not on record takes about as long
// as somebody on record: for them another one is decided about and forgotten.
absl::StatusOr<Asked> AskOf(const rpc::Foundation& foundation,
                            const Known& known, const rpc::Call& call,
                            const records::Found& sought,
                            v1::LoggedQuestion question);

// The same from exactly what is known, under a known policy: for replays.
absl::StatusOr<v1::Decision> AskAt(const Known& known,
                                   const policy::Policy& policy,
                                   const v1::LoggedQuestion& question,
                                   bool explain);

// The entitlement that answers a desk's question, e.g. `school/PRI`; null if
// none.
const policy::Entitlement* EntitlementOfDesk(const policy::Policy& policy,
                                             std::string_view desk);

}  // namespace talentcard::answer

#endif  // TALENTCARD_SERVICES_ANSWER_ASK_H_
