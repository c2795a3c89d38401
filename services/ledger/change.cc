#include "services/ledger/change.h"

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
  return std::string(1, static_cast<char>(table)) + std::string(id);
}

absl::Status NotCommitted(uint64_t index) {
  return absl::DataLossError(
      absl::StrCat("entry `", index, "` opens to something its leaf does not commit to"));
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
  ASSIGN_OR_RETURN(const store::SecretKey key,
                   vault_.PersonKeyOrNew(transaction_, account.subject));
  const std::string state = StateBytes();
  Leaf leaf;
  leaf.subject = Commit(CommitmentTag::kSubject,
                        Salt(key, log_index_, CommitmentTag::kSubject), account.subject);
  leaf.facts = Commit(CommitmentTag::kFacts,
                      Salt(key, log_index_, CommitmentTag::kFacts), account.facts);
  leaf.state = Commit(CommitmentTag::kState,
                      Salt(key, log_index_, CommitmentTag::kState), state);
  std::string opening;
  store::AppendNumber(account.facts.size(), opening);
  opening += account.facts;
  opening += state;
  const std::string row = OpeningRow(log_index_);
  transaction_.Put(row, account.subject + store::Seal(key, row, opening, vault_.random()));
  return Append(account, leaf);
}

absl::Status Change::FinishBatch(const Account& account, const Hash& root,
                                 std::string_view sealed_opening) {
  ASSIGN_OR_RETURN(const store::SecretKey key,
                   vault_.PersonKeyOrNew(transaction_, store::kSystemOwner));
  Leaf leaf;
  leaf.subject = Commit(CommitmentTag::kSubject,
                        Salt(key, log_index_, CommitmentTag::kSubject),
                        store::kSystemOwner);
  leaf.facts = root;
  leaf.state = Commit(CommitmentTag::kState,
                      Salt(key, log_index_, CommitmentTag::kState), StateBytes());
  transaction_.Put(OpeningRow(log_index_), sealed_opening);
  return Append(account, leaf);
}

absl::Status Change::Append(const Account& account, const Leaf& filled) {
  Leaf leaf = filled;
  leaf.kind = account.kind;
  leaf.time_ms = account.time_ms;
  leaf.service_class = account.service_class;
  leaf.decision_code = account.decision_code;
  leaf.bundle = account.bundle;
  if (account.subject != store::kSystemOwner) {
    transaction_.Put(SubjectRows(account.subject).Add(log_index_), "");
  }
  if (!account.actor.empty()) {
    transaction_.Put(ActorRows(account.actor).Add(log_index_), "");
  }
  ASSIGN_OR_RETURN(const uint64_t index, AppendLeaf(transaction_, leaf.Encode()));
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
  ASSIGN_OR_RETURN(const store::SecretKey key, vault.PersonKey(reader, subject));
  ASSIGN_OR_RETURN(const std::string plain,
                   store::Open(key, row, std::string_view(*sealed).substr(subject.size())));
  if (plain.size() < 8 || store::ReadNumber(plain, 0) > plain.size() - 8) {
    return NotCommitted(index);
  }
  const size_t facts = store::ReadNumber(plain, 0);
  Opening opening{plain.substr(8, facts), plain.substr(8 + facts)};
  const auto commits = [&](CommitmentTag tag, std::string_view data) {
    return Commit(tag, Salt(key, index, tag), data);
  };
  const bool holds = commits(CommitmentTag::kSubject, subject) == leaf.subject &&
                     commits(CommitmentTag::kFacts, opening.facts) == leaf.facts &&
                     commits(CommitmentTag::kState, opening.state) == leaf.state;
  if (!holds) return NotCommitted(index);
  return opening;
}

bool StateHolds(std::string_view state, store::Table table, std::string_view id,
                std::string_view payload) {
  const std::string name = RecordName(table, id);
  for (size_t at = 0; at + 8 <= state.size();) {
    const uint64_t length = store::ReadNumber(state, at);
    if (length > state.size() - at - 8 || state.size() - at - 8 - length < 32) return false;
    if (state.substr(at + 8, length) == name) {
      return state.substr(at + 8 + length, 32) == AsBytes(Sha256(payload));
    }
    at += 8 + length + 32;
  }
  return false;
}

}  // namespace talentcard::ledger
