#ifndef TALENTCARD_TOOLS_CHENGZHOU_DESK_H_
#define TALENTCARD_TOOLS_CHENGZHOU_DESK_H_

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
  std::string root;      // `eddsa:` or `sm2-sm3:` and hexadecimal digits.
  std::string key_list;  // Signed.
  std::vector<std::string> status_lists;
  std::vector<std::string> benefits;
};

// A v1.CodeLists as JSON.
CachedLists ListsFromJson(const Json& lists);

// What a desk says of a code in the second it fetched the lists.
absl::StatusOr<code::Finding> JudgeWith(const CachedLists& lists,
                                        std::string_view text);

// kInvalidArgument if the text is no public key.
absl::StatusOr<code::PublicKey> ParseRoot(const std::string& text);

// A code taken and not told yet.
struct QueuedScan {
  std::string code;
  absl::Time time;
};

// A directory: `root`, `key-list`, `status-list-N`, `benefits`; `taken`, a line
// for each code taken; `queue`, a line for each of them not told yet. Not
// thread-safe, and one process at a time.
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
  // Forgets the first `told` of them.
  absl::Status Told(size_t told);
  // The entitlements a code's bits stand for.
  std::vector<std::string> BenefitsOf(uint32_t bits) const;

 private:
  std::string Path(const std::string& name) const {
    return directory_ + "/" + name;
  }
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
