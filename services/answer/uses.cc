#include "services/answer/uses.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/decision/limits.h"
#include "engine/decision/view.h"
#include "services/answer/misses.h"
#include "services/records/names.h"
#include "services/records/uses.h"

namespace talentcard::answer {

absl::StatusOr<Draw> Draw::Begin(store::Transaction& transaction,
                                 const rpc::Foundation& foundation,
                                 const rpc::Call& call, Asked asked) {
  RETURN_IF_ERROR(AlarmIfCanary(transaction, foundation, call, asked));
  RETURN_IF_ERROR(CountMisses(transaction, foundation, call, {&asked, 1}));
  ASSIGN_OR_RETURN(ledger::Change change,
                   ledger::Change::Begin(transaction, foundation.vault));
  NameDecision(change, asked.decision);
  return Draw(transaction, foundation, std::move(change), std::move(asked));
}

bool Draw::granted() const { return Granted(asked_.decision); }

v1::Use Draw::NewUse(v1::Use::State state, absl::Time time) const {
  v1::Use use;
  use.set_name(records::NameOf("uses", foundation_->vault.random().NewId()));
  use.set_entitlement(decision().entitlement());
  use.set_holder(decision().holder());
  use.set_beneficiary(decision().beneficiary());
  use.set_decision(decision().name());
  use.set_state(state);
  *use.mutable_reserve_time() = decision::ToTimestamp(time);
  if (state == v1::Use::CONFIRMED)
    *use.mutable_confirm_time() = use.reserve_time();
  return use;
}

absl::Status Draw::Write(const v1::Use& use) {
  return records::WriteUse(*transaction_, foundation_->vault, change_, use);
}

absl::Status Draw::Finish(const rpc::Call& call, const std::string& what) {
  return FinishChange(change_, call, KindOf(asked_), SubjectOf(asked_),
                      absl::StrCat(what, granted() ? " recorded" : " refused"),
                      &asked_);
}

absl::Status CheckKept(const rpc::Call& call, const v1::Use& use) {
  if (!decision::Lapsed(*call.policy, use, CivilDate::InBeijing(call.now)))
    return absl::OkStatus();
  const std::string last = decision::KeptUntil(*call.policy, use)->ToString();
  return rpc::Error(
      absl::StatusCode::kFailedPrecondition, v1::STATE_FORBIDS,
      absl::StrCat("the reservation was kept until `", last,
                   "` and has lapsed; book or apply again / 预留至 `", last,
                   "`，已失效；请重新预约或申请"),
      {{"kept_until", last}});
}

absl::Status MoveUse(const rpc::Foundation& foundation, const rpc::Call& call,
                     v1::Use& use, v1::Use::State to,
                     store::Transaction& transaction, ledger::Change& change) {
  if (to == v1::Use::CONFIRMED) RETURN_IF_ERROR(CheckKept(call, use));
  use.set_state(to);
  *(to == v1::Use::CONFIRMED ? use.mutable_confirm_time()
                             : use.mutable_release_time()) =
      decision::ToTimestamp(call.now);
  return records::WriteUse(transaction, foundation.vault, change, use);
}

absl::StatusOr<uint64_t> MoveUse(const rpc::Foundation& foundation,
                                 const rpc::Call& call, v1::Use& use,
                                 v1::Use::State to, const std::string& note,
                                 store::Transaction& transaction) {
  ASSIGN_OR_RETURN(ledger::Change change,
                   ledger::Change::Begin(transaction, foundation.vault));
  RETURN_IF_ERROR(MoveUse(foundation, call, use, to, transaction, change));
  RETURN_IF_ERROR(FinishChange(change, call, ledger::LeafKind::kChange,
                               *records::IdOf("people", use.beneficiary()),
                               note));
  return change.log_index();
}

absl::Status MarkAffected(store::Transaction& transaction,
                          const rpc::Foundation& foundation,
                          ledger::Change& change, const v1::Person& person,
                          absl::Time since, Touched touched) {
  std::set<std::string> people = {person.name()};
  for (const v1::Relation& relation : person.relations())
    people.insert(relation.person());
  const auto is_touched = [&](const v1::Use& use) {
    const bool theirs =
        use.holder() == person.name() ||
        (touched == Touched::kAlsoByThem && use.beneficiary() == person.name());
    const absl::Time used = std::max(decision::ToTime(use.reserve_time()),
                                     decision::ToTime(use.confirm_time()));
    return theirs && used >= since && use.state() != v1::Use::RELEASED &&
           !use.affected();
  };
  for (const std::string& name : people) {
    ASSIGN_OR_RETURN(std::vector<v1::Use> uses,
                     records::UsesOf(transaction, foundation.vault,
                                     *records::IdOf("people", name)));
    for (v1::Use& use : uses) {
      if (!is_touched(use)) continue;
      use.set_affected(true);
      RETURN_IF_ERROR(
          records::WriteUse(transaction, foundation.vault, change, use));
    }
  }
  return absl::OkStatus();
}

}  // namespace talentcard::answer
