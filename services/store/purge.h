#ifndef TALENTCARD_SERVICES_STORE_PURGE_H_
#define TALENTCARD_SERVICES_STORE_PURGE_H_

#include "absl/status/status.h"
#include "services/store/database.h"
#include "services/store/writer.h"

namespace talentcard::store {

// A deleted row is gone for readers at once, for the files only when they are
// rewritten. A transaction that destroys a person's key asks for that.
void RequestPurge(Transaction& transaction);

// Rewrites the files that may hold destroyed keys, if that was asked for. OK if
// there is nothing to do. kUnavailable: a reader still looks at the time
// before; try again.
absl::Status PurgeIfRequested(Database& database, Writer& writer);

}  // namespace talentcard::store

#endif  // TALENTCARD_SERVICES_STORE_PURGE_H_
