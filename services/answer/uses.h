#ifndef TALENTCARD_SERVICES_ANSWER_USES_H_
#define TALENTCARD_SERVICES_ANSWER_USES_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/answer/record.h"

// A right is used in steps, reserved, confirmed, released, and each step stands
// on the leaf of the answer or the change that it came from.
namespace talentcard::answer {

// A decision that uses up what it grants, and the leaf it will be.
class Draw {
 public:
  // Gives the decision its name and log index.
  static absl::StatusOr<Draw> Begin(store::Transaction& transaction,
                                    const rpc::Foundation& foundation,
                                    const rpc::Call& call, Asked asked);
  bool granted() const;
  const v1::Decision& decision() const { return asked_.decision; }
  ledger::Change& change() { return change_; }
  // What is granted, not written yet and without attributes.
  v1::Use NewUse(v1::Use::State state, absl::Time time) const;
  absl::Status Write(const v1::Use& use);
  // `what` is noted as recorded or refused.
  absl::Status Finish(const rpc::Call& call, const std::string& what);

 private:
  Draw(store::Transaction& transaction, const rpc::Foundation& foundation,
       ledger::Change change, Asked asked)
      : transaction_(&transaction),
        foundation_(&foundation),
        change_(std::move(change)),
        asked_(std::move(asked)) {}

  store::Transaction* transaction_;
  const rpc::Foundation* foundation_;
  ledger::Change change_;
  Asked asked_;
};

// OK unless `use` is a reservation that has lapsed by the rules in force now:
// then STATE_FORBIDS, saying since when and what to do.
absl::Status CheckKept(const rpc::Call& call, const v1::Use& use);

// Confirms or releases a use at `call.now`, as part of `change`. A reservation
// that has lapsed is not confirmed: see CheckKept.
absl::Status MoveUse(const rpc::Foundation& foundation, const rpc::Call& call,
                     v1::Use& use, v1::Use::State to,
                     store::Transaction& transaction, ledger::Change& change);
// The same as a change of its own; returns its log index.
absl::StatusOr<uint64_t> MoveUse(const rpc::Foundation& foundation,
                                 const rpc::Call& call, v1::Use& use,
                                 v1::Use::State to, const std::string& note,
                                 store::Transaction& transaction);

// Which uses something that ended touches: those on the person's card, or also
// what they used themselves on another's.
enum class Touched { kOnTheirCard, kAlsoByThem };
// Marks what was used since then: it stays, and somebody looks at it.
absl::Status MarkAffected(store::Transaction& transaction,
                          const rpc::Foundation& foundation,
                          ledger::Change& change, const v1::Person& person,
                          absl::Time since, Touched touched);

}  // namespace talentcard::answer

#endif  // TALENTCARD_SERVICES_ANSWER_USES_H_
