#ifndef TALENTCARD_TOOLS_CRASH_JOURNAL_H_
#define TALENTCARD_TOOLS_CRASH_JOURNAL_H_

#include <cstdint>
#include <map>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/store/database.h"
#include "services/store/transaction.h"
#include "tools/crash/workload.h"

namespace talentcard::crash {

// What the killed process said on its pipe: a step, and the revision that holds
// it. Also the bytes on the pipe.
struct Acknowledgement {
  uint64_t thread = 0;
  uint64_t number = 0;
  uint64_t revision = 0;
};

// Acknowledged steps (thread, number) and their revisions.
using Acknowledged = std::map<std::pair<uint64_t, uint64_t>, uint64_t>;

// Notes the step in its own transaction.
void Note(store::Transaction& transaction, const Step& step);
// The last step of a thread; 0 if there is none.
absl::StatusOr<uint64_t> LastStep(const store::Reader& reader, uint64_t thread);

// An error if an acknowledged step is missing or has another revision, a step
// is there in part, a thread's steps have a hole, revisions are not 1 to the
// last, or known times do not lead to it.
absl::Status CheckJournal(const store::Reader& reader,
                          const Acknowledged& acknowledged);

}  // namespace talentcard::crash

#endif  // TALENTCARD_TOOLS_CRASH_JOURNAL_H_
