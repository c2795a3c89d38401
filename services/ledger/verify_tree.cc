#include "services/ledger/verify_tree.h"

#include <algorithm>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/status_macros.h"
#include "services/ledger/checkpoint.h"
#include "services/ledger/leaf.h"
#include "services/ledger/rows.h"
#include "services/ledger/succession.h"
#include "services/ledger/tree.h"

namespace talentcard::ledger {
namespace {

constexpr size_t kCheckpointPage = 1000;

class TreeVerification {
 public:
  TreeVerification(const store::Reader& reader, const NoteVerifier& verifier,
                   Findings& findings)
      : reader_(reader), verifier_(verifier), findings_(findings) {
    if (const auto& anchor = findings.options.anchor)
      remembered_.push_back({"the anchor", anchor->size, anchor->root});
  }

  absl::StatusOr<std::optional<uint64_t>> Run() {
    ASSIGN_OR_RETURN(names_, Succession::Read(reader_));
    if (const auto& kept = findings_.options.kept) RememberKept(*kept);
    const auto head = ReadHead(reader_);
    if (!head.ok() && !absl::IsDataLoss(head.status())) return head.status();
    if (head.ok()) findings_.leaves_total = head->size();
    RETURN_IF_ERROR(CheckSize());
    RETURN_IF_ERROR(CheckEntries());
    findings_.report.root = tree_.Root();
    if (head.ok()) {
      CheckHead(*head);
    } else {
      findings_.Differs("the head is malformed");
    }
    if (complete_) RETURN_IF_ERROR(CheckEnd());
    return last_erasure_;
  }

 private:
  // Under an earlier name the log may have been larger than what is left of it:
  // then what follows says how large.
  void RememberKept(const Checkpoint& kept) {
    for (const auto& [index, genesis] : names_.all()) {
      const Checkpoint& earlier = genesis.predecessor;
      if (earlier.origin != kept.origin || kept.size <= index) continue;
      if (earlier.size < kept.size ||
          (earlier.size == kept.size && earlier.root != kept.root))
        findings_.Differs(absl::StrCat(
            "the kept checkpoint of `", kept.origin, "` remembers `", kept.size,
            "` entries; entry `", index,
            "` says that it came to another root or to `", earlier.size, "`"));
      return;
    }
    remembered_.push_back({"the kept checkpoint", kept.size, kept.root});
  }

  // Leaf and row say the same, in order.
  void CheckSuccessor(uint64_t index, const Leaf& leaf) {
    const auto& all = names_.all();
    if (successors_ >= all.size() || all[successors_].first != index ||
        all[successors_].second.Encode() != leaf.extension) {
      findings_.Differs(absl::StrCat(
          "entry `", index, "` begins a log under another name than its row"));
      return;
    }
    const Checkpoint& earlier = all[successors_++].second.predecessor;
    findings_.report.lost += earlier.size > index ? earlier.size - index : 0;
  }

  absl::Status CheckEntries() {
    absl::Status failure;
    const store::Key rows = LedgerRow('e');
    const absl::Status read = reader_.Scan(
        rows.First(), rows.Last(),
        [&](std::string_view key, std::string_view leaf) {
          const uint64_t index = store::ReadNumber(key, key.size() - 8);
          if (index != tree_.size()) {
            findings_.Differs(
                absl::StrCat("entry `", tree_.size(), "` is missing"));
            complete_ = false;
            return false;
          }
          failure = CheckEntry(index, leaf);
          return failure.ok();
        });
    if (absl::IsDataLoss(read)) {
      findings_.Differs(absl::StrCat("entry `", tree_.size(),
                                     "` cannot be read: ", read.message()));
      complete_ = false;
      return absl::OkStatus();
    }
    RETURN_IF_ERROR(read);
    return failure;
  }

  absl::Status CheckEntry(uint64_t index, std::string_view bytes) {
    const auto leaf = Leaf::Parse(bytes);
    if (!leaf.ok()) {
      findings_.Differs(absl::StrCat("entry `", index, "` is not a leaf"));
    } else if (leaf->kind == LeafKind::kErasure) {
      last_erasure_ = index;
    } else if (leaf->kind == LeafKind::kSuccessor) {
      CheckSuccessor(index, *leaf);
    }
    const Hash hash = HashLeaf(bytes);
    tree_.Append(hash);
    RETURN_IF_ERROR(CheckTiles(0, hash));
    RETURN_IF_ERROR(CheckSize());
    ++findings_.report.leaves;
    return findings_.Step();
  }

  // Adds a hash to the open tile of a level; holds a full one against its rows.
  absl::Status CheckTiles(uint64_t level, const Hash& hash) {
    if (open_tiles_.size() <= level) open_tiles_.resize(level + 1);
    std::vector<Hash>& open = open_tiles_[level].hashes;
    open.push_back(hash);
    if (open.size() < kTileWidth) return absl::OkStatus();
    const uint64_t index = open_tiles_[level].index++;
    RETURN_IF_ERROR(CheckTile(level, index, open));
    const Hash root = PerfectRoot(std::exchange(open, {}));
    ASSIGN_OR_RETURN(const std::optional<std::string> row,
                     reader_.Get(TileRootRow(level, index)));
    if (row != AsBytes(root)) {
      findings_.Differs(absl::StrCat("the root of tile `", level, "/", index,
                                     "` differs from its entries"));
    }
    return CheckTiles(level + 1, root);
  }

  absl::Status CheckTile(uint64_t level, uint64_t index,
                         const std::vector<Hash>& hashes) {
    const std::string name = absl::StrCat("tile `", level, "/", index, "`");
    ASSIGN_OR_RETURN(const std::optional<std::string> row,
                     reader_.Get(TileRow(level, index)));
    const auto stored = row ? ParseTile(*row)
                            : absl::StatusOr<std::vector<Hash>>(
                                  absl::NotFoundError("no such row"));
    if (!stored.ok()) {
      findings_.Differs(absl::StrCat(name, " is missing or malformed"));
      return absl::OkStatus();
    }
    bool same = true;
    for (uint64_t i = 0; i < kTileWidth; ++i) {
      if ((*stored)[i] == hashes[i]) continue;
      same = false;
      findings_.Differs(
          absl::StrCat(level == 0 ? "entry `" : "the tile below, number `",
                       index * kTileWidth + i, "` differs from ", name));
    }
    if (same && level == 0) Agreed((index + 1) * kTileWidth);
    return absl::OkStatus();
  }

  void Agreed(uint64_t size) { agreed_ = std::max(agreed_, size); }

  // Of the entries so far. The first such finding says which they may be.
  void AnotherRoot(const std::string& who) {
    const bool first = !std::exchange(another_root_, true);
    findings_.Differs(
        first && agreed_ < tree_.size()
            ? absl::StrCat(who, " another root: it or an entry from `", agreed_,
                           "` to `", tree_.size() - 1, "` was changed")
            : absl::StrCat(who, " another root"));
  }

  // Holds what was signed or remembered of the present size against the tree.
  absl::Status CheckSize() {
    for (const Remembered& one : remembered_) {
      if (one.size != tree_.size()) continue;
      if (one.root == tree_.Root()) {
        Agreed(one.size);
      } else {
        AnotherRoot(absl::StrCat(one.name, " at size `", one.size, "` has"));
      }
    }
    if (checkpoints_.empty()) RETURN_IF_ERROR(ReadCheckpoints());
    if (checkpoints_.empty() || checkpoints_.front().first != tree_.size()) {
      return absl::OkStatus();
    }
    const auto [size, note] = std::move(checkpoints_.front());
    checkpoints_.pop_front();
    CheckCheckpoint(size, note);
    return absl::OkStatus();
  }

  // The next page.
  absl::Status ReadCheckpoints() {
    if (last_page_) return absl::OkStatus();
    RETURN_IF_ERROR(
        reader_.Scan(CheckpointRow(next_checkpoint_), LedgerRow('c').Last(),
                     [&](std::string_view key, std::string_view note) {
                       checkpoints_.emplace_back(
                           store::ReadNumber(key, key.size() - 8), note);
                       return checkpoints_.size() < kCheckpointPage;
                     }));
    last_page_ = checkpoints_.size() < kCheckpointPage;
    if (!checkpoints_.empty()) next_checkpoint_ = checkpoints_.back().first + 1;
    return absl::OkStatus();
  }

  void CheckCheckpoint(uint64_t size, const std::string& note) {
    const NoteVerifier verifier = names_.At(size, verifier_);
    const auto body = verifier.Open(note);
    const auto checkpoint = body.ok()
                                ? Checkpoint::Parse(*body)
                                : absl::StatusOr<Checkpoint>(body.status());
    if (!checkpoint.ok()) {
      findings_.Differs(absl::StrCat("checkpoint `", size,
                                     "`: ", checkpoint.status().message()));
    } else if (checkpoint->size != size || checkpoint->root != tree_.Root() ||
               checkpoint->origin != verifier.name()) {
      AnotherRoot(absl::StrCat("checkpoint `", size, "` signs"));
    } else {
      Agreed(size);
    }
    ++findings_.report.checkpoints;
  }

  void CheckHead(const Frontier& head) {
    if (!complete_) return;
    if (tree_.size() < head.size()) {
      findings_.Differs(absl::StrCat("entry `", tree_.size(),
                                     "` is missing: the head tells of `",
                                     head.size(), "`"));
    } else if (tree_.size() > head.size()) {
      findings_.Differs(absl::StrCat("entry `", head.size(),
                                     "` is one more than the head tells of"));
    } else if (tree_ != head) {
      findings_.Differs(absl::StrCat(
          "the head differs from the entries: it or an entry from `",
          std::min(agreed_, tree_.size() - 1), "` to `", tree_.size() - 1,
          "` was changed"));
    }
  }

  // Nothing signed or remembered may be of a larger tree.
  absl::Status CheckEnd() {
    for (const Remembered& one : remembered_) {
      if (one.size > tree_.size())
        findings_.Differs(absl::StrCat(one.name, " remembers `", one.size,
                                       "` entries; there are `", tree_.size(),
                                       "`"));
    }
    if (successors_ != names_.all().size() || !names_.EndsIn(verifier_.name()))
      findings_.Differs("the rows of the log's names differ from its entries");
    RETURN_IF_ERROR(ReadCheckpoints());
    if (!checkpoints_.empty()) {
      findings_.Differs(absl::StrCat("checkpoint `", checkpoints_.front().first,
                                     "` is larger than the log"));
    }
    return absl::OkStatus();
  }

  // What is known of the log from outside of it.
  struct Remembered {
    const char* name;
    uint64_t size;
    Hash root;
  };
  struct OpenTile {
    uint64_t index = 0;
    std::vector<Hash> hashes;
  };

  const store::Reader& reader_;
  const NoteVerifier& verifier_;
  Findings& findings_;
  std::vector<Remembered> remembered_;
  Succession names_;
  size_t successors_ = 0;
  Frontier tree_;
  std::vector<OpenTile> open_tiles_;
  // Entries before this one agree with a tile or a signature.
  uint64_t agreed_ = 0;
  bool another_root_ = false;
  bool complete_ = true;
  std::optional<uint64_t> last_erasure_;
  std::deque<std::pair<uint64_t, std::string>> checkpoints_;
  uint64_t next_checkpoint_ = 0;
  bool last_page_ = false;
};

}  // namespace

absl::StatusOr<std::optional<uint64_t>> VerifyTree(const store::Reader& reader,
                                                   const NoteVerifier& verifier,
                                                   Findings& findings) {
  return TreeVerification(reader, verifier, findings).Run();
}

}  // namespace talentcard::ledger
