#include "services/ledger/succession.h"

#include "absl/strings/str_cat.h"
#include "engine/status_macros.h"
#include "services/ledger/rows.h"

namespace talentcard::ledger {

std::string Genesis::Encode() const {
  return absl::StrCat(origin, "\n", predecessor.Body());
}

absl::StatusOr<Genesis> Genesis::Parse(std::string_view bytes) {
  const size_t line = bytes.find('\n');
  if (line == std::string_view::npos || !IsKeyName(bytes.substr(0, line)))
    return absl::InvalidArgumentError("not the beginning of a log");
  Genesis genesis;
  genesis.origin = std::string(bytes.substr(0, line));
  ASSIGN_OR_RETURN(genesis.predecessor,
                   Checkpoint::Parse(bytes.substr(line + 1)));
  if (genesis.Encode() != bytes)
    return absl::InvalidArgumentError("not the beginning of a log");
  return genesis;
}

absl::StatusOr<Succession> Succession::Read(const store::Reader& reader) {
  Succession succession;
  absl::Status malformed;
  const store::Key rows = LedgerRow('g');
  RETURN_IF_ERROR(reader.Scan(
      rows.First(), rows.Last(),
      [&](std::string_view key, std::string_view value) {
        const auto genesis = Genesis::Parse(value);
        if (!genesis.ok()) {
          malformed = absl::DataLossError(absl::StrCat(
              "the row of a log's beginning: ", genesis.status().message()));
          return false;
        }
        succession.all_.emplace_back(store::ReadNumber(key, key.size() - 8),
                                     *genesis);
        return true;
      }));
  RETURN_IF_ERROR(malformed);
  return succession;
}

bool Succession::EndsIn(std::string_view origin) const {
  return all_.empty() || all_.back().second.origin == origin;
}

NoteVerifier Succession::At(uint64_t size, const NoteVerifier& present) const {
  for (const auto& [index, genesis] : all_) {
    if (size <= index)
      return {genesis.predecessor.origin, present.key().public_key};
  }
  return present;
}

absl::StatusOr<Checkpoint> Succession::Open(const NoteVerifier& present,
                                            std::string_view note) const {
  ASSIGN_OR_RETURN(const ParsedNote parsed, ParsedNote::Parse(note));
  ASSIGN_OR_RETURN(const Checkpoint claimed, Checkpoint::Parse(parsed.text));
  return OpenCheckpoint(At(claimed.size, present), note);
}

absl::StatusOr<Checkpoint> Succession::OpenKept(const NoteVerifier& present,
                                                std::string_view note) const {
  ASSIGN_OR_RETURN(const ParsedNote parsed, ParsedNote::Parse(note));
  ASSIGN_OR_RETURN(const Checkpoint claimed, Checkpoint::Parse(parsed.text));
  for (const auto& [index, genesis] : all_) {
    if (genesis.predecessor.origin == claimed.origin)
      return OpenCheckpoint({claimed.origin, present.key().public_key}, note);
  }
  return OpenCheckpoint(present, note);
}

absl::Status Succeed(store::Transaction& transaction, const store::Vault& vault,
                     const Genesis& genesis, Account account) {
  ASSIGN_OR_RETURN(Change change, Change::Begin(transaction, vault));
  account.kind = LeafKind::kSuccessor;
  account.extension = genesis.Encode();
  transaction.Put(GenesisRow(change.log_index()), account.extension);
  return change.Finish(account);
}

}  // namespace talentcard::ledger
