#ifndef TALENTCARD_SERVICES_ANSWER_RECORD_H_
#define TALENTCARD_SERVICES_ANSWER_RECORD_H_

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "services/answer/ask.h"
#include "services/answer/misses.h"
#include "services/ledger/change.h"
#include "services/rpc/calls.h"
#include "services/store/transaction.h"

// Puts answers and changes on record: nothing is changed without its leaf, and
// nothing told, but while the disk is full.
namespace talentcard::answer {

bool Granted(const v1::Decision& decision);
// The leaf of an answer, by what is told, as leaves are public; and whom it is
// about: a person's id or the system.
ledger::LeafKind KindOf(const Asked& asked);
std::string SubjectOf(const Asked& asked);
// After the leaf that it will stand on.
void NameDecision(const ledger::Change& change, v1::Decision& decision);

// Records one answer: gives the decision its name and log index.
absl::Status RecordAnswer(store::Transaction& transaction,
                          const rpc::Foundation& foundation,
                          const rpc::Call& call, Asked& asked);
// Records up to 256 answers as one leaf.
absl::Status RecordAnswers(store::Transaction& transaction,
                           const rpc::Foundation& foundation,
                           const rpc::Call& call, std::vector<Asked>& asked);

// Finishes a change of somebody's records; `subject` is a person's id or the
// system. With a decision the change rests on it, and the leaf records both.
absl::Status FinishChange(ledger::Change& change, const rpc::Call& call,
                          ledger::LeafKind kind, const std::string& subject,
                          const std::string& note, Asked* asked = nullptr);

// Of an answer that could not be recorded after all.
inline void ForgetRecord(Asked& asked) {
  asked.decision.clear_name();
  asked.decision.clear_log_index();
}

// A list of one answer; copies of what is only moved are not made.
inline std::vector<Asked> One(Asked asked) {
  std::vector<Asked> all;
  all.push_back(std::move(asked));
  return all;
}

// Answers in the form that rpc::Answer takes, and how they are shown.
template <typename Response>
class PreparedAnswer {
 public:
  using Show = std::function<void(const rpc::Call&, const std::vector<Asked>&,
                                  Response&)>;
  PreparedAnswer(std::vector<Asked> asked, Show show)
      : asked_(std::move(asked)), show_(std::move(show)) {}

  absl::Status Record(store::Transaction& transaction,
                      const rpc::Foundation& foundation, const rpc::Call& call,
                      Response& out) {
    RETURN_IF_ERROR(asked_.size() == 1
                        ? RecordAnswer(transaction, foundation, call, asked_[0])
                        : RecordAnswers(transaction, foundation, call, asked_));
    show_(call, asked_, out);
    return absl::OkStatus();
  }
  // While nothing can be recorded: without names, and not for who guesses.
  absl::Status ShowUnrecorded(const rpc::Foundation& foundation,
                              const rpc::Call& call, Response& out) {
    RETURN_IF_ERROR(CheckNotRefused(foundation, call));
    for (Asked& one : asked_) ForgetRecord(one);
    show_(call, asked_, out);
    return absl::OkStatus();
  }

 private:
  std::vector<Asked> asked_;
  Show show_;
};

// What an entry opens to. kNotFound if it was erased.
absl::StatusOr<v1::LogRecord> OpenRecord(const store::Reader& reader,
                                         const store::Vault& vault,
                                         uint64_t log_index);

}  // namespace talentcard::answer

#endif  // TALENTCARD_SERVICES_ANSWER_RECORD_H_
