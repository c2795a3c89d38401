#include "tools/auditor/audit.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/status_macros.h"
#include "services/ledger/succession.h"
#include "services/store/master_key.h"
#include "services/store/rocksdb/rocksdb_database.h"

namespace talentcard::auditor {
namespace {

// Whoever only reads makes no keys.
class NoRandom : public store::Random {
 public:
  void Fill(std::span<uint8_t>) override { std::abort(); }
};

absl::Status CheckLog(const store::Reader& reader, const store::Vault& vault,
                      const ledger::NoteVerifier& verifier,
                      const AuditOptions& options, AuditReport& report) {
  ledger::VerifyOptions verify;
  verify.tree_only = options.tree_only;
  if (!options.kept_note.empty()) {
    ASSIGN_OR_RETURN(const ledger::Succession names,
                     ledger::Succession::Read(reader));
    auto kept = names.OpenKept(verifier, options.kept_note);
    if (!kept.ok())
      return absl::InvalidArgumentError(absl::StrCat(
          "the kept checkpoint is not this log's: ", kept.status().message()));
    verify.kept = *std::move(kept);
  }
  verify.progress = [&](const ledger::VerifyReport& so_far, uint64_t total) {
    if (options.progress)
      options.progress(absl::StrCat(so_far.leaves, " of ", total,
                                    " entries hashed, ", so_far.opened,
                                    " opened"));
    return true;
  };
  ASSIGN_OR_RETURN(report.log,
                   ledger::VerifyLog(reader, vault, verifier, verify));
  return absl::OkStatus();
}

// What needs the master key.
absl::Status CheckOpened(const store::Reader& reader, const store::Vault& vault,
                         const AuditOptions& options, AuditReport& report) {
  const auto tell = [&](const char* what) {
    return [&options, what](uint64_t entries) {
      if (options.progress)
        options.progress(absl::StrCat(what, " of ", entries, " entries"));
    };
  };
  ASSIGN_OR_RETURN(
      report.decisions,
      answer::ReplayLog(reader, vault, tell("decided again: decisions")));
  ASSIGN_OR_RETURN(report.approvals,
                   CheckFourEyes(reader, vault, tell("looked at: approvals")));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<AuditReport> Audit(const AuditOptions& options) {
  ASSIGN_OR_RETURN(const ledger::NoteVerifier verifier,
                   ledger::NoteVerifier::Parse(options.verifier_key));
  ASSIGN_OR_RETURN(const std::unique_ptr<store::Reader> reader,
                   store::ReadRocksDb(options.data + "/database"));
  store::SecretKey master;
  if (!options.tree_only) {
    ASSIGN_OR_RETURN(master,
                     store::LoadMasterKey(options.data + "/master.key"));
  }
  NoRandom random;
  const store::Vault vault(master, random);
  AuditReport report;
  RETURN_IF_ERROR(CheckLog(*reader, vault, verifier, options, report));
  if (!options.tree_only)
    RETURN_IF_ERROR(CheckOpened(*reader, vault, options, report));
  if (report.ok()) {
    ASSIGN_OR_RETURN(report.newest_note, ledger::NewestNote(*reader));
  }
  return report;
}

}  // namespace talentcard::auditor
