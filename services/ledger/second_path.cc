#include "services/ledger/second_path.h"

#include <algorithm>
#include <bit>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/status_macros.h"
#include "services/ledger/rows.h"
#include "services/ledger/tree.h"

namespace talentcard::ledger {
namespace {

Hash RootOf(std::span<const Hash> leaves) {
  if (leaves.size() == 1) return leaves[0];
  const size_t left = std::bit_floor(leaves.size() - 1);
  return HashNode(RootOf(leaves.first(left)), RootOf(leaves.subspan(left)));
}

class Definition {
 public:
  Definition(const store::Reader& reader, uint64_t checked)
      : reader_(reader), checked_(checked) {}

  // Of leaves [begin, end), not empty.
  absl::StatusOr<Hash> Root(uint64_t begin, uint64_t end) {
    const uint64_t count = end - begin;
    if (end <= checked_) {
      // A tile of tiles of … leaves.
      for (uint64_t level = 0, width = kTileWidth; width <= count;
           ++level, width *= kTileWidth) {
        if (width == count) return TileRoot(level, begin / width);
      }
    }
    if (count <= kTileWidth) return Entries(begin, end);
    const uint64_t left = std::bit_floor(count - 1);
    ASSIGN_OR_RETURN(const Hash first, Root(begin, begin + left));
    ASSIGN_OR_RETURN(const Hash second, Root(begin + left, end));
    return HashNode(first, second);
  }

 private:
  absl::StatusOr<Hash> TileRoot(uint64_t level, uint64_t index) {
    ASSIGN_OR_RETURN(const std::optional<std::string> row,
                     reader_.Get(TileRootRow(level, index)));
    Hash root;
    if (!row || row->size() != root.size())
      return absl::DataLossError("a tile's root is missing");
    std::copy(row->begin(), row->end(), root.begin());
    return root;
  }

  absl::StatusOr<Hash> Entries(uint64_t begin, uint64_t end) {
    std::vector<Hash> leaves;
    RETURN_IF_ERROR(reader_.Scan(EntryRow(begin), EntryRow(end),
                                 [&](std::string_view, std::string_view leaf) {
                                   leaves.push_back(HashLeaf(leaf));
                                   return true;
                                 }));
    if (leaves.size() != end - begin)
      return absl::DataLossError("an entry is missing");
    return RootOf(leaves);
  }

  const store::Reader& reader_;
  const uint64_t checked_;
};

}  // namespace

absl::StatusOr<Hash> RootByDefinition(const store::Reader& reader,
                                      uint64_t size, uint64_t checked) {
  if (size == 0) return EmptyRoot();
  return Definition(reader, checked).Root(0, size);
}

}  // namespace talentcard::ledger
