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
};

// A small file with two slots written in turn, each with its checksum, so that a
// cut in the middle of a write leaves the other one. On another volume than the
// database if there is one.
class AnchorFile {
 public:
  // Creates it if absent. kDataLoss if neither slot of an existing file is whole.
  static absl::StatusOr<std::unique_ptr<AnchorFile>> Open(const std::string& path);
  ~AnchorFile();

  const std::optional<Anchor>& last() const { return last_; }
  // Durable when it returns.
  absl::Status Write(const Anchor& anchor);

 private:
  explicit AnchorFile(int fd) : fd_(fd) {}

  const int fd_;
  std::optional<Anchor> last_;
  uint64_t sequence_ = 0;
};

// A database whose every write is remembered in the anchor before it is
// acknowledged. Opening it checks that nothing remembered is gone: an engine
// cannot tell a shortened log from one whose end was never written.
//
// kDataLoss if the database is behind the anchor or its log has another root: it
// must not be served. Recover it from a backup or a standby.
absl::StatusOr<std::unique_ptr<store::Database>> OpenAnchored(
    std::unique_ptr<store::Database> database, std::unique_ptr<AnchorFile> anchor);

}  // namespace talentcard::ledger

#endif  // TALENTCARD_SERVICES_LEDGER_ANCHOR_H_
