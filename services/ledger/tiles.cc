#include "services/ledger/tiles.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "engine/status_macros.h"
#include "services/ledger/rows.h"
#include "services/ledger/tree.h"

namespace talentcard::ledger {
namespace {

class Export {
 public:
  explicit Export(const TileSink& sink) : sink_(sink) {}

  absl::Status Add(std::string_view leaf) {
    tree_.Append(HashLeaf(leaf));
    entries_.content += static_cast<char>(leaf.size() >> 8);
    entries_.content += static_cast<char>(leaf.size());
    entries_.content += leaf;
    RETURN_IF_ERROR(AddHash(0, HashLeaf(leaf)));
    return ++entries_.width == kTileWidth ? Put("entries", entries_)
                                          : absl::OkStatus();
  }

  // What is not full.
  absl::Status End() {
    RETURN_IF_ERROR(Put("entries", entries_));
    for (size_t level = 0; level < tiles_.size(); ++level)
      RETURN_IF_ERROR(Put(absl::StrCat(level), tiles_[level].file));
    return absl::OkStatus();
  }

  const Frontier& tree() const { return tree_; }

 private:
  struct File {
    uint64_t index = 0;
    uint64_t width = 0;
    std::string content;
  };
  struct Tile {
    File file;
    std::vector<Hash> hashes;
  };

  absl::Status AddHash(size_t level, const Hash& hash) {
    if (tiles_.size() == level) tiles_.emplace_back();
    Tile& tile = tiles_[level];
    tile.hashes.push_back(hash);
    tile.file.content += AsBytes(hash);
    if (++tile.file.width < kTileWidth) return absl::OkStatus();
    RETURN_IF_ERROR(Put(absl::StrCat(level), tile.file));
    return AddHash(level + 1, PerfectRoot(std::exchange(tile.hashes, {})));
  }

  // And begins the next.
  absl::Status Put(std::string_view level, File& file) {
    if (file.width == 0) return absl::OkStatus();
    const absl::Status put =
        sink_(TilePath(level, file.index, file.width), file.content);
    file = {file.index + 1, 0, ""};
    return put;
  }

  const TileSink& sink_;
  Frontier tree_;
  File entries_;
  std::vector<Tile> tiles_;
};

}  // namespace

std::string TilePath(std::string_view level, uint64_t index, uint64_t width) {
  std::string number = absl::StrFormat("%03d", index % 1000);
  for (uint64_t rest = index / 1000; rest > 0; rest /= 1000)
    number = absl::StrFormat("x%03d/%s", rest % 1000, number);
  return absl::StrCat("tile/", A(level), "/", number,
                      width == kTileWidth ? "" : absl::StrCat(".p/", width));
}

absl::Status ExportTiles(const store::Reader& reader,
                         const Checkpoint& checkpoint, std::string_view note,
                         const TileSink& sink) {
  Export files(sink);
  absl::Status failure;
  RETURN_IF_ERROR(reader.Scan(EntryRow(0), EntryRow(checkpoint.size),
                              [&](std::string_view, std::string_view leaf) {
                                failure = files.Add(leaf);
                                return failure.ok();
                              }));
  RETURN_IF_ERROR(failure);
  RETURN_IF_ERROR(files.End());
  if (files.tree().size() != checkpoint.size ||
      files.tree().Root() != checkpoint.root) {
    return absl::DataLossError(
        absl::StrCat("the log's first ", checkpoint.size,
                     " entries are not those of its checkpoint"));
  }
  return sink("checkpoint", note);
}

}  // namespace talentcard::ledger
