#include "services/staff/account_records.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "engine/decision/view.h"
#include "services/answer/record.h"
#include "services/edge/certificate.h"
#include "services/records/names.h"
#include "services/records/sealed.h"
#include "services/rpc/sessions.h"
#include "services/staff/account.h"

namespace talentcard::staff {

v1::StaffAccount ShowAccount(const std::string& id, const records::Staff& staff,
                             absl::Time now) {
  const v1::StaffRecord& record = staff.record;
  v1::StaffAccount account;
  account.set_name(records::NameOf("staff", id));
  account.set_etag(records::EtagOf(staff.revision));
  *account.mutable_roles() = record.roles();
  account.set_state(StateOf(record, now));
  if (account.state() == v1::StaffAccount::LOCKED)
    *account.mutable_locked_until() =
        decision::ToTimestamp(LockedUntil(record));
  *account.mutable_last_used_time() = record.last_used_time();
  account.set_log_index(static_cast<int64_t>(staff.log_index));
  return account;
}

absl::StatusOr<v1::StaffAccount> KeepAccount(store::Transaction& transaction,
                                             const rpc::Foundation& foundation,
                                             const rpc::Call& call,
                                             const std::string& id,
                                             const v1::StaffRecord& record,
                                             const std::string& what) {
  ASSIGN_OR_RETURN(ledger::Change change,
                   ledger::Change::Begin(transaction, foundation.vault));
  RETURN_IF_ERROR(
      records::WriteStaff(transaction, foundation.vault, change, id, record));
  RETURN_IF_ERROR(answer::FinishChange(
      change, call, ledger::LeafKind::kChange, std::string(store::kSystemOwner),
      absl::StrCat(records::NameOf("staff", id), ": ", what)));
  return ShowAccount(id, {record, transaction.revision(), change.log_index()},
                     foundation.sessions->Now());
}

absl::StatusOr<std::string> MakeFirstAccount(const rpc::Foundation& foundation,
                                             const std::string& whose) {
  const std::pair<std::string, std::string> parts =
      absl::StrSplit(whose, absl::MaxSplits('@', 1));
  const std::optional<std::string> id = records::IdOf("staff", parts.first);
  if (!id || !edge::IsAskerName(parts.second))
    return absl::InvalidArgumentError(
        absl::StrCat("`", whose,
                     "` is not STAFF@INSTITUTION, e.g. "
                     "staff/zhao@offices/security"));
  std::string code;
  const auto make = [&](store::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(const std::vector<std::string> present,
                     records::AllStaff(transaction));
    if (!present.empty())
      return absl::FailedPreconditionError(
          "there are accounts already: a security administrator makes more, "
          "`chengzhou staff put`");
    v1::StaffRecord record;
    v1::StaffRole& role = *record.add_roles();
    role.set_kind("security-admin");
    role.set_institution(parts.second);
    const absl::Time now = foundation.sessions->Now();
    code = Invite(record, foundation.vault.random(), now);
    ASSIGN_OR_RETURN(ledger::Change change,
                     ledger::Change::Begin(transaction, foundation.vault));
    RETURN_IF_ERROR(records::WriteStaff(transaction, foundation.vault, change,
                                        *id, record));
    v1::LogRecord note;
    note.set_note(absl::StrCat(parts.first, ": the first account"));
    ledger::Account account;
    account.time_ms =
        static_cast<uint64_t>(absl::ToUnixMillis(foundation.clock.Now()));
    account.facts = records::Deterministic(note);
    return change.Finish(account);
  };
  RETURN_IF_ERROR(foundation.writer.Run(make).status());
  return code;
}

absl::Status CheckAccounts(const rpc::Foundation& foundation) {
  const auto policy = foundation.policies.Current();
  if (!policy) return absl::OkStatus();
  const store::Reader& reader = foundation.database.Latest();
  ASSIGN_OR_RETURN(const std::vector<std::string> ids,
                   records::AllStaff(reader));
  for (const std::string& id : ids) {
    ASSIGN_OR_RETURN(const auto staff,
                     records::ReadStaff(reader, foundation.vault, id));
    if (staff)
      RETURN_IF_ERROR(CheckOfficesApart(
          policy->access.offices, records::NameOf("staff", id), staff->record));
  }
  return absl::OkStatus();
}

}  // namespace talentcard::staff
