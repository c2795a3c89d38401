#include "services/answer/replay.h"

#include <google/protobuf/util/message_differencer.h>

#include <optional>
#include <set>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/status_macros.h"
#include "services/answer/ask.h"
#include "services/ledger/batch.h"
#include "services/ledger/change.h"
#include "services/ledger/rows.h"
#include "services/records/names.h"
#include "services/records/sealed.h"

namespace talentcard::answer {
namespace {

std::string OutcomeOf(const v1::Decision& decision) {
  return absl::StrCat(v1::Outcome_Name(decision.outcome()), " (",
                      absl::StrJoin(decision.reasons(), ", "), ")");
}

// What the leaf has to show.
v1::Outcome TheOneTold(const v1::LogRecord& record) {
  return record.told_as_unknown() ? v1::DENY : record.decision().outcome();
}

absl::Status Parse(const std::string& facts, uint64_t index,
                   std::vector<v1::LogRecord>& decisions) {
  v1::LogRecord record;
  if (!record.ParseFromString(facts)) {
    return absl::DataLossError(
        absl::StrCat("entry `", index, "` opens to a malformed record"));
  }
  if (record.has_decision()) decisions.push_back(std::move(record));
  return absl::OkStatus();
}

class LogReplay {
 public:
  LogReplay(const store::Reader& reader, const store::Vault& vault,
            const std::function<void(uint64_t)>& progress)
      : reader_(reader), vault_(vault), progress_(progress) {}

  absl::StatusOr<ReplayReport> Run() {
    absl::Status failure;
    const store::Key rows = ledger::LedgerRow('e');
    RETURN_IF_ERROR(reader_.Scan(
        rows.First(), rows.Last(),
        [&](std::string_view key, std::string_view bytes) {
          failure = Entry(store::ReadNumber(key, key.size() - 8), bytes);
          return failure.ok();
        }));
    RETURN_IF_ERROR(failure);
    report_.policies = policies_used_.size();
    return std::move(report_);
  }

 private:
  absl::Status Entry(uint64_t index, std::string_view bytes) {
    constexpr uint64_t kTellEvery = 10000;
    if (progress_ && index % kTellEvery == kTellEvery - 1) progress_(index + 1);
    const auto leaf = ledger::Leaf::Parse(bytes);
    if (!leaf.ok()) return Differs(index, "it is not a leaf");
    RETURN_IF_ERROR(Named(index, *leaf));
    const auto records = DecisionsOf(reader_, vault_, index, *leaf);
    if (absl::IsDataLoss(records.status()))
      return Differs(index, records.status().message());
    RETURN_IF_ERROR(records.status());
    for (const v1::LogRecord& record : *records)
      RETURN_IF_ERROR(Decision(index, *leaf, record));
    return absl::OkStatus();
  }

  // The policy that a leaf names must be there, whether it answered or not.
  absl::Status Named(uint64_t index, const ledger::Leaf& leaf) {
    if (leaf.bundle == ledger::Hash{}) return absl::OkStatus();
    return Policy(index, ToHex(leaf.bundle)).status();
  }

  // Null if it is not what its digest says: named then.
  absl::StatusOr<std::shared_ptr<const policy::Policy>> Policy(
      uint64_t index, const std::string& digest) {
    const auto policy = policies_.ByDigest(reader_, digest);
    if (policy.ok()) return *policy;
    if (!absl::IsDataLoss(policy.status()) &&
        !absl::IsNotFound(policy.status()))
      return policy.status();
    RETURN_IF_ERROR(Differs(index, policy.status().message()));
    return nullptr;
  }

  absl::Status Decision(uint64_t index, const ledger::Leaf& leaf,
                        const v1::LogRecord& record) {
    const v1::Decision& recorded = record.decision();
    if (leaf.kind != ledger::LeafKind::kBatchAnswer &&
        leaf.decision_code != static_cast<uint32_t>(TheOneTold(record)))
      return Differs(index, "its leaf shows another outcome than it opens to");
    if (recorded.log_index() != static_cast<int64_t>(index))
      return Differs(index, "it opens to the decision of another entry");
    ASSIGN_OR_RETURN(const auto policy,
                     Policy(index, recorded.policy_digest()));
    if (policy == nullptr) return absl::OkStatus();
    policies_used_.insert(recorded.policy_digest());
    const auto again = AskAgain(reader_, vault_, *policy, record,
                                record.question().explained());
    const std::string difference =
        again.ok() ? Difference(recorded, *again)
                   : absl::StrCat("it cannot be decided again: ",
                                  again.status().message());
    ++report_.decisions;
    if (difference.empty()) return absl::OkStatus();
    ASSIGN_OR_RETURN(const bool erased, RestsOnTheErased(record));
    if (erased) {
      ++report_.erased;
      return absl::OkStatus();
    }
    return Differs(index,
                   absl::StrCat("`", recorded.name(), "`: ", difference));
  }

  // The beneficiary's entries close with the erasure; a holder's are another's.
  absl::StatusOr<bool> RestsOnTheErased(const v1::LogRecord& record) {
    for (const std::string& name :
         {record.question().beneficiary(), record.question().holder(),
          record.decision().holder()}) {
      const auto id = records::IdOf("people", name);
      if (!id) continue;
      const auto key = vault_.PersonKey(reader_, *id);
      if (absl::IsNotFound(key.status())) return true;
      RETURN_IF_ERROR(key.status());
    }
    return false;
  }

  absl::Status Differs(uint64_t index, absl::string_view what) {
    constexpr size_t kMostNamed = 100;
    ++report_.difference_count;
    if (report_.differences.size() < kMostNamed) {
      const std::string entry = absl::StrCat("entry `", index, "`");
      report_.differences.push_back(
          absl::StartsWith(what, entry)
              ? std::string(what)
              : absl::StrCat(entry, ": ", std::string(what)));
    }
    return absl::OkStatus();
  }

  const store::Reader& reader_;
  const store::Vault& vault_;
  const std::function<void(uint64_t)>& progress_;
  rpc::Policies policies_;
  std::set<std::string> policies_used_;
  ReplayReport report_;
};

}  // namespace

absl::StatusOr<v1::Decision> AskAgain(const store::Reader& reader,
                                      const store::Vault& vault,
                                      const policy::Policy& policy,
                                      const v1::LogRecord& record,
                                      bool explain) {
  const auto revision =
      static_cast<uint64_t>(record.decision().facts_revision());
  ASSIGN_OR_RETURN(v1::Decision again,
                   AskAt(Known::Formerly(reader, vault, revision), policy,
                         record.question(), explain));
  again.set_name(record.decision().name());
  again.set_log_index(record.decision().log_index());
  return again;
}

std::string Difference(const v1::Decision& recorded,
                       const v1::Decision& again) {
  if (records::Deterministic(recorded) == records::Deterministic(again))
    return "";
  const std::string then = OutcomeOf(recorded), now = OutcomeOf(again);
  if (then != now)
    return absl::StrCat("it was answered ", then, " and comes out ", now);
  // Which fields, not what is in them: they tell of people.
  std::vector<std::string> fields;
  const auto* descriptor = v1::Decision::descriptor();
  for (int i = 0; i < descriptor->field_count(); ++i) {
    google::protobuf::util::MessageDifferencer differencer;
    const auto* field = descriptor->field(i);
    if (!differencer.CompareWithFields(recorded, again, {field}, {field}))
      fields.emplace_back(field->name());
  }
  return absl::StrCat("the same outcome, ", then, ", with another `",
                      absl::StrJoin(fields, "`, `"), "`");
}

absl::StatusOr<std::vector<v1::LogRecord>> DecisionsOf(
    const store::Reader& reader, const store::Vault& vault, uint64_t index,
    const ledger::Leaf& leaf) {
  std::vector<v1::LogRecord> decisions;
  if (leaf.kind == ledger::LeafKind::kBatchAnswer) {
    const auto answers = ledger::OpenAnswers(reader, vault, index, leaf);
    if (absl::IsNotFound(answers.status())) return decisions;
    RETURN_IF_ERROR(answers.status());
    for (const ledger::ProvenAnswer& answer : *answers) {
      if (!answer.erased)
        RETURN_IF_ERROR(Parse(answer.facts, index, decisions));
    }
    return decisions;
  }
  const auto opening = ledger::OpenEntry(reader, vault, index, leaf);
  if (absl::IsNotFound(opening.status())) return decisions;
  RETURN_IF_ERROR(opening.status());
  RETURN_IF_ERROR(Parse(opening->facts, index, decisions));
  return decisions;
}

absl::StatusOr<ReplayReport> ReplayLog(
    const store::Reader& reader, const store::Vault& vault,
    const std::function<void(uint64_t entries)>& progress) {
  return LogReplay(reader, vault, progress).Run();
}

}  // namespace talentcard::answer
