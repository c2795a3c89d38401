#ifndef TALENTCARD_SERVICES_STORE_WRITER_H_
#define TALENTCARD_SERVICES_STORE_WRITER_H_

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/store/database.h"
#include "services/store/stamps.h"
#include "services/store/transaction.h"

namespace talentcard::store {

// The one writer of a database. Bodies run one after another on its thread;
// all that arrive while a group is being synced form the next group, so
// transactions are serialisable without locks and one fsync serves many.
//
// Thread-safe. The destructor runs what was submitted before it and returns
// when all `done` have been called.
class Writer {
 public:
  // Reads and changes. A status other than OK drops the transaction's own
  // changes; the rest of the group goes on. May run again (never overlapping)
  // if its group was not applied, so it must be re-runnable: no effect but
  // through the transaction and its own captured result.
  using Body = std::function<absl::Status(Transaction&)>;
  // Called once: the revision once durable, the body's error,
  // kResourceExhausted when the disk is full (nothing was applied),
  // kUnavailable when too many wait or the store has stopped, or
  // kDeadlineExceeded; then it was never run. On the
  // writer's thread, or inside Submit if refused at once. No answer, not even a
  // body's error, rests on changes that did not become durable.
  using Done = std::function<void(absl::StatusOr<uint64_t> revision)>;

  static constexpr int64_t kNoDeadline = std::numeric_limits<int64_t>::max();

  struct Options {
    // A group closes at this many transactions.
    int max_group = 256;
    // Submissions beyond this many waiting are refused: kUnavailable.
    int max_waiting = 16384;
    // Called when a write failed with an unknown outcome. Must not return in
    // production (it ends the process); tests record the call, after which the
    // writer refuses everything with kUnavailable.
    std::function<void(const absl::Status&)> on_fatal;
    // Milliseconds since 1970 by the service's clock. One row a group ties an
    // instant to the revision known then; the instants strictly increase.
    std::function<int64_t()> now_ms;
    // Told of every row that a body changes; may be null. Must outlive the
    // writer.
    Stamps* stamps = nullptr;
  };

  // `database` must outlive the writer.
  Writer(Database& database, Options options);
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // A body whose turn comes later than `deadline_ms` (by now_ms) is not run:
  // kDeadlineExceeded. Once run, its outcome is waited for.
  void Submit(Body body, Done done, int64_t deadline_ms = kNoDeadline);
  // Submits and waits. Never call it on the writer's thread.
  absl::StatusOr<uint64_t> Run(Body body, int64_t deadline_ms = kNoDeadline);

  // Everything durable by now, of one moment.
  struct View {
    std::shared_ptr<const Reader> reader;
    uint64_t revision = 0;  // Of the last durable transaction.
  };
  // Taken once a group, not once a call. Must not outlive the database.
  View Durable() const;
  // True while writes fail for lack of space. The writer tries a waiting group
  // at most every 500 ms, refuses the others at once, and takes writes again as
  // soon as one succeeds.
  bool read_only() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace talentcard::store

#endif  // TALENTCARD_SERVICES_STORE_WRITER_H_
