#ifndef TALENTCARD_TOOLS_CRASH_WORKLOAD_H_
#define TALENTCARD_TOOLS_CRASH_WORKLOAD_H_

#include <cstdint>
#include <memory>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/store/database.h"
#include "services/store/transaction.h"

namespace talentcard::crash {

// One transaction of the process that is killed.
struct Step {
  uint64_t thread = 0;
  uint64_t number = 0;  // From 1, per thread, over all lives of the directory.
  uint64_t random = 0;
};

// What is written, and what must be true of whatever a kill leaves. The journal
// (journal.h) already checks acknowledgements and revisions; a workload adds
// its own rows and invariants, as the ledger its root.
class Workload {
 public:
  virtual ~Workload() = default;
  // Runs inside the step's transaction; must be re-runnable. An error drops the
  // transaction, and the step is tried again with another `random`.
  virtual absl::Status Change(store::Transaction& transaction,
                              const Step& step) const = 0;
  // An error says what does not hold.
  virtual absl::Status Check(const store::Reader& reader) const = 0;
};

// By name: `records` makes transfers between accounts and records with
// versions; `ledger` changes of records through the log. kInvalidArgument for
// another name.
absl::StatusOr<std::unique_ptr<Workload>> MakeWorkload(std::string_view name);

}  // namespace talentcard::crash

#endif  // TALENTCARD_TOOLS_CRASH_WORKLOAD_H_
