#ifndef TALENTCARD_SERVICES_LEDGER_TREE_H_
#define TALENTCARD_SERVICES_LEDGER_TREE_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "services/ledger/merkle.h"
#include "services/store/database.h"
#include "services/store/transaction.h"

namespace talentcard::ledger {

inline constexpr uint64_t kTileWidth = 256;
inline constexpr size_t kLongestLeaf = 65535;  // Of tlog-tiles.

// The tree's head as stored. kDataLoss if it is malformed.
absl::StatusOr<Frontier> ReadHead(const store::Reader& reader);

// kDataLoss unless the head is the frontier of the full tiles and the entries
// after them. Reads a few tiles: for every start.
absl::Status CheckHead(const store::Reader& reader);

// Adds a leaf in this transaction: its entry, the tiles it completes, the head.
// Returns its index.
absl::StatusOr<uint64_t> AppendLeaf(store::Transaction& transaction,
                                    std::string_view leaf);

// Roots and proofs of the stored tree, for any size up to the head's. Not
// thread-safe (it keeps tiles it has read); `reader` must outlive it.
class Tree {
 public:
  // Sees the first `size` leaves.
  Tree(const store::Reader& reader, uint64_t size)
      : reader_(reader), size_(size) {}

  // kNotFound outside the tree.
  absl::StatusOr<std::string> Entry(uint64_t index) const;
  // kOutOfRange if a size is larger than the tree.
  absl::StatusOr<Frontier> FrontierAt(uint64_t size);
  absl::StatusOr<Hash> RootAt(uint64_t size);
  absl::StatusOr<std::vector<Hash>> InclusionProof(uint64_t index,
                                                   uint64_t size);
  absl::StatusOr<std::vector<Hash>> ConsistencyProof(uint64_t from,
                                                     uint64_t to);

 private:
  using TileKey = std::pair<uint64_t, uint64_t>;  // Level, index.

  // The hash of leaves [begin, end).
  absl::StatusOr<Hash> Range(uint64_t begin, uint64_t end);
  // The perfect subtree of 2^level leaves number `index` at its level.
  absl::StatusOr<Hash> Node(uint64_t level, uint64_t index);
  // The hash number `index` of a tile level.
  absl::StatusOr<Hash> TileHash(uint64_t tile_level, uint64_t index);
  // A tile, as much of it as the tree has.
  absl::StatusOr<const std::vector<Hash>*> Tile(uint64_t level, uint64_t index);

  const store::Reader& reader_;
  const uint64_t size_;
  std::map<TileKey, std::vector<Hash>> tiles_;
};

// The 256 hashes of a tile row; kDataLoss if it has another length.
absl::StatusOr<std::vector<Hash>> ParseTile(std::string_view row);
// The root over a power of two of hashes.
Hash PerfectRoot(std::vector<Hash> hashes);

}  // namespace talentcard::ledger

#endif  // TALENTCARD_SERVICES_LEDGER_TREE_H_
