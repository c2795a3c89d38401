#ifndef TALENTCARD_SERVICES_LEDGER_ANCHOR_H_
#define TALENTCARD_SERVICES_LEDGER_ANCHOR_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "services/ledger/merkle.h"
#include "services/store/database.h"

namespace talentcard::ledger {

// How far the log was, as remembered outside the database.
struct Anchor {
  uint64_t revision = 0;
  uint64_t size = 0;
  Hash root{};

  friend bool operator==(const Anchor&, const Anchor&) = default;
};

// The anchor in the file at `path`; nullopt if none was written yet. kNotFound
// if there is no file, kDataLoss if it is damaged.
absl::StatusOr<std::optional<Anchor>> ReadAnchor(const std::string& path);

// How far the log is in a database.
absl::StatusOr<Anchor> Present(const store::Reader& reader);

// A small file with two slots written in turn, each with its checksum, so that
// a cut in the middle of a write leaves the other one. On another volume than
// the database if there is one.
class AnchorFile {
 public:
  // Creates it, durably, if absent. kDataLoss if neither slot of an existing
  // file is whole.
  static absl::StatusOr<std::unique_ptr<AnchorFile>> Open(
      const std::string& path);
  ~AnchorFile();

  const std::optional<Anchor>& last() const { return last_; }
  // Durable when it returns.
  absl::Status Write(const Anchor& anchor);

 private:
  explicit AnchorFile(int fd) : fd_(fd) {}
  // Reads both slots of the file at `path`.
  absl::Status Load(const std::string& path);
  friend absl::StatusOr<std::optional<Anchor>> ReadAnchor(
      const std::string& path);

  const int fd_;
  std::optional<Anchor> last_;
  uint64_t sequence_ = 0;
};

enum class AnchorCadence {
  // Before any write is acknowledged: one more fdatasync of a page for each
  // group of transactions. Nothing acknowledged can be lost unseen.
  kEveryWrite,
  // With each stored checkpoint only. What was acknowledged since the last one,
  // a second at most, can be cut off a damaged write-ahead log unseen.
  kEveryCheckpoint,
};

struct AnchorOptions {
  AnchorCadence cadence = AnchorCadence::kEveryWrite;
  // Accept a database with data although the anchor has none: it was moved
  // here, or recovered, on purpose.
  bool adopt = false;
};

// A database whose writes are remembered in the anchor. Opening it checks that
// nothing remembered is gone (an engine cannot tell a shortened log from one
// whose end was never written) and that the log's head fits its entries. More
// than what is remembered is no fault.
//
// kDataLoss if the database is behind the anchor or its log has another root:
// it must not be served. Recover it from a backup or a standby.
// kFailedPrecondition if the database has data and the anchor none, unless
// adopted.
absl::StatusOr<std::unique_ptr<store::Database>> OpenAnchored(
    std::unique_ptr<store::Database> database,
    std::unique_ptr<AnchorFile> anchor, const AnchorOptions& options = {});

}  // namespace talentcard::ledger

#endif  // TALENTCARD_SERVICES_LEDGER_ANCHOR_H_
