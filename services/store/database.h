#ifndef TALENTCARD_SERVICES_STORE_DATABASE_H_
#define TALENTCARD_SERVICES_STORE_DATABASE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace talentcard::store {

// Reads of one consistent view of an ordered map from byte strings to byte
// strings. Thread-safe. Keys order as unsigned bytes.
class Reader {
 public:
  // Returns false to end the scan.
  using Visitor =
      std::function<bool(std::string_view key, std::string_view value)>;

  virtual ~Reader() = default;

  // nullopt if there is no such key. Errors: kDataLoss if the stored bytes
  // fail their checksum (the process must stop answering), kUnavailable if the
  // medium cannot be read.
  virtual absl::StatusOr<std::optional<std::string>> Get(
      std::string_view key) const = 0;
  // Visits keys in [begin, end) in ascending order. Views are valid only
  // during the call of the visitor.
  virtual absl::Status Scan(std::string_view begin, std::string_view end,
                            const Visitor& visit) const = 0;
  // The same keys in descending order.
  virtual absl::Status ScanBackwards(std::string_view begin,
                                     std::string_view end,
                                     const Visitor& visit) const = 0;
};

// One change of one key; nullopt deletes.
struct Mutation {
  std::string key;
  std::optional<std::string> value;
};

// The seam a storage engine is fitted to. The conformance suite in
// tests/services/store says what an implementation must do.
class Database {
 public:
  virtual ~Database() = default;

  // A view of everything written before the call. Keeps old data alive: short
  // lived. Must not outlive the database.
  virtual std::unique_ptr<Reader> TakeSnapshot() const = 0;

  // Reads the latest state without a snapshot (each call sees all writes that
  // finished before it).
  virtual const Reader& Latest() const = 0;

  // Applies all mutations, in order, or none, and returns only when they would
  // survive a power cut. Never called from two threads at once.
  //
  // kResourceExhausted: no space; nothing was applied, the caller may try
  // again later. Any other error: the outcome is unknown and the process must
  // end (an fsync that failed once must never be retried).
  virtual absl::Status WriteSynced(const std::vector<Mutation>& mutations) = 0;

  // Rewrites files so that none holds a value of a key in [begin, end) that was
  // deleted or overwritten before the call. May run beside WriteSynced.
  // kUnavailable: a snapshot from before still needs one, or the medium failed;
  // nothing is lost, try again.
  virtual absl::Status Purge(std::string_view begin, std::string_view end) = 0;
};

}  // namespace talentcard::store

#endif  // TALENTCARD_SERVICES_STORE_DATABASE_H_
