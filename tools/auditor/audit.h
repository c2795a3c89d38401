#ifndef TALENTCARD_TOOLS_AUDITOR_AUDIT_H_
#define TALENTCARD_TOOLS_AUDITOR_AUDIT_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/answer/replay.h"
#include "services/ledger/checkpoint.h"
#include "services/ledger/verify.h"
#include "tools/auditor/four_eyes.h"

// The log, the records, every decision and every approval, checked from the
// files alone.
namespace talentcard::auditor {

struct AuditOptions {
  // Of a server: `database` and `master.key` are read, nothing is written.
  std::string data;
  // The log's public key, from anywhere but `data`.
  std::string verifier_key;
  // The checkpoint kept from the last audit; empty if there was none.
  std::string kept_note;
  // Without master key: nothing is opened, nothing decided again, and
  // no approval looked at.
  bool tree_only = false;
  std::function<void(const std::string& so_far)> progress;
};

struct AuditReport {
  ledger::VerifyReport log;
  answer::ReplayReport decisions;
  FourEyesReport approvals;
  // What to keep for next time; empty if anything differs.
  std::string newest_note;

  bool ok() const {
    return log.difference_count == 0 && decisions.difference_count == 0 &&
           approvals.difference_count == 0;
  }
};

// kDataLoss if the files are too damaged to be opened. kInvalidArgument for a
// key that is none, and for a kept checkpoint that it did not sign.
absl::StatusOr<AuditReport> Audit(const AuditOptions& options);

}  // namespace talentcard::auditor

#endif  // TALENTCARD_TOOLS_AUDITOR_AUDIT_H_
