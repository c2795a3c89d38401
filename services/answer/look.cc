#include "services/answer/look.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/status_macros.h"
#include "services/answer/known.h"
#include "services/answer/misses.h"
#include "services/answer/record.h"
#include "services/ledger/batch.h"
#include "services/records/names.h"
#include "services/records/sealed.h"
#include "services/rpc/errors.h"

namespace talentcard::answer {
namespace {

void AddFields(const google::protobuf::Message& message,
               std::set<std::string>& names) {
  const auto* reflection = message.GetReflection();
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  reflection->ListFields(message, &fields);
  for (const auto* field : fields) names.insert(field->name());
}

}  // namespace

std::string NoteOfShown(const google::protobuf::Message& response) {
  std::set<std::string> names;
  const auto* reflection = response.GetReflection();
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  reflection->ListFields(response, &fields);
  // Of a page, what it shows of each.
  const auto page = std::find_if(fields.begin(), fields.end(), [](auto* field) {
    static const std::set<std::string> kPages = {
        "people",    "cards",   "matters",   "placements",
        "decisions", "entries", "proposals", "uses"};
    return field->is_repeated() && kPages.contains(field->name());
  });
  if (page == fields.end()) {
    AddFields(response, names);
  } else {
    for (int i = 0; i < reflection->FieldSize(response, *page); ++i)
      AddFields(reflection->GetRepeatedMessage(response, *page, i), names);
  }
  return absl::StrCat("shown: ", absl::StrJoin(names, ", "));
}

absl::Status RecordSearch(store::Transaction& transaction,
                          const rpc::Foundation& foundation,
                          const rpc::Call& call, const std::string& missed) {
  Asked asked;
  asked.document = missed;
  RETURN_IF_ERROR(CountMisses(transaction, foundation, call, {&asked, 1}));
  if (missed.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(ledger::Change change,
                   ledger::Change::Begin(transaction, foundation.vault));
  RETURN_IF_ERROR(FinishChange(change, call, ledger::LeafKind::kChange,
                               std::string(store::kSystemOwner),
                               "nobody found"));
  // The number asked for is not repeated: messages get around.
  return rpc::Keeping(rpc::Error(absl::StatusCode::kNotFound,
                                 v1::RESOURCE_NOT_FOUND,
                                 "nobody on record has this document"));
}

absl::Status RecordLook(store::Transaction& transaction,
                        const rpc::Foundation& foundation,
                        const rpc::Call& call,
                        const std::vector<std::string>& people,
                        const std::string& note) {
  v1::LogRecord record;
  record.set_actor(call.asker.actor.ToString());
  record.set_purpose(call.asker.purpose);
  record.set_method(call.method);
  record.set_note(note);
  const std::string facts = records::Deterministic(record);
  const Known known = Known::Before(foundation, transaction);
  std::vector<ledger::BatchAnswer> looks;
  bool canary = false;
  for (const std::string& id : people) {
    ASSIGN_OR_RETURN(const records::DossierPointer dossier, known.About(id));
    if (dossier == nullptr)
      return rpc::NotFound("person", records::NameOf("people", id));
    canary = canary || dossier->person.canary();
    looks.push_back({id, dossier->key, facts});
  }
  if (canary)
    RETURN_IF_ERROR(RaiseAlarm(transaction, foundation, call, "CANARY"));
  if (looks.size() == 1) {
    ASSIGN_OR_RETURN(ledger::Change change,
                     ledger::Change::Begin(transaction, foundation.vault));
    ledger::Account account = call.NewAccount(ledger::LeafKind::kChange);
    account.subject = looks[0].subject;
    account.key = looks[0].key;
    account.facts = facts;
    return change.Finish(account);
  }
  for (size_t at = 0; at < looks.size(); at += ledger::kMostAnswers) {
    const size_t end = std::min(looks.size(), at + ledger::kMostAnswers);
    ASSIGN_OR_RETURN(ledger::Change change,
                     ledger::Change::Begin(transaction, foundation.vault));
    RETURN_IF_ERROR(
        ledger::FinishAnswers(transaction, foundation.vault, change,
                              call.NewAccount(ledger::LeafKind::kBatchAnswer),
                              {looks.begin() + static_cast<int64_t>(at),
                               looks.begin() + static_cast<int64_t>(end)}));
  }
  return absl::OkStatus();
}

}  // namespace talentcard::answer
