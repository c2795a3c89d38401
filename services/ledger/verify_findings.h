#ifndef TALENTCARD_SERVICES_LEDGER_VERIFY_FINDINGS_H_
#define TALENTCARD_SERVICES_LEDGER_VERIFY_FINDINGS_H_

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "services/ledger/verify.h"

namespace talentcard::ledger {

// What the two halves of a verification write into.
struct Findings {
  const VerifyOptions& options;
  uint64_t leaves_total = 0;
  VerifyReport report{};
  uint64_t steps = 0;

  void Differs(std::string what) {
    constexpr size_t kMostNamed = 100;
    ++report.difference_count;
    if (report.differences.size() < kMostNamed)
      report.differences.push_back(std::move(what));
  }

  // Tells of progress now and then.
  absl::Status Step() {
    constexpr uint64_t kTellEvery = 50000;
    return ++steps % kTellEvery == 0 ? Tell() : absl::OkStatus();
  }
  absl::Status Tell() const {
    if (options.progress && !options.progress(report, leaves_total)) {
      return absl::CancelledError("the verification was stopped");
    }
    return absl::OkStatus();
  }
};

}  // namespace talentcard::ledger

#endif  // TALENTCARD_SERVICES_LEDGER_VERIFY_FINDINGS_H_
