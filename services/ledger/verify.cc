#include "services/ledger/verify.h"

#include <map>
#include <optional>

#include "absl/strings/str_cat.h"
#include "engine/status_macros.h"
#include "services/ledger/change.h"
#include "services/ledger/checkpoint.h"
#include "services/ledger/rows.h"
#include "services/ledger/tree.h"
#include "services/store/versions.h"

namespace talentcard::ledger {
namespace {

constexpr uint64_t kProgressEvery = 50000;
constexpr size_t kMostDifferences = 100;

class Verification {
 public:
  Verification(const store::Reader& reader, const store::Vault& vault,
               const NoteVerifier& verifier, const VerifyOptions& options)
      : reader_(reader), vault_(vault), verifier_(verifier), options_(options) {}

  absl::StatusOr<VerifyReport> Run() {
    ASSIGN_OR_RETURN(const Frontier head, ReadHead(reader_));
    total_ = head.size();
    RETURN_IF_ERROR(ReadCheckpoints());
    RETURN_IF_ERROR(CheckEntries());
    if (tree_ != head) Differs("the head differs from the entries");
    for (const auto& [size, note] : checkpoints_) {
      Differs(absl::StrCat("checkpoint `", size, "` is larger than the log"));
    }
    report_.root = tree_.Root();
    if (!options_.tree_only) RETURN_IF_ERROR(CheckRecords());
    RETURN_IF_ERROR(Progress());
    return std::move(report_);
  }

 private:
  void Differs(std::string what) {
    if (report_.differences.size() < kMostDifferences) {
      report_.differences.push_back(std::move(what));
    }
  }

  absl::Status Progress() {
    if (options_.progress && !options_.progress(report_, total_)) {
      return absl::CancelledError("the verification was stopped");
    }
    return absl::OkStatus();
  }

  absl::Status ReadCheckpoints() {
    const store::Key rows = LedgerRow('c');
    return reader_.Scan(rows.First(), rows.Last(),
                        [&](std::string_view key, std::string_view note) {
                          checkpoints_.emplace(store::ReadNumber(key, key.size() - 8), note);
                          return true;
                        });
  }

  absl::Status CheckEntries() {
    absl::Status failure;
    const store::Key rows = LedgerRow('e');
    RETURN_IF_ERROR(reader_.Scan(
        rows.First(), rows.Last(), [&](std::string_view key, std::string_view leaf) {
          failure = CheckEntry(store::ReadNumber(key, key.size() - 8), leaf);
          return failure.ok();
        }));
    return failure;
  }

  absl::Status CheckEntry(uint64_t index, std::string_view bytes) {
    if (index != tree_.size()) {
      Differs(absl::StrCat("entry `", tree_.size(), "` is missing"));
      return absl::OkStatus();
    }
    if (!Leaf::Parse(bytes).ok()) {
      Differs(absl::StrCat("entry `", index, "` is not a leaf"));
    }
    const Hash hash = HashLeaf(bytes);
    tree_.Append(hash);
    RETURN_IF_ERROR(CheckTiles(0, hash));
    CheckCheckpoint();
    ++report_.leaves;
    return report_.leaves % kProgressEvery == 0 ? Progress() : absl::OkStatus();
  }

  // Adds a hash to the open tile of a level; holds a full one against its row.
  absl::Status CheckTiles(uint64_t level, const Hash& hash) {
    if (open_tiles_.size() <= level) open_tiles_.resize(level + 1);
    std::vector<Hash>& open = open_tiles_[level].hashes;
    open.push_back(hash);
    if (open.size() < kTileWidth) return absl::OkStatus();
    const uint64_t index = open_tiles_[level].index++;
    std::string expected;
    for (const Hash& h : open) expected += AsBytes(h);
    ASSIGN_OR_RETURN(const std::optional<std::string> row,
                     reader_.Get(TileRow(level, index)));
    if (row != expected) {
      Differs(absl::StrCat("tile `", level, "/", index, "` differs from the entries"));
    }
    const Hash root = PerfectRoot(std::exchange(open, {}));
    return CheckTiles(level + 1, root);
  }

  void CheckCheckpoint() {
    const auto it = checkpoints_.find(tree_.size());
    if (it == checkpoints_.end()) return;
    const auto body = verifier_.Open(it->second);
    const auto checkpoint =
        body.ok() ? Checkpoint::Parse(*body) : absl::StatusOr<Checkpoint>(body.status());
    if (!checkpoint.ok()) {
      Differs(absl::StrCat("checkpoint `", it->first, "`: ", checkpoint.status().message()));
    } else if (checkpoint->size != tree_.size() || checkpoint->root != tree_.Root()) {
      Differs(absl::StrCat("checkpoint `", it->first, "` signs another root"));
    }
    ++report_.checkpoints;
    checkpoints_.erase(it);
  }

  absl::Status CheckRecords() {
    using enum store::Table;
    for (const store::Table table :
         {kPerson, kCard, kMatter, kUse, kEmployer, kSchool, kPolicy}) {
      absl::Status failure;
      RETURN_IF_ERROR(store::ScanVersions(
          reader_, table, "", [&](std::string_view id, const store::Version& version) {
            failure = CheckRecord(table, id, version);
            return failure.ok();
          }));
      RETURN_IF_ERROR(failure);
    }
    return absl::OkStatus();
  }

  absl::Status CheckRecord(store::Table table, std::string_view id,
                           const store::Version& version) {
    RETURN_IF_ERROR(OpenState(version.log_index));
    const std::string name =
        absl::StrCat("record `", std::string(1, static_cast<char>(table)), "/", A(id), "`");
    if (state_of_ != version.log_index) {
      Differs(absl::StrCat(name, ": ", state_problem_));
    } else if (!state_) {
      ++report_.erased;
    } else if (!StateHolds(*state_, table, id, version.payload)) {
      Differs(absl::StrCat(name, " is not what entry `", version.log_index, "` committed to"));
    }
    ++report_.records;
    return report_.records % kProgressEvery == 0 ? Progress() : absl::OkStatus();
  }

  // Leaves the opened state of entry `index` in `state_`, empty if erased;
  // `state_of_` is another index if it cannot be opened.
  absl::Status OpenState(uint64_t index) {
    if (state_of_ == index) return absl::OkStatus();
    state_of_.reset();
    ASSIGN_OR_RETURN(const std::optional<std::string> row, reader_.Get(EntryRow(index)));
    const auto leaf =
        row ? Leaf::Parse(*row) : absl::StatusOr<Leaf>(absl::NotFoundError("no such entry"));
    if (!leaf.ok()) {
      state_problem_ = absl::StrCat("entry `", index, "` is missing");
      return absl::OkStatus();
    }
    const auto opening = OpenEntry(reader_, vault_, index, *leaf);
    if (!opening.ok() && !absl::IsNotFound(opening.status())) {
      state_problem_ = std::string(opening.status().message());
      return absl::OkStatus();
    }
    state_of_ = index;
    state_ = opening.ok() ? std::make_optional(opening->state) : std::nullopt;
    return absl::OkStatus();
  }

  struct OpenTile {
    uint64_t index = 0;
    std::vector<Hash> hashes;
  };

  const store::Reader& reader_;
  const store::Vault& vault_;
  const NoteVerifier& verifier_;
  const VerifyOptions& options_;
  VerifyReport report_;
  uint64_t total_ = 0;
  Frontier tree_;
  std::vector<OpenTile> open_tiles_;
  std::map<uint64_t, std::string> checkpoints_;
  std::optional<uint64_t> state_of_;
  std::optional<std::string> state_;
  std::string state_problem_;
};

}  // namespace

absl::StatusOr<VerifyReport> VerifyLog(const store::Reader& reader,
                                       const store::Vault& vault,
                                       const NoteVerifier& verifier,
                                       const VerifyOptions& options) {
  return Verification(reader, vault, verifier, options).Run();
}

}  // namespace talentcard::ledger
