#ifndef TALENTCARD_SERVICES_ANSWER_MATTERS_H_
#define TALENTCARD_SERVICES_ANSWER_MATTERS_H_

#include <string>

#include "absl/status/statusor.h"
#include "chengzhou/talentcard/v1/matter_service.pb.h"
#include "engine/workflow/workflow.h"
#include "services/ledger/change.h"
#include "services/rpc/calls.h"

// Matters in a transaction, with what follows from them: what the matter
// service and its typed faces share. The caller finishes the change.
namespace talentcard::answer {

namespace v1 = chengzhou::talentcard::v1;

// Both refuse what needs a consent that is not there, and show all of the
// matter: SeenBy says what of it the asker sees.
absl::StatusOr<v1::Matter> OpenMatter(const rpc::Foundation& foundation,
                                      const rpc::Call& call,
                                      const v1::Matter& draft,
                                      const std::string& use,
                                      store::Transaction& transaction,
                                      ledger::Change& change);

// A recognition becomes a fact of the person; a use a matter holds (field
// `use`) is confirmed or released.
absl::StatusOr<v1::Matter> ActOnMatter(const rpc::Foundation& foundation,
                                       const rpc::Call& call,
                                       const std::string& name,
                                       const std::string& etag,
                                       const workflow::Event& event,
                                       store::Transaction& transaction,
                                       ledger::Change& change);

}  // namespace talentcard::answer

#endif  // TALENTCARD_SERVICES_ANSWER_MATTERS_H_
