#ifndef TALENTCARD_SERVICES_STORE_PURGE_H_
#define TALENTCARD_SERVICES_STORE_PURGE_H_

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

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

// Does so by itself, from its construction to its destruction.
class Purger {
 public:
  // Both must outlive it. Looks every `interval`.
  Purger(Database& database, Writer& writer,
         std::chrono::milliseconds interval);
  ~Purger();

 private:
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace talentcard::store

#endif  // TALENTCARD_SERVICES_STORE_PURGE_H_
