#include "tools/crash/ledger_workload.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "engine/status_macros.h"
#include "services/ledger/change.h"
#include "services/ledger/note.h"
#include "services/ledger/verify.h"
#include "services/store/sealing.h"

namespace talentcard::crash {
namespace {

constexpr uint64_t kPeople = 20;
constexpr uint64_t kCards = 60;

// The same keys in every life of the directory: they are not what is tested.
store::SecretKey KeyOf(uint8_t byte) {
  store::SecretKey key;
  key.bytes.fill(byte);
  return key;
}

class LedgerWorkload : public Workload {
 public:
  absl::Status Change(store::Transaction& transaction,
                      const Step& step) const override {
    ASSIGN_OR_RETURN(ledger::Change change,
                     ledger::Change::Begin(transaction, vault_));
    const std::string id = absl::StrCat("card", step.random % kCards);
    const std::string payload(step.random >> 40 & 0x1FF,
                              static_cast<char>('a' + step.number % 26));
    RETURN_IF_ERROR(change.Put(store::Table::kCard, id, payload));
    if (step.random >> 60 == 0) return absl::AbortedError("half way");
    ledger::Account account;
    account.time_ms = step.number;
    account.subject =
        std::string(32, static_cast<char>('a' + (step.random >> 16) % kPeople));
    account.facts = payload;
    return change.Finish(account);
  }

  absl::Status Check(const store::Reader& reader) const override {
    ASSIGN_OR_RETURN(const ledger::VerifyReport report,
                     ledger::VerifyLog(reader, vault_, signer_.verifier()));
    if (report.differences.empty()) return absl::OkStatus();
    return absl::DataLossError(report.differences[0]);
  }

 private:
  mutable store::SystemRandom random_;
  const store::Vault vault_{KeyOf(1), random_};
  const ledger::NoteSigner signer_{"crash.example/log", KeyOf(2)};
};

}  // namespace

std::unique_ptr<Workload> MakeLedgerWorkload() {
  return std::make_unique<LedgerWorkload>();
}

}  // namespace talentcard::crash
