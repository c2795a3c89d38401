#ifndef TALENTCARD_TOOLS_CHENGZHOU_DESK_H_
#define TALENTCARD_TOOLS_CHENGZHOU_DESK_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/code/reader.h"
#include "tools/chengzhou/client.h"

// What one desk keeps on disk to judge codes without network.
namespace talentcard::client {

// The lists as the server gave them.
struct CachedLists {
  std::string root;      // A public key (code::ParsePublicKey).
  std::string key_list;  // Signed.
  std::vector<std::string> status_lists;
  std::vector<std::string> benefits;
};

// The same, opened with the root.
struct OpenedLists {
  code::KeyList keys;
  std::vector<code::StatusList> lists;
};

// A v1.CodeLists as JSON.
CachedLists ListsFromJson(const Json& lists);

// What a desk says of a code in the second it fetched the lists.
absl::StatusOr<code::Finding> JudgeWith(const CachedLists& lists,
                                        std::string_view text);

// A code taken and not told yet.
struct QueuedScan {
  std::string code;
  absl::Time time;

  bool operator==(const QueuedScan&) const = default;
};

// A directory: `root`, `key-list`, `status-list-N`, `benefits`; `taken`, a line
// for each code taken; `queue`, a line for each code not told yet that was
// taken or has to be asked about online. Not thread-safe; of two programs
// neither loses what the other queued, but only one at a time knows what was
// taken.
class DeskFiles {
 public:
  explicit DeskFiles(std::string directory)
      : directory_(std::move(directory)) {}

  // Keeps lists that hang together: opened with the root this desk has, or with
  // `lists.root` if it has none yet. kInvalidArgument if they do not, and if
  // they are older than those it has.
  absl::Status Keep(const CachedLists& lists);
  // Sets the root by hand. kFailedPrecondition if it has another.
  absl::Status TrustRoot(const std::string& root);
  // True if a root is there.
  bool HasRoot() const;

  // Opens what is kept. kFailedPrecondition if nothing is, kDataLoss if it does
  // not open.
  absl::Status Open(absl::Time now);

  // After Open. What was good is remembered on disk before this returns.
  absl::StatusOr<code::Verdict> Judge(std::string_view text, absl::Time now);
  // What was taken and not told yet, oldest first. Needs no Open.
  std::vector<QueuedScan> Queue() const;
  // Forgets these, and none that were taken meanwhile: two programs may tell
  // the same ones at once.
  absl::Status Told(const std::vector<QueuedScan>& told);
  // The entitlements a code's bits stand for.
  std::vector<std::string> BenefitsOf(uint32_t bits) const;

 private:
  std::string Path(const std::string& name) const {
    return directory_ + "/" + name;
  }
  // nullopt before the first lists.
  std::optional<CachedLists> Kept() const;
  // Than those kept.
  bool IsOlder(const OpenedLists& lists, const code::PublicKey& root) const;
  absl::Status ReadTaken(absl::Time now);
  // To `queue` and to `taken`, in this order: told twice does no harm.
  absl::Status Take(std::string_view text, const code::Verdict& verdict,
                    absl::Time now);

  std::string directory_;
  code::KeyList keys_;
  std::vector<code::StatusList> lists_;
  std::vector<std::string> benefits_;
  code::ReplayMemory memory_;
};

}  // namespace talentcard::client

#endif  // TALENTCARD_TOOLS_CHENGZHOU_DESK_H_
