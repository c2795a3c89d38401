#include "services/registry/erase.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/decision/limits.h"
#include "services/answer/record.h"
#include "services/records/cards.h"
#include "services/records/erasure.h"
#include "services/records/erasure_list.h"
#include "services/records/matters.h"
#include "services/records/names.h"
#include "services/records/people.h"
#include "services/records/sealed.h"
#include "services/records/uses.h"
#include "services/rpc/validation.h"
#include "services/store/purge.h"

namespace talentcard::registry {
namespace {

constexpr size_t kLongestGround = 500;

// What has to be ended first.
absl::StatusOr<std::vector<std::string>> StillOpen(
    const store::Transaction& transaction, const store::Vault& vault,
    const policy::Policy& policy, const std::string& id, CivilDate day) {
  std::vector<std::string> open;
  ASSIGN_OR_RETURN(const std::vector<v1::Card> cards,
                   records::CardsOf(transaction, vault, id));
  for (const v1::Card& card : cards) {
    if (records::MayBeUsed(card, day)) open.push_back(card.name());
  }
  ASSIGN_OR_RETURN(const std::vector<v1::Matter> matters,
                   records::MattersOf(transaction, vault, id));
  for (const v1::Matter& matter : matters) {
    if (!matter.closed()) open.push_back(matter.name());
  }
  ASSIGN_OR_RETURN(const std::vector<v1::Use> uses,
                   records::UsesOf(transaction, vault, id));
  for (const v1::Use& use : uses) {
    if (decision::IsKept(policy, use, day)) open.push_back(use.name());
  }
  return open;
}

}  // namespace

absl::Status CheckErase(const v1::ErasePersonRequest& request) {
  std::vector<rpc::Violation> violations;
  rpc::CheckName("name", "people", request.name(), violations);
  if (request.ground().empty() || request.ground().size() > kLongestGround) {
    violations.push_back(
        {"ground", "say why, in at most 500 bytes and without personal data"});
  }
  return rpc::Invalid(violations);
}

absl::StatusOr<v1::ErasePersonResponse> Erase(
    const rpc::Foundation& foundation, const rpc::Call& call,
    const v1::ErasePersonRequest& request, store::Transaction& transaction) {
  const store::Vault& vault = foundation.vault;
  const std::string id = *records::IdOf("people", request.name());
  ASSIGN_OR_RETURN(const std::optional<v1::Person> person,
                   records::ReadPerson(transaction, vault, id));
  if (!person) return rpc::NotFound("person", request.name());
  ASSIGN_OR_RETURN(const std::vector<std::string> open,
                   StillOpen(transaction, vault, *call.policy, id,
                             CivilDate::InBeijing(call.now)));
  if (!open.empty()) {
    return rpc::Error(
        absl::StatusCode::kFailedPrecondition, v1::STATE_FORBIDS,
        absl::StrCat("end these first: ", absl::StrJoin(open, ", ")));
  }
  ASSIGN_OR_RETURN(ledger::Change change,
                   ledger::Change::Begin(transaction, vault));
  // Whom is not said: it would link the leaves that erasing has parted.
  RETURN_IF_ERROR(answer::FinishChange(
      change, call, ledger::LeafKind::kErasure,
      std::string(store::kSystemOwner),
      absl::StrCat("a person erased: ", request.ground())));
  if (foundation.erasures != nullptr)
    RETURN_IF_ERROR(records::NoteErasure(vault, *foundation.erasures, id));
  RETURN_IF_ERROR(records::ErasePerson(transaction, vault, id));
  v1::ErasePersonResponse response;
  response.set_log_index(static_cast<int64_t>(change.log_index()));
  return response;
}

absl::StatusOr<bool> WasErased(const rpc::Foundation& foundation,
                               const store::Reader& reader,
                               std::string_view id) {
  if (foundation.erasures != nullptr &&
      records::IsNoted(foundation.vault, *foundation.erasures, id))
    return true;
  return foundation.vault.IsDestroyed(reader, id);
}

absl::StatusOr<size_t> RepeatErasures(const rpc::Foundation& foundation) {
  if (foundation.erasures == nullptr) return 0;
  const store::Vault& vault = foundation.vault;
  ASSIGN_OR_RETURN(const std::vector<std::string> present,
                   records::ErasedButPresent(foundation.database.Latest(),
                                             vault, *foundation.erasures));
  if (present.empty()) return 0;
  const auto erase = [&](store::Transaction& transaction) -> absl::Status {
    for (const std::string& id : present) {
      ASSIGN_OR_RETURN(ledger::Change change,
                       ledger::Change::Begin(transaction, vault));
      v1::LogRecord record;
      record.set_note("a person erased before, erased again after a restore");
      ledger::Account account;
      account.kind = ledger::LeafKind::kErasure;
      account.time_ms =
          static_cast<uint64_t>(absl::ToUnixMillis(foundation.clock.Now()));
      account.facts = records::Deterministic(record);
      RETURN_IF_ERROR(change.Finish(account));
      RETURN_IF_ERROR(records::ErasePerson(transaction, vault, id));
    }
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(foundation.writer.Run(erase).status());
  RETURN_IF_ERROR(
      store::PurgeIfRequested(foundation.database, foundation.writer));
  return present.size();
}

}  // namespace talentcard::registry
