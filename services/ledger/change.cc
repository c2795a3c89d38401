#include "services/ledger/change.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "engine/status_macros.h"
#include "services/ledger/rows.h"
#include "services/ledger/tree.h"

namespace talentcard::ledger {
namespace {

// A record's line in the state bytes: length of its name, name, SHA-256.
std::string Line(std::string_view name, const Hash& hash) {
  std::string line;
  store::AppendNumber(name.size(), line);
  line += name;
  line += AsBytes(hash);
  return line;
}

std::string RecordName(store::Table table, std::string_view id) {
  return store::Key(table).Add(id).bytes();
}

// An opening opens in its own row and for its own leaf, byte for byte: so any
// edit of a leaf is found at its index, whatever field it touched.
std::string SealContext(uint64_t index, std::string_view leaf) {
  const Hash hash = HashLeaf(leaf);
  return OpeningRow(index).append(AsBytes(hash));
}

// What does not depend on anybody's key.
Leaf Header(const Account& account) {
  Leaf leaf;
  leaf.kind = account.kind;
  leaf.time_ms = account.time_ms;
  leaf.service_class = account.service_class;
  leaf.decision_code = account.decision_code;
  leaf.bundle = account.bundle;
  leaf.extension = account.extension;
  return leaf;
}

absl::Status NotCommitted(uint64_t index) {
  return absl::DataLossError(absl::StrCat(
      "entry `", index, "` is not the one its sealed opening was made for"));
}

}  // namespace

Hash Salt(const store::SecretKey& person_key, uint64_t log_index,
          CommitmentTag tag, uint64_t position) {
  std::string message(1, static_cast<char>(tag));
  store::AppendNumber(log_index, message);
  store::AppendNumber(position, message);
  return store::Hmac(person_key, message);
}

absl::StatusOr<Change> Change::Begin(store::Transaction& transaction,
                                     const store::Vault& vault) {
  ASSIGN_OR_RETURN(const Frontier head, ReadHead(transaction));
  return Change(transaction, vault, head.size());
}

absl::Status Change::Put(store::Table table, std::string_view id,
                         std::string_view payload) {
  written_[RecordName(table, id)] = Sha256(payload);
  return store::WriteVersion(transaction_, table, id, log_index_, payload);
}

std::string Change::StateBytes() const {
  std::string bytes;
  for (const auto& [name, hash] : written_) bytes += Line(name, hash);
  return bytes;
}

absl::Status Change::Finish(const Account& account) {
  if (account.subject.size() != store::kSystemOwner.size()) {
    return absl::InvalidArgumentError(
        "the subject of a change must be an id of 32 characters");
  }
  store::SecretKey key;
  if (account.key) {
    key = *account.key;
  } else {
    ASSIGN_OR_RETURN(key, vault_.PersonKeyOrNew(transaction_, account.subject));
  }
  const auto commit = [&](CommitmentTag tag, std::string_view data) {
    return Commit(tag, Salt(key, log_index_, tag), data);
  };
  const std::string state = StateBytes();
  Leaf leaf = Header(account);
  leaf.subject = commit(CommitmentTag::kSubject, account.subject);
  leaf.facts = commit(CommitmentTag::kFacts, account.facts);
  leaf.state = commit(CommitmentTag::kState, state);
  const std::string bytes = leaf.Encode();
  std::string opening;
  store::AppendNumber(account.facts.size(), opening);
  opening += account.facts;
  opening += state;
  transaction_.Put(
      OpeningRow(log_index_),
      account.subject +
          vault_.SealUnder(key, SealContext(log_index_, bytes), opening));
  return Append(account, bytes);
}

absl::Status Change::FinishBatch(const Account& account, const Hash& root,
                                 std::string_view sealed_opening) {
  if (!written_.empty() || account.subject != store::kSystemOwner) {
    return absl::InvalidArgumentError(
        "a batch of answers is about the system and changes no record");
  }
  ASSIGN_OR_RETURN(const store::SecretKey key,
                   vault_.PersonKeyOrNew(transaction_, store::kSystemOwner));
  const auto commit = [&](CommitmentTag tag, std::string_view data) {
    return Commit(tag, Salt(key, log_index_, tag), data);
  };
  Leaf leaf = Header(account);
  leaf.kind = LeafKind::kBatchAnswer;
  leaf.subject = commit(CommitmentTag::kSubject, store::kSystemOwner);
  leaf.facts = root;
  leaf.state = commit(CommitmentTag::kState, "");
  transaction_.Put(OpeningRow(log_index_), sealed_opening);
  return Append(account, leaf.Encode());
}

absl::Status Change::Append(const Account& account, const std::string& leaf) {
  // The system's too: an answer about nobody takes what one about somebody
  // does.
  transaction_.Put(SubjectRows(account.subject).Add(log_index_), "");
  if (!account.actor.empty()) {
    transaction_.Put(ActorRows(account.actor).Add(log_index_), "");
  }
  ASSIGN_OR_RETURN(const uint64_t index, AppendLeaf(transaction_, leaf));
  if (index != log_index_) {
    return absl::InternalError("another leaf was appended inside a change");
  }
  return absl::OkStatus();
}

absl::StatusOr<Opening> OpenEntry(const store::Reader& reader,
                                  const store::Vault& vault, uint64_t index,
                                  const Leaf& leaf) {
  const std::string row = OpeningRow(index);
  ASSIGN_OR_RETURN(const std::optional<std::string> sealed, reader.Get(row));
  if (!sealed) return absl::NotFoundError("the entry was erased");
  if (sealed->size() < store::kSystemOwner.size()) return NotCommitted(index);
  const std::string subject = sealed->substr(0, store::kSystemOwner.size());
  ASSIGN_OR_RETURN(const store::SecretKey key,
                   vault.PersonKey(reader, subject));
  const auto opened =
      store::Open(key, SealContext(index, leaf.Encode()),
                  std::string_view(*sealed).substr(subject.size()));
  if (!opened.ok()) return NotCommitted(index);
  const std::string& plain = *opened;
  if (plain.size() < 8 || store::ReadNumber(plain, 0) > plain.size() - 8) {
    return NotCommitted(index);
  }
  const size_t facts = store::ReadNumber(plain, 0);
  Opening opening{subject, plain.substr(8, facts), plain.substr(8 + facts),
                  Salt(key, index, CommitmentTag::kFacts)};
  const auto commits = [&](CommitmentTag tag, std::string_view data) {
    return Commit(tag, Salt(key, index, tag), data);
  };
  const bool holds =
      commits(CommitmentTag::kSubject, subject) == leaf.subject &&
      commits(CommitmentTag::kFacts, opening.facts) == leaf.facts &&
      commits(CommitmentTag::kState, opening.state) == leaf.state;
  if (!holds) return NotCommitted(index);
  return opening;
}

absl::StatusOr<std::optional<std::string>> WatchedTransaction::Get(
    std::string_view key) const {
  return base_.Get(key);
}

absl::Status WatchedTransaction::Scan(std::string_view begin,
                                      std::string_view end,
                                      const Visitor& visit) const {
  return base_.Scan(begin, end, visit);
}

absl::Status WatchedTransaction::ScanBackwards(std::string_view begin,
                                               std::string_view end,
                                               const Visitor& visit) const {
  return base_.ScanBackwards(begin, end, visit);
}

void WatchedTransaction::Put(std::string_view key, std::string_view value) {
  static const std::string rows = LedgerRow('s').First();
  if (key.starts_with(rows))
    subjects_.emplace(key.substr(rows.size(), store::kSystemOwner.size()));
  base_.Put(key, value);
}

void WatchedTransaction::Delete(std::string_view key) { base_.Delete(key); }

std::optional<std::vector<WrittenRecord>> ParseState(std::string_view state) {
  std::vector<WrittenRecord> records;
  while (!state.empty()) {
    if (state.size() < 8) return std::nullopt;
    const uint64_t length = store::ReadNumber(state, 0);
    state.remove_prefix(8);
    if (length == 0 || state.size() < 32 || length > state.size() - 32)
      return std::nullopt;
    WrittenRecord record{std::string(state.substr(0, length)), {}};
    std::copy_n(state.begin() + length, 32, record.payload.begin());
    records.push_back(std::move(record));
    state.remove_prefix(length + 32);
  }
  return records;
}

bool StateHolds(std::string_view state, store::Table table, std::string_view id,
                std::string_view payload) {
  const auto records = ParseState(state);
  return records &&
         std::any_of(records->begin(), records->end(), [&](const auto& record) {
           return record.key == RecordName(table, id) &&
                  record.payload == Sha256(payload);
         });
}

}  // namespace talentcard::ledger
