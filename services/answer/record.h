#ifndef TALENTCARD_SERVICES_ANSWER_RECORD_H_
#define TALENTCARD_SERVICES_ANSWER_RECORD_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/answer/ask.h"
#include "services/ledger/change.h"
#include "services/rpc/calls.h"
#include "services/store/transaction.h"

// Puts answers and changes on record: nothing is told or changed without its
// leaf.
namespace talentcard::answer {

// Records one answer: gives the decision its name and log index.
absl::Status RecordAnswer(store::Transaction& transaction,
                          const store::Vault& vault, const rpc::Call& call,
                          Asked& asked);
// Records up to 256 answers as one leaf.
absl::Status RecordAnswers(store::Transaction& transaction,
                           const store::Vault& vault, const rpc::Call& call,
                           std::vector<Asked>& asked);

// Finishes a change of somebody's records; `subject` is a person's id or the
// system. With a decision the change rests on it, and the leaf records both.
absl::Status FinishChange(ledger::Change& change, const rpc::Call& call,
                          ledger::LeafKind kind, const std::string& subject,
                          const std::string& note,
                          const Asked* asked = nullptr);

// An answer in the form that rpc::Answer takes: a response, and how the
// decision that was recorded is shown in it.
template <typename Response>
struct PreparedAnswer {
  Response response;
  rpc::Call call;
  std::shared_ptr<std::vector<Asked>> asked;
  // Fills the response from the decisions, once they have names.
  std::function<void(const std::vector<Asked>&, Response&)> show;

  absl::Status Record(store::Transaction& transaction,
                      const store::Vault& vault, Response& out) {
    std::vector<Asked> copy = *asked;
    RETURN_IF_ERROR(copy.size() == 1
                        ? RecordAnswer(transaction, vault, call, copy[0])
                        : RecordAnswers(transaction, vault, call, copy));
    show(copy, out);
    return absl::OkStatus();
  }
};

template <typename Response>
PreparedAnswer<Response> Prepare(
    const rpc::Call& call, std::vector<Asked> asked,
    std::function<void(const std::vector<Asked>&, Response&)> show) {
  PreparedAnswer<Response> prepared{
      {},
      call,
      std::make_shared<std::vector<Asked>>(std::move(asked)),
      std::move(show)};
  prepared.show(*prepared.asked, prepared.response);
  return prepared;
}

// What an entry opens to. kNotFound if it was erased.
absl::StatusOr<v1::LogRecord> OpenRecord(const store::Reader& reader,
                                         const store::Vault& vault,
                                         uint64_t log_index);

}  // namespace talentcard::answer

#endif  // TALENTCARD_SERVICES_ANSWER_RECORD_H_
