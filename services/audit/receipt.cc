#include "services/audit/receipt.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "engine/status_macros.h"
#include "services/ledger/batch.h"
#include "services/ledger/proof.h"
#include "services/ledger/tree.h"
#include "services/rpc/errors.h"

namespace talentcard::audit {
namespace {

std::string Bytes(const ledger::Hash& hash) {
  return std::string(AsBytes(hash));
}

// What the leaf's commitment to one answer of a batch opens to.
absl::Status OpenAnswer(const store::Reader& reader, const store::Vault& vault,
                        uint64_t index, const ledger::Leaf& leaf, int position,
                        OpenedReceipt& opened) {
  ASSIGN_OR_RETURN(const std::vector<ledger::ProvenAnswer> answers,
                   ledger::OpenAnswers(reader, vault, index, leaf));
  if (position < 0 || position >= static_cast<int>(answers.size()))
    return rpc::Invalid({{"position", "is not in the batch"}});
  const ledger::ProvenAnswer& answer = answers[position];
  if (answer.erased) return absl::OkStatus();
  opened.subject = answer.subject;
  v1::Receipt& out = opened.receipt;
  out.set_salt(Bytes(answer.salt));
  out.set_record(answer.facts);
  out.set_position(position);
  out.set_answers(static_cast<int>(answers.size()));
  for (const ledger::Hash& hash : answer.proof) out.add_path(Bytes(hash));
  return absl::OkStatus();
}

absl::Status Open(const store::Reader& reader, const store::Vault& vault,
                  uint64_t index, const std::string& bytes,
                  const v1::GetReceiptRequest& q, OpenedReceipt& out) {
  ASSIGN_OR_RETURN(const ledger::Leaf leaf, ledger::Leaf::Parse(bytes));
  const bool batch = leaf.kind == ledger::LeafKind::kBatchAnswer;
  if (batch != q.has_position())
    return rpc::Invalid(
        {{"position", batch ? "this entry is a batch: say which answer"
                            : "this entry is no batch"}});
  if (batch) return OpenAnswer(reader, vault, index, leaf, q.position(), out);
  const auto opening = ledger::OpenEntry(reader, vault, index, leaf);
  if (absl::IsNotFound(opening.status())) return absl::OkStatus();
  RETURN_IF_ERROR(opening.status());
  out.subject = opening->subject;
  out.receipt.set_salt(Bytes(opening->facts_salt));
  out.receipt.set_record(opening->facts);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ledger::Checkpoint> NewestCheckpoint(
    const store::Reader& reader, const ledger::NoteVerifier& verifier,
    std::string* note) {
  ASSIGN_OR_RETURN(const std::string newest, ledger::NewestNote(reader));
  if (newest.empty()) {
    return rpc::Error(absl::StatusCode::kFailedPrecondition, v1::STATE_FORBIDS,
                      "no checkpoint is signed yet; ask again in a second");
  }
  if (note != nullptr) *note = newest;
  return ledger::OpenCheckpoint(verifier, newest);
}

absl::StatusOr<OpenedReceipt> ReceiptOf(const store::Reader& reader,
                                        const store::Vault& vault,
                                        const ledger::NoteVerifier& verifier,
                                        const v1::GetReceiptRequest& q) {
  const uint64_t index = static_cast<uint64_t>(q.log_index());
  ASSIGN_OR_RETURN(const ledger::Frontier head, ledger::ReadHead(reader));
  if (index >= head.size()) return rpc::NotFound("entry", absl::StrCat(index));
  std::string note;
  ASSIGN_OR_RETURN(const ledger::Checkpoint newest,
                   NewestCheckpoint(reader, verifier, &note));
  if (index >= newest.size) {
    return rpc::Error(absl::StatusCode::kUnavailable, v1::STALE_READ,
                      absl::StrCat("the newest checkpoint covers ", newest.size,
                                   " entries; ask again in a second"));
  }
  ledger::Tree tree(reader, head.size());
  ASSIGN_OR_RETURN(const std::string leaf, tree.Entry(index));
  ledger::TlogProof proof;
  proof.extra = absl::StrCat("{\"leaf\":\"", absl::Base64Escape(leaf), "\"}");
  proof.index = index;
  ASSIGN_OR_RETURN(proof.path, tree.InclusionProof(index, newest.size));
  proof.checkpoint = std::move(note);
  OpenedReceipt out;
  RETURN_IF_ERROR(Open(reader, vault, index, leaf, q, out));
  out.receipt.set_proof(proof.Format());
  out.receipt.set_verifier_key(verifier.ToString());
  return out;
}

}  // namespace talentcard::audit
