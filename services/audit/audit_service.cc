#include "services/audit/audit_service.h"

#include <algorithm>
#include <optional>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "engine/decision/view.h"
#include "services/answer/ask.h"
#include "services/answer/known.h"
#include "services/answer/look.h"
#include "services/answer/record.h"
#include "services/audit/receipt.h"
#include "services/ledger/batch.h"
#include "services/ledger/change.h"
#include "services/ledger/checkpoint.h"
#include "services/ledger/rows.h"
#include "services/ledger/tree.h"
#include "services/ledger/verify.h"
#include "services/records/names.h"
#include "services/records/sealed.h"
#include "services/rpc/report.h"
#include "services/rpc/validation.h"

namespace talentcard::audit {
namespace {

using answer::Known;
using rpc::Call;
using rpc::Violation;

std::string Bytes(const ledger::Hash& hash) {
  return std::string(AsBytes(hash));
}

void Open(const v1::LogRecord& record, v1::Entry& entry) {
  entry.set_actor(record.actor());
  entry.set_method(record.method());
  entry.set_purpose(record.purpose());
  entry.set_note(record.note());
  if (record.has_decision()) *entry.add_decisions() = record.decision();
  if (record.told_as_unknown()) entry.set_told_as_unknown(true);
}

// An entry as it is shown, and whom what was opened is about.
struct Opened {
  v1::Entry entry;
  std::vector<std::string> subjects;
};

v1::Entry NewEntry(uint64_t index, const std::string& bytes,
                   const ledger::Leaf& leaf) {
  v1::Entry entry;
  entry.set_log_index(static_cast<int64_t>(index));
  entry.set_leaf(bytes);
  entry.set_leaf_hash(Bytes(ledger::HashLeaf(bytes)));
  entry.set_kind(std::string(ledger::KindName(leaf.kind)));
  *entry.mutable_time() = decision::ToTimestamp(
      absl::FromUnixMillis(static_cast<int64_t>(leaf.time_ms)));
  entry.set_policy_digest(absl::BytesToHexString(Bytes(leaf.bundle)));
  return entry;
}

// Of a batch: what is about `only`, or everything if that is empty.
absl::Status OpenBatch(const store::Reader& reader, const store::Vault& vault,
                       uint64_t index, const ledger::Leaf& leaf,
                       const std::string& only, Opened& out) {
  ASSIGN_OR_RETURN(const auto answers,
                   ledger::OpenAnswers(reader, vault, index, leaf));
  for (const ledger::ProvenAnswer& answer : answers) {
    if (answer.erased) {
      if (only.empty()) out.entry.set_erased(true);
      continue;
    }
    if (!only.empty() && answer.subject != only) continue;
    v1::LogRecord record;
    if (!record.ParseFromString(answer.facts))
      return absl::DataLossError(
          absl::StrCat("an answer of entry `", index, "` cannot be read"));
    Open(record, out.entry);
    out.subjects.push_back(answer.subject);
  }
  return absl::OkStatus();
}

// An entry, opened as far as its subject is not erased.
absl::StatusOr<Opened> EntryAt(const store::Reader& reader,
                               const store::Vault& vault, uint64_t index,
                               const std::string& only = "") {
  ASSIGN_OR_RETURN(const std::optional<std::string> bytes,
                   reader.Get(ledger::EntryRow(index)));
  if (!bytes) return rpc::NotFound("entry", absl::StrCat(index));
  ASSIGN_OR_RETURN(const ledger::Leaf leaf, ledger::Leaf::Parse(*bytes));
  Opened out{NewEntry(index, *bytes, leaf), {}};
  if (leaf.kind == ledger::LeafKind::kBatchAnswer) {
    RETURN_IF_ERROR(OpenBatch(reader, vault, index, leaf, only, out));
    return out;
  }
  const absl::StatusOr<ledger::Opening> opening =
      ledger::OpenEntry(reader, vault, index, leaf);
  if (absl::IsNotFound(opening.status())) {
    out.entry.set_erased(true);
    return out;
  }
  RETURN_IF_ERROR(opening.status());
  v1::LogRecord record;
  if (!record.ParseFromString(opening->facts))
    return absl::DataLossError(
        absl::StrCat("entry `", index, "` cannot be read"));
  Open(record, out.entry);
  if (record.has_decision())
    out.entry.set_subject(record.decision().beneficiary());
  out.subjects.push_back(opening->subject);
  return out;
}

// Adds whom it is about: people, never the system.
template <typename Response>
void Saw(const std::vector<std::string>& subjects,
         answer::Looked<Response>& looked) {
  for (const std::string& subject : subjects) {
    if (subject != store::kSystemOwner)
      looked.Saw(records::NameOf("people", subject));
  }
}

// Clears from decisions what they show of minors' records.
absl::Status HideOfMinors(const Known& known, const Call& call,
                          v1::Entry& entry) {
  for (v1::Decision& decision : *entry.mutable_decisions()) {
    ASSIGN_OR_RETURN(const std::vector<std::string> minors,
                     answer::MinorsIn(known, call, decision));
    answer::HideOfMinors(minors, decision);
  }
  return absl::OkStatus();
}

// Whether a record shows something of a minor's record.
absl::StatusOr<bool> ShowsMinors(const Known& known, const Call& call,
                                 const std::string& bytes) {
  v1::LogRecord record;
  if (!record.ParseFromString(bytes))
    return absl::DataLossError("a record of the log is malformed");
  if (!record.has_decision()) return false;
  v1::Decision hidden = record.decision();
  ASSIGN_OR_RETURN(const std::vector<std::string> minors,
                   answer::MinorsIn(known, call, hidden));
  answer::HideOfMinors(minors, hidden);
  return records::Deterministic(hidden) !=
         records::Deterministic(record.decision());
}

// A receipt without what opens it: its bytes are committed to, so that nothing
// can be taken out of them. Of hashes alone nobody learns anything.
OpenedReceipt HashesOf(const OpenedReceipt& opened) {
  OpenedReceipt hashes;
  hashes.receipt.set_proof(opened.receipt.proof());
  hashes.receipt.set_verifier_key(opened.receipt.verifier_key());
  return hashes;
}

// Whether what opens a receipt is an answer, or an entry of the log that the
// asker may read anyway: who looked at whom, and why, is not everybody's.
bool MayOpen(const Call& call, const std::string& record_bytes) {
  v1::LogRecord record;
  return (record.ParseFromString(record_bytes) && record.has_decision()) ||
         rpc::Authorise(call.policy->access, "AuditService.GetEntry",
                        call.asker)
             .ok();
}

// The first index whose leaf is at or after a time: times ascend with the
// index.
absl::StatusOr<uint64_t> FirstAt(const store::Reader& reader, uint64_t size,
                                 absl::Time time) {
  uint64_t low = 0, high = size;
  while (low < high) {
    const uint64_t middle = low + (high - low) / 2;
    ASSIGN_OR_RETURN(const std::optional<std::string> bytes,
                     reader.Get(ledger::EntryRow(middle)));
    if (!bytes) return absl::DataLossError("an entry is missing");
    ASSIGN_OR_RETURN(const ledger::Leaf leaf, ledger::Leaf::Parse(*bytes));
    if (absl::FromUnixMillis(static_cast<int64_t>(leaf.time_ms)) < time) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

// Indexes of the request, newest first, one more than fit a page.
absl::StatusOr<std::vector<uint64_t>> Indexes(const store::Reader& reader,
                                              const v1::ListEntriesRequest& q,
                                              uint64_t size, int count) {
  uint64_t begin = 0, end = size;
  if (q.has_from_time()) {
    ASSIGN_OR_RETURN(begin,
                     FirstAt(reader, size, decision::ToTime(q.from_time())));
  }
  if (q.has_to_time()) {
    ASSIGN_OR_RETURN(end, FirstAt(reader, size, decision::ToTime(q.to_time())));
  }
  uint64_t before = end;
  if (!q.page_token().empty() && !absl::SimpleAtoi(q.page_token(), &before))
    return rpc::Invalid({{"page_token", "is not one of ours"}});
  end = std::min(end, before);
  std::vector<uint64_t> indexes;
  if (begin >= end) return indexes;
  if (q.subject().empty() && q.actor().empty()) {
    for (uint64_t i = end;
         i > begin && static_cast<int>(indexes.size()) <= count; --i)
      indexes.push_back(i - 1);
    return indexes;
  }
  const store::Key rows =
      q.subject().empty()
          ? ledger::ActorRows(q.actor())
          : ledger::SubjectRows(
                records::IdOf("people", q.subject()).value_or("-"));
  RETURN_IF_ERROR(reader.ScanBackwards(
      store::Key(rows).Add(begin).bytes(), store::Key(rows).Add(end).bytes(),
      [&](std::string_view key, std::string_view) {
        indexes.push_back(store::ReadNumber(key, key.size() - 8));
        return static_cast<int>(indexes.size()) <= count;
      }));
  return indexes;
}

v1::VerifyLogResponse Progress(const ledger::VerifyReport& report,
                               uint64_t total) {
  v1::VerifyLogResponse out;
  out.set_leaves_checked(static_cast<int64_t>(report.leaves));
  out.set_leaves_total(static_cast<int64_t>(total));
  out.set_records_checked(static_cast<int64_t>(report.records));
  out.set_checkpoints_checked(static_cast<int64_t>(report.checkpoints));
  out.set_erased_subjects(static_cast<int64_t>(report.erased));
  return out;
}

}  // namespace

grpc::ServerUnaryReactor* AuditService::GetEntry(
    grpc::CallbackServerContext* context, const v1::GetEntryRequest* request,
    v1::Entry* response) {
  return answer::Look(
      foundation_, context, "AuditService.GetEntry", request, response,
      [this](const Call& call, const v1::GetEntryRequest& q)
          -> absl::StatusOr<answer::Looked<v1::Entry>> {
        if (q.log_index() < 0)
          return rpc::Invalid({{"log_index", "must not be negative"}});
        const auto known = Known::Now(foundation_);
        ASSIGN_OR_RETURN(Opened opened,
                         EntryAt(known.reader(), foundation_.vault,
                                 static_cast<uint64_t>(q.log_index())));
        RETURN_IF_ERROR(HideOfMinors(known, call, opened.entry));
        answer::Looked<v1::Entry> looked{std::move(opened.entry)};
        Saw(opened.subjects, looked);
        return looked;
      });
}

grpc::ServerUnaryReactor* AuditService::ListEntries(
    grpc::CallbackServerContext* context, const v1::ListEntriesRequest* request,
    v1::ListEntriesResponse* response) {
  return answer::Look(
      foundation_, context, "AuditService.ListEntries", request, response,
      [this](const Call& call, const v1::ListEntriesRequest& q)
          -> absl::StatusOr<answer::Looked<v1::ListEntriesResponse>> {
        std::vector<Violation> violations;
        const int size = rpc::PageSize(q.page_size(), violations);
        if (!q.subject().empty() && !q.actor().empty())
          violations.push_back(
              {"actor", "give a subject or an actor, not both"});
        RETURN_IF_ERROR(rpc::Invalid(violations));
        const auto known = Known::Now(foundation_);
        const store::Reader& reader = known.reader();
        ASSIGN_OR_RETURN(const ledger::Frontier head, ledger::ReadHead(reader));
        ASSIGN_OR_RETURN(const std::vector<uint64_t> indexes,
                         Indexes(reader, q, head.size(), size));
        const std::string only =
            records::IdOf("people", q.subject()).value_or("");
        answer::Looked<v1::ListEntriesResponse> looked;
        for (uint64_t index : indexes) {
          if (looked.response.entries_size() == size) {
            looked.response.set_next_page_token(absl::StrCat(index + 1));
            break;
          }
          ASSIGN_OR_RETURN(Opened opened,
                           EntryAt(reader, foundation_.vault, index, only));
          RETURN_IF_ERROR(HideOfMinors(known, call, opened.entry));
          *looked.response.add_entries() = std::move(opened.entry);
          Saw(opened.subjects, looked);
        }
        return looked;
      });
}

grpc::ServerUnaryReactor* AuditService::GetInclusionProof(
    grpc::CallbackServerContext* context,
    const v1::GetInclusionProofRequest* request, v1::InclusionProof* response) {
  return rpc::Read(
      foundation_, context, "AuditService.GetInclusionProof", request, response,
      [this](const Call&, const v1::GetInclusionProofRequest& q)
          -> absl::StatusOr<v1::InclusionProof> {
        if (q.log_index() < 0 || q.tree_size() < 0)
          return rpc::Invalid({{"log_index", "must not be negative"}});
        const auto reader = foundation_.database.TakeSnapshot();
        ASSIGN_OR_RETURN(const ledger::Frontier head,
                         ledger::ReadHead(*reader));
        uint64_t size = static_cast<uint64_t>(q.tree_size());
        if (size == 0) {
          ASSIGN_OR_RETURN(const ledger::Checkpoint newest,
                           NewestCheckpoint(*reader, verifier_));
          size = newest.size;
        }
        const uint64_t index = static_cast<uint64_t>(q.log_index());
        ledger::Tree tree(*reader, head.size());
        ASSIGN_OR_RETURN(const auto proof, tree.InclusionProof(index, size));
        ASSIGN_OR_RETURN(const ledger::Hash root, tree.RootAt(size));
        ASSIGN_OR_RETURN(const std::string leaf, tree.Entry(index));
        v1::InclusionProof out;
        out.set_log_index(q.log_index());
        out.set_tree_size(static_cast<int64_t>(size));
        out.set_leaf_hash(Bytes(ledger::HashLeaf(leaf)));
        for (const ledger::Hash& hash : proof) out.add_hashes(Bytes(hash));
        out.set_root_hash(Bytes(root));
        if (q.has_position()) {
          ASSIGN_OR_RETURN(const ledger::Leaf parsed,
                           ledger::Leaf::Parse(leaf));
          ASSIGN_OR_RETURN(
              const auto answers,
              ledger::OpenAnswers(*reader, foundation_.vault, index, parsed));
          if (q.position() < 0 ||
              q.position() >= static_cast<int>(answers.size()))
            return rpc::Invalid({{"position", "is not in the batch"}});
          out.set_answer_hash(Bytes(answers[q.position()].leaf_hash));
          for (const ledger::Hash& hash : answers[q.position()].proof)
            out.add_batch_hashes(Bytes(hash));
        }
        return out;
      });
}

grpc::ServerUnaryReactor* AuditService::GetReceipt(
    grpc::CallbackServerContext* context, const v1::GetReceiptRequest* request,
    v1::Receipt* response) {
  return answer::Look(
      foundation_, context, "AuditService.GetReceipt", request, response,
      [this](const Call& call, const v1::GetReceiptRequest& q)
          -> absl::StatusOr<answer::Looked<v1::Receipt>> {
        if (q.log_index() < 0)
          return rpc::Invalid({{"log_index", "must not be negative"}});
        RETURN_IF_ERROR(rpc::CheckTicket(q.ticket_id()));
        const auto known = Known::Now(foundation_);
        ASSIGN_OR_RETURN(
            OpenedReceipt opened,
            ReceiptOf(known.reader(), foundation_.vault, verifier_, q));
        const auto& fields = call.rule->fields;
        const bool reads = fields.empty() || fields.contains("record");
        if (!reads || !MayOpen(call, opened.receipt.record())) {
          return answer::Looked<v1::Receipt>{
              std::move(HashesOf(opened).receipt)};
        }
        ASSIGN_OR_RETURN(const bool minors,
                         ShowsMinors(known, call, opened.receipt.record()));
        const bool ticket = minors && !q.ticket_id().empty();
        if (minors && !ticket) {
          opened = HashesOf(opened);
          opened.receipt.set_withheld(true);
        }
        answer::Looked<v1::Receipt> looked{std::move(opened.receipt)};
        looked.needs_ticket = ticket;
        if (!opened.subject.empty()) Saw({opened.subject}, looked);
        return looked;
      });
}

grpc::ServerUnaryReactor* AuditService::GetConsistencyProof(
    grpc::CallbackServerContext* context,
    const v1::GetConsistencyProofRequest* request,
    v1::ConsistencyProof* response) {
  return rpc::Read(
      foundation_, context, "AuditService.GetConsistencyProof", request,
      response,
      [this](const Call&, const v1::GetConsistencyProofRequest& q)
          -> absl::StatusOr<v1::ConsistencyProof> {
        if (q.from_size() < 0 || q.to_size() < 0)
          return rpc::Invalid({{"from_size", "must not be negative"}});
        const auto reader = foundation_.database.TakeSnapshot();
        ASSIGN_OR_RETURN(const ledger::Frontier head,
                         ledger::ReadHead(*reader));
        ledger::Tree tree(*reader, head.size());
        const uint64_t from = static_cast<uint64_t>(q.from_size()),
                       to = static_cast<uint64_t>(q.to_size());
        ASSIGN_OR_RETURN(const auto proof, tree.ConsistencyProof(from, to));
        ASSIGN_OR_RETURN(const ledger::Hash from_root, tree.RootAt(from));
        ASSIGN_OR_RETURN(const ledger::Hash to_root, tree.RootAt(to));
        v1::ConsistencyProof out;
        out.set_from_size(q.from_size());
        out.set_to_size(q.to_size());
        out.set_from_root(Bytes(from_root));
        out.set_to_root(Bytes(to_root));
        for (const ledger::Hash& hash : proof) out.add_hashes(Bytes(hash));
        return out;
      });
}

grpc::ServerUnaryReactor* AuditService::GetCheckpoint(
    grpc::CallbackServerContext* context,
    const v1::GetCheckpointRequest* request, v1::Checkpoint* response) {
  return rpc::Read(
      foundation_, context, "AuditService.GetCheckpoint", request, response,
      [this](const Call&, const v1::GetCheckpointRequest& q)
          -> absl::StatusOr<v1::Checkpoint> {
        std::string note;
        ASSIGN_OR_RETURN(const ledger::Checkpoint newest,
                         NewestCheckpoint(*foundation_.database.TakeSnapshot(),
                                          verifier_, &note));
        if (newest.size <
            static_cast<uint64_t>(std::max<int64_t>(0, q.at_least_size()))) {
          return rpc::Error(
              absl::StatusCode::kUnavailable, v1::STALE_READ,
              absl::StrCat("the newest checkpoint covers ", newest.size,
                           " entries; ask again in a second"));
        }
        v1::Checkpoint out;
        out.set_note(note);
        out.set_origin(newest.origin);
        out.set_tree_size(static_cast<int64_t>(newest.size));
        out.set_root_hash(Bytes(newest.root));
        out.set_verifier_key(verifier_.ToString());
        return out;
      });
}

grpc::ServerWriteReactor<v1::VerifyLogResponse>* AuditService::VerifyLog(
    grpc::CallbackServerContext* context, const v1::VerifyLogRequest* request) {
  using Stream = rpc::Report<v1::VerifyLogResponse>;
  return new Stream(
      rpc::Admit(foundation_, *context, "AuditService.VerifyLog", *request),
      [this, tree_only = request->tree_only()](
          const Call&, const Stream::Send& send) -> absl::Status {
        const auto reader = foundation_.database.TakeSnapshot();
        ledger::VerifyOptions options;
        options.tree_only = tree_only;
        options.progress = [&](const ledger::VerifyReport& report,
                               uint64_t total) {
          return send(Progress(report, total));
        };
        ASSIGN_OR_RETURN(
            const ledger::VerifyReport report,
            ledger::VerifyLog(*reader, foundation_.vault, verifier_, options));
        v1::VerifyLogResponse last = Progress(report, report.leaves);
        last.set_finished(true);
        last.set_ok(report.differences.empty());
        last.set_root_hash(Bytes(report.root));
        for (const std::string& difference : report.differences)
          last.add_differences(difference);
        send(std::move(last));
        return absl::OkStatus();
      });
}

}  // namespace talentcard::audit
