#ifndef TALENTCARD_SERVICES_ANSWER_DISCLOSURE_H_
#define TALENTCARD_SERVICES_ANSWER_DISCLOSURE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "chengzhou/talentcard/v1/matter_service.pb.h"
#include "engine/decision/consents.h"
#include "services/answer/ask.h"
#include "services/answer/known.h"
#include "services/rpc/calls.h"

// What nobody is told without somebody's consent, at whatever desk they ask:
// the rights and matters that personal_data.yaml names under a purpose.
namespace talentcard::answer {

namespace v1 = chengzhou::talentcard::v1;

// Whether `person` agrees today that `to` is told of them: by a consent that
// counts; or by what the rules of the purpose's rights take for one, unless a
// consent was taken back. `holder` is through whom they have the right. Both
// are names; who was erased agrees to nothing.
absl::StatusOr<bool> Agrees(const rpc::Foundation& foundation,
                            const Known& known, const rpc::Call& call,
                            const decision::Disclosure& to,
                            const std::string& holder,
                            const std::string& person);

// Marks an answer as withheld from an asker with whom the beneficiary does not
// agree.
absl::Status WithholdUnlessAgreed(const rpc::Foundation& foundation,
                                  const Known& known, const rpc::Call& call,
                                  Asked& asked);

// As much of a matter as the asker sees, with the actions it offers; nullopt if
// it is not there for them.
absl::StatusOr<std::optional<v1::Matter>> SeenBy(
    const rpc::Foundation& foundation, const Known& known,
    const rpc::Call& call, v1::Matter matter);

// Before a matter is opened, or moved by an action. kNotFound if it is not
// there for the asker; RefuseWithoutConsent where a consent is needed and is
// not there.
absl::Status CheckOpening(const rpc::Foundation& foundation, const Known& known,
                          const rpc::Call& call, const v1::Matter& draft);
absl::Status CheckAction(const rpc::Foundation& foundation, const Known& known,
                         const rpc::Call& call, const v1::Matter& matter,
                         const std::string& action);

// Under `own` of somebody's record: that an open matter about them waits with
// the asker's kind, and with no other institution of it; one that somebody has
// to agree to shows them what it is about, and no record. kNotFound.
absl::Status CheckInHand(const rpc::Foundation& foundation, const Known& known,
                         const rpc::Call& call, const std::string& person);

// Whom a look at a matter is a look at: its subject, and who has to agree to it
// if they are on record still. Names.
absl::StatusOr<std::vector<std::string>> PeopleIn(const Known& known,
                                                  const rpc::Call& call,
                                                  const v1::Matter& matter);

}  // namespace talentcard::answer

#endif  // TALENTCARD_SERVICES_ANSWER_DISCLOSURE_H_
