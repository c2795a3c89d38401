#ifndef TALENTCARD_SERVICES_LEDGER_SUCCESSION_H_
#define TALENTCARD_SERVICES_LEDGER_SUCCESSION_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "services/ledger/change.h"
#include "services/ledger/checkpoint.h"
#include "services/ledger/note.h"
#include "services/store/database.h"

// A database restored from an older copy misses acknowledged entries. Its log
// has another name (origin) from there on: whoever knows the earlier log's
// checkpoints is never shown two histories of one name.
namespace talentcard::ledger {

// The public attributes of the leaf with which the log under a new name begins
// (LeafKind::kSuccessor): the name, and how far the log of the earlier name had
// come. Everything below the leaf is of both.
struct Genesis {
  std::string origin;
  Checkpoint predecessor;

  std::string Encode() const;
  // kInvalidArgument unless Encode gives exactly these bytes.
  static absl::StatusOr<Genesis> Parse(std::string_view bytes);
};

// The names a log has had. Its key stays the same.
class Succession {
 public:
  static absl::StatusOr<Succession> Read(const store::Reader& reader);

  // Each with the index of its leaf, oldest first.
  const std::vector<std::pair<uint64_t, Genesis>>& all() const { return all_; }
  // Whether the log's present name may be this one.
  bool EndsIn(std::string_view origin) const;
  // Of a checkpoint of this size, if `present` is the verifier of the log as it
  // is called now.
  NoteVerifier At(uint64_t size, const NoteVerifier& present) const;
  // OpenCheckpoint by the verifier of its size.
  absl::StatusOr<Checkpoint> Open(const NoteVerifier& present,
                                  std::string_view note) const;
  // The same of a note that was kept elsewhere: under an earlier name the log
  // may have been larger then than what is left of it.
  absl::StatusOr<Checkpoint> OpenKept(const NoteVerifier& present,
                                      std::string_view note) const;

 private:
  std::vector<std::pair<uint64_t, Genesis>> all_;
};

// Puts a leaf of kind kSuccessor on the log, and its row. `account` is complete
// but for kind and extension.
absl::Status Succeed(store::Transaction& transaction, const store::Vault& vault,
                     const Genesis& genesis, Account account);

}  // namespace talentcard::ledger

#endif  // TALENTCARD_SERVICES_LEDGER_SUCCESSION_H_
