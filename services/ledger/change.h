#ifndef TALENTCARD_SERVICES_LEDGER_CHANGE_H_
#define TALENTCARD_SERVICES_LEDGER_CHANGE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "services/ledger/leaf.h"
#include "services/store/sealing.h"
#include "services/store/transaction.h"
#include "services/store/versions.h"

namespace talentcard::ledger {

// What a change or an answer says about itself.
struct Account {
  LeafKind kind = LeafKind::kChange;
  uint64_t time_ms = 0;
  uint32_t service_class = 0;
  uint32_t decision_code = 0;
  Hash bundle{};
  std::string subject{store::kSystemOwner};  // Person, or the system.
  // The subject's, if the caller has it.
  std::optional<store::SecretKey> key;
  std::string actor;  // For the index by actor; also belongs into `facts`.
  std::string facts;  // What was asked, seen and answered; sealed.
  std::string
      extension;  // Registered public attributes only: anybody reads it.
};

// What the leaf of an entry opens to.
struct Opening {
  std::string subject;
  std::string facts;
  std::string state;  // As Change::StateBytes.
  Hash facts_salt{};
};

// One change or answer: one leaf, and all the records it commits to. Made at
// the start of a transaction's body, finished at its end; several may follow
// one another in a transaction.
class Change : public store::StateWriter {
 public:
  // Both must outlive it.
  static absl::StatusOr<Change> Begin(store::Transaction& transaction,
                                      const store::Vault& vault);

  // The index its leaf will have.
  uint64_t log_index() const { return log_index_; }

  absl::Status Put(store::Table table, std::string_view id,
                   std::string_view payload) override;

  // Writes the leaf, its opening and its index rows. kNotFound about a person
  // whose key was destroyed.
  absl::Status Finish(const Account& account);
  // The same with `facts` given as a commitment already made (a batch's root)
  // and an opening already sealed, about the system. Nothing may have been Put.
  absl::Status FinishBatch(const Account& account, const Hash& root,
                           std::string_view sealed_opening);

 private:
  Change(store::Transaction& transaction, const store::Vault& vault,
         uint64_t log_index)
      : transaction_(transaction), vault_(vault), log_index_(log_index) {}

  // Index rows and leaf.
  absl::Status Append(const Account& account, const std::string& leaf);
  std::string StateBytes() const;

  store::Transaction& transaction_;
  const store::Vault& vault_;
  const uint64_t log_index_;
  // Table letter and id → SHA-256 of the payload.
  std::map<std::string, Hash> written_;
};

// A transaction that remembers whom the entries written through it are about:
// what else is kept about them must not outlive any of their keys.
class WatchedTransaction : public store::Transaction {
 public:
  // `base` must outlive it.
  explicit WatchedTransaction(store::Transaction& base) : base_(base) {}

  // People, each once, and the system.
  const std::set<std::string>& subjects() const { return subjects_; }

  absl::StatusOr<std::optional<std::string>> Get(
      std::string_view key) const override;
  absl::Status Scan(std::string_view begin, std::string_view end,
                    const Visitor& visit) const override;
  absl::Status ScanBackwards(std::string_view begin, std::string_view end,
                             const Visitor& visit) const override;
  void Put(std::string_view key, std::string_view value) override;
  void Delete(std::string_view key) override;
  uint64_t revision() const override { return base_.revision(); }

 private:
  store::Transaction& base_;
  std::set<std::string> subjects_;
};

// The salt of one commitment: only the person's key gives it.
Hash Salt(const store::SecretKey& person_key, uint64_t log_index,
          CommitmentTag tag, uint64_t position = 0);

// Opens entry `index`. kNotFound if the person was erased; kDataLoss if what
// opens is not what the leaf commits to.
absl::StatusOr<Opening> OpenEntry(const store::Reader& reader,
                                  const store::Vault& vault, uint64_t index,
                                  const Leaf& leaf);

// A record a change wrote: its key in the database, SHA-256 of its payload.
struct WrittenRecord {
  std::string key;
  Hash payload{};
};

// The records of the state of an Opening; nullopt if it is malformed.
std::optional<std::vector<WrittenRecord>> ParseState(std::string_view state);

// True if `state` (of an Opening) holds exactly this payload for the record.
bool StateHolds(std::string_view state, store::Table table, std::string_view id,
                std::string_view payload);

}  // namespace talentcard::ledger

#endif  // TALENTCARD_SERVICES_LEDGER_CHANGE_H_
