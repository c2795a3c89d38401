#include "tools/chengzhou/receipt_file.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "engine/status_macros.h"
#include "services/ledger/proof.h"

namespace talentcard::client {
namespace {

using ledger::CommitmentTag;
using ledger::Hash;

absl::Status Refuse(const char* what) {
  return WithChinese(absl::InvalidArgumentError(what),
                     "回执与日志不符或不完整：不可采信");
}

absl::StatusOr<std::string> BytesOf(const Json& object, const char* key) {
  const auto found = object.find(key);
  std::string bytes;
  if (found == object.end() || !found->is_string() ||
      !ledger::ParseBase64(found->get<std::string>(), bytes))
    return Refuse("the receipt's extra data are malformed");
  return bytes;
}

absl::StatusOr<Hash> HashOf(const std::string& bytes) {
  Hash hash{};
  if (bytes.size() != hash.size())
    return Refuse("a hash of the receipt has another length");
  std::copy(bytes.begin(), bytes.end(), hash.begin());
  return hash;
}

absl::StatusOr<uint64_t> NumberOf(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number_unsigned())
    return Refuse("the receipt's extra data are malformed");
  return found->get<uint64_t>();
}

absl::StatusOr<std::vector<Hash>> PathOf(const Json& extra) {
  std::vector<Hash> path;
  for (const Json& item : extra.value("path", Json::array())) {
    ASSIGN_OR_RETURN(const std::string bytes,
                     BytesOf({{"hash", item}}, "hash"));
    ASSIGN_OR_RETURN(const Hash hash, HashOf(bytes));
    path.push_back(hash);
  }
  return path;
}

// The record, if it is the one that the leaf commits to.
absl::StatusOr<v1::LogRecord> Open(const Json& extra,
                                   const ledger::Leaf& leaf) {
  ASSIGN_OR_RETURN(const std::string salt_bytes, BytesOf(extra, "salt"));
  ASSIGN_OR_RETURN(const Hash salt, HashOf(salt_bytes));
  ASSIGN_OR_RETURN(const std::string bytes, BytesOf(extra, "record"));
  bool committed = false;
  if (extra.contains("position")) {
    ASSIGN_OR_RETURN(const uint64_t position, NumberOf(extra, "position"));
    ASSIGN_OR_RETURN(const uint64_t answers, NumberOf(extra, "answers"));
    ASSIGN_OR_RETURN(const std::vector<Hash> path, PathOf(extra));
    const Hash commitment = ledger::Commit(CommitmentTag::kAnswer, salt, bytes);
    committed = ledger::VerifyInclusion(position, answers,
                                        ledger::HashLeaf(AsBytes(commitment)),
                                        path, leaf.facts)
                    .ok();
  } else {
    committed =
        ledger::Commit(CommitmentTag::kFacts, salt, bytes) == leaf.facts;
  }
  v1::LogRecord record;
  if (!committed || !record.ParseFromString(bytes))
    return Refuse("the record is not the one the leaf commits to");
  return record;
}

}  // namespace

absl::StatusOr<std::string> ReceiptFile(const Json& receipt) {
  ASSIGN_OR_RETURN(ledger::TlogProof proof,
                   ledger::TlogProof::Parse(receipt.value("proof", "")));
  Json extra = Json::parse(proof.extra, nullptr, /*allow_exceptions=*/false);
  if (!extra.is_object()) return Refuse("the receipt has no leaf");
  for (const char* key : {"salt", "record", "position", "answers", "path"}) {
    if (receipt.contains(key)) extra[key] = receipt[key];
  }
  proof.extra = extra.dump();
  return proof.Format();
}

absl::StatusOr<ProvenEntry> VerifyReceipt(const std::string& file,
                                          const std::string& verifier_key) {
  ASSIGN_OR_RETURN(const ledger::NoteVerifier log,
                   ledger::NoteVerifier::Parse(verifier_key));
  ASSIGN_OR_RETURN(const ledger::TlogProof proof,
                   ledger::TlogProof::Parse(file));
  const Json extra =
      Json::parse(proof.extra, nullptr, /*allow_exceptions=*/false);
  if (!extra.is_object()) return Refuse("the receipt has no leaf");
  ASSIGN_OR_RETURN(const std::string leaf, BytesOf(extra, "leaf"));
  ASSIGN_OR_RETURN(const ledger::Checkpoint head,
                   ledger::VerifyProof(proof, leaf, log));
  ProvenEntry entry{proof.index, head.size, {}, {}};
  ASSIGN_OR_RETURN(entry.leaf, ledger::Leaf::Parse(leaf));
  if (extra.contains("record")) {
    ASSIGN_OR_RETURN(entry.record, Open(extra, entry.leaf));
  }
  return entry;
}

}  // namespace talentcard::client
