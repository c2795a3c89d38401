#include "services/answer/record.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "engine/status_macros.h"
#include "services/answer/misses.h"
#include "services/ledger/batch.h"
#include "services/ledger/rows.h"
#include "services/records/names.h"
#include "services/records/sealed.h"

namespace talentcard::answer {
namespace {

bool Grants(v1::Outcome outcome) {
  return outcome == v1::ALLOW || outcome == v1::ALLOW_WITH_CONDITIONS;
}

v1::LogRecord NewRecord(const rpc::Call& call) {
  v1::LogRecord record;
  record.set_actor(call.asker.actor.ToString());
  record.set_purpose(call.asker.purpose);
  record.set_method(call.method);
  return record;
}

// Lends the record what was asked, so that nothing is copied.
std::string BytesWith(v1::LogRecord& record, Asked& asked) {
  record.mutable_question()->Swap(&asked.question);
  record.mutable_decision()->Swap(&asked.decision);
  record.set_padding(std::string(asked.padding, '\0'));
  record.set_told_as_unknown(asked.withheld);
  std::string bytes = records::Deterministic(record);
  record.mutable_question()->Swap(&asked.question);
  record.mutable_decision()->Swap(&asked.decision);
  return bytes;
}

ledger::Account AccountOf(const rpc::Call& call, ledger::LeafKind kind,
                          const std::string& subject, const std::string& note,
                          Asked* asked) {
  v1::LogRecord record = NewRecord(call);
  record.set_note(note);
  ledger::Account account = call.NewAccount(kind);
  account.subject = subject;
  if (asked != nullptr) {
    account.decision_code = static_cast<uint32_t>(OutcomeTold(*asked));
    account.facts = BytesWith(record, *asked);
  } else {
    account.facts = records::Deterministic(record);
  }
  return account;
}

// The key under which an answer is sealed; kNotFound about somebody who was
// erased since it was decided. A question about a canary is put on record as an
// alarm, before the answer.
absl::StatusOr<store::SecretKey> KeyOf(store::Transaction& transaction,
                                       const rpc::Foundation& foundation,
                                       const rpc::Call& call,
                                       const Asked& asked) {
  const Known known = Known::Before(foundation, transaction);
  const std::string subject = SubjectOf(asked);
  if (subject == store::kSystemOwner) {
    // As much work as about somebody.
    if (!asked.stand_in.empty())
      RETURN_IF_ERROR(known.About(asked.stand_in).status());
    return foundation.vault.PersonKey(transaction, subject);
  }
  ASSIGN_OR_RETURN(const records::DossierPointer dossier, known.About(subject));
  if (dossier == nullptr)
    return rpc::Error(absl::StatusCode::kNotFound, v1::RESOURCE_NOT_FOUND,
                      "the person this is about has been erased meanwhile");
  if (dossier->person.canary())
    RETURN_IF_ERROR(RaiseAlarm(transaction, foundation, call, "CANARY"));
  return dossier->key;
}

}  // namespace

bool Granted(const v1::Decision& decision) {
  return Grants(decision.outcome());
}

ledger::LeafKind KindOf(const Asked& asked) {
  return Grants(OutcomeTold(asked)) ? ledger::LeafKind::kGrant
                                    : ledger::LeafKind::kDeny;
}

std::string SubjectOf(const Asked& asked) {
  return records::IdOf("people", asked.question.beneficiary())
      .value_or(std::string(store::kSystemOwner));
}

void NameDecision(const ledger::Change& change, v1::Decision& decision) {
  decision.set_log_index(static_cast<int64_t>(change.log_index()));
  decision.set_name(absl::StrCat("decisions/", change.log_index()));
}

absl::Status RecordAnswer(store::Transaction& transaction,
                          const rpc::Foundation& foundation,
                          const rpc::Call& call, Asked& asked) {
  const std::string subject = SubjectOf(asked);
  ASSIGN_OR_RETURN(const store::SecretKey key,
                   KeyOf(transaction, foundation, call, asked));
  RETURN_IF_ERROR(CountMisses(transaction, foundation, call, {&asked, 1}));
  ASSIGN_OR_RETURN(ledger::Change change,
                   ledger::Change::Begin(transaction, foundation.vault));
  NameDecision(change, asked.decision);
  ledger::Account account = AccountOf(call, KindOf(asked), subject, "", &asked);
  account.key = key;
  return change.Finish(account);
}

absl::Status RecordAnswers(store::Transaction& transaction,
                           const rpc::Foundation& foundation,
                           const rpc::Call& call, std::vector<Asked>& asked) {
  std::vector<ledger::BatchAnswer> answers;
  answers.reserve(asked.size());
  for (const Asked& one : asked) {
    std::string subject = SubjectOf(one);
    ASSIGN_OR_RETURN(const store::SecretKey key,
                     KeyOf(transaction, foundation, call, one));
    answers.push_back({std::move(subject), key, ""});
  }
  RETURN_IF_ERROR(CountMisses(transaction, foundation, call, asked));
  ASSIGN_OR_RETURN(ledger::Change change,
                   ledger::Change::Begin(transaction, foundation.vault));
  v1::LogRecord record = NewRecord(call);
  for (size_t i = 0; i < asked.size(); ++i) {
    asked[i].decision.set_log_index(static_cast<int64_t>(change.log_index()));
    asked[i].decision.set_name(
        absl::StrCat("decisions/", change.log_index(), ".", i));
    answers[i].facts = BytesWith(record, asked[i]);
  }
  return ledger::FinishAnswers(transaction, foundation.vault, change,
                               call.NewAccount(ledger::LeafKind::kBatchAnswer),
                               answers);
}

absl::Status FinishChange(ledger::Change& change, const rpc::Call& call,
                          ledger::LeafKind kind, const std::string& subject,
                          const std::string& note, Asked* asked) {
  return change.Finish(AccountOf(call, kind, subject, note, asked));
}

absl::StatusOr<v1::LogRecord> OpenRecord(const store::Reader& reader,
                                         const store::Vault& vault,
                                         uint64_t log_index) {
  ASSIGN_OR_RETURN(const std::optional<std::string> row,
                   reader.Get(ledger::EntryRow(log_index)));
  if (!row) return rpc::NotFound("entry", absl::StrCat(log_index));
  ASSIGN_OR_RETURN(const ledger::Leaf leaf, ledger::Leaf::Parse(*row));
  ASSIGN_OR_RETURN(const ledger::Opening opening,
                   ledger::OpenEntry(reader, vault, log_index, leaf));
  v1::LogRecord record;
  if (!record.ParseFromString(opening.facts))
    return absl::DataLossError("a record of the log is malformed");
  return record;
}

}  // namespace talentcard::answer
