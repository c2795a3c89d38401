#ifndef TALENTCARD_TOOLS_CRASH_LEDGER_WORKLOAD_H_
#define TALENTCARD_TOOLS_CRASH_LEDGER_WORKLOAD_H_

#include <memory>

#include "tools/crash/workload.h"

namespace talentcard::crash {

// Changes of cards through the ledger. After a kill the whole log is recomputed
// and every record is held against the leaf that committed to it.
std::unique_ptr<Workload> MakeLedgerWorkload();

}  // namespace talentcard::crash

#endif  // TALENTCARD_TOOLS_CRASH_LEDGER_WORKLOAD_H_
