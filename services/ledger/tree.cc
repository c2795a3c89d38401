#include "services/ledger/tree.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/status_macros.h"
#include "services/ledger/rows.h"

namespace talentcard::ledger {
namespace {

absl::Status Damaged(std::string_view what) {
  return absl::DataLossError(absl::StrCat("the log is damaged: ", A(what)));
}

// Largest power of two smaller than n (n ≥ 2).
uint64_t Split(uint64_t n) { return std::bit_floor(n - 1); }

// The hashes [begin, end) of a tile level: of entries, or roots of tiles.
absl::StatusOr<std::vector<Hash>> ReadHashes(const store::Reader& reader,
                                             uint64_t level, uint64_t begin,
                                             uint64_t end) {
  const auto row = [level](uint64_t index) {
    return level == 0 ? EntryRow(index) : TileRootRow(level - 1, index);
  };
  std::vector<Hash> hashes;
  hashes.reserve(end - begin);
  bool whole = true;
  RETURN_IF_ERROR(reader.Scan(
      row(begin), row(end), [&](std::string_view, std::string_view value) {
        if (level == 0) {
          hashes.push_back(HashLeaf(value));
        } else if (value.size() == 32) {
          std::memcpy(hashes.emplace_back().data(), value.data(), 32);
        } else {
          whole = false;
        }
        return whole;
      }));
  if (!whole || hashes.size() != end - begin) {
    return Damaged(absl::StrCat(level == 0 ? "entries" : "roots of tiles",
                                " from `", begin, "` to `", end,
                                "` are not complete"));
  }
  return hashes;
}

// Writes the tile of `level` that ends with its hash number `last`.
absl::Status WriteTile(store::Transaction& transaction, uint64_t level,
                       uint64_t last) {
  ASSIGN_OR_RETURN(
      std::vector<Hash> hashes,
      ReadHashes(transaction, level, last + 1 - kTileWidth, last + 1));
  std::string tile;
  tile.reserve(kTileWidth * 32);
  for (const Hash& hash : hashes) tile += AsBytes(hash);
  transaction.Put(TileRow(level, last / kTileWidth), tile);
  const Hash root = PerfectRoot(std::move(hashes));
  transaction.Put(TileRootRow(level, last / kTileWidth), AsBytes(root));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<Hash>> ParseTile(std::string_view row) {
  if (row.size() != kTileWidth * 32)
    return Damaged("a tile has a wrong length");
  std::vector<Hash> hashes(kTileWidth);
  for (uint64_t i = 0; i < kTileWidth; ++i) {
    std::memcpy(hashes[i].data(), row.data() + 32 * i, 32);
  }
  return hashes;
}

Hash PerfectRoot(std::vector<Hash> hashes) {
  while (hashes.size() > 1) {
    for (size_t i = 0; 2 * i < hashes.size(); ++i) {
      hashes[i] = HashNode(hashes[2 * i], hashes[2 * i + 1]);
    }
    hashes.resize(hashes.size() / 2);
  }
  return hashes[0];
}

absl::StatusOr<Frontier> ReadHead(const store::Reader& reader) {
  ASSIGN_OR_RETURN(const std::optional<std::string> row, reader.Get(HeadRow()));
  if (!row) return Frontier();
  std::optional<Frontier> head = Frontier::Parse(*row);
  if (!head) return Damaged("its head is malformed");
  return *std::move(head);
}

absl::Status CheckHead(const store::Reader& reader) {
  ASSIGN_OR_RETURN(const Frontier head, ReadHead(reader));
  ASSIGN_OR_RETURN(const Frontier computed,
                   Tree(reader, head.size()).FrontierAt(head.size()));
  return computed == head ? absl::OkStatus()
                          : Damaged("its head differs from its entries");
}

absl::StatusOr<uint64_t> AppendLeaf(store::Transaction& transaction,
                                    std::string_view leaf) {
  if (leaf.size() > kLongestLeaf) {
    return absl::InvalidArgumentError("a leaf is longer than 65535 bytes");
  }
  ASSIGN_OR_RETURN(Frontier head, ReadHead(transaction));
  const uint64_t index = head.size();
  transaction.Put(EntryRow(index), leaf);
  head.Append(HashLeaf(leaf));
  uint64_t count = head.size();
  for (uint64_t level = 0; count % kTileWidth == 0; ++level) {
    RETURN_IF_ERROR(WriteTile(transaction, level, count - 1));
    count /= kTileWidth;
  }
  transaction.Put(HeadRow(), head.Serialise());
  return index;
}

absl::StatusOr<std::string> Tree::Entry(uint64_t index) const {
  if (index >= size_) {
    return absl::NotFoundError(
        absl::StrCat("the log has no entry `", index, "` yet; it has ", size_));
  }
  ASSIGN_OR_RETURN(std::optional<std::string> row,
                   reader_.Get(EntryRow(index)));
  if (!row) return Damaged(absl::StrCat("entry `", index, "` is missing"));
  return *std::move(row);
}

absl::StatusOr<const std::vector<Hash>*> Tree::Tile(uint64_t level,
                                                    uint64_t index) {
  const auto known = tiles_.find({level, index});
  if (known != tiles_.end()) return &known->second;
  const uint64_t begin = index * kTileWidth;
  const uint64_t end = std::min(begin + kTileWidth, size_ >> (8 * level));
  std::vector<Hash> hashes;
  if (end == begin + kTileWidth) {
    ASSIGN_OR_RETURN(const std::optional<std::string> row,
                     reader_.Get(TileRow(level, index)));
    if (!row)
      return Damaged(absl::StrCat("tile `", level, "/", index, "` is missing"));
    ASSIGN_OR_RETURN(hashes, ParseTile(*row));
  } else {
    ASSIGN_OR_RETURN(hashes, ReadHashes(reader_, level, begin, end));
  }
  return &tiles_.emplace(TileKey{level, index}, std::move(hashes))
              .first->second;
}

absl::StatusOr<Hash> Tree::TileHash(uint64_t tile_level, uint64_t index) {
  ASSIGN_OR_RETURN(const std::vector<Hash>* tile,
                   Tile(tile_level, index / kTileWidth));
  return (*tile)[index % kTileWidth];
}

absl::StatusOr<Hash> Tree::Node(uint64_t level, uint64_t index) {
  const uint64_t tile_level = level / 8;
  const uint64_t width = uint64_t{1} << (level % 8);
  std::vector<Hash> hashes(width);
  for (uint64_t i = 0; i < width; ++i) {
    ASSIGN_OR_RETURN(hashes[i], TileHash(tile_level, index * width + i));
  }
  return PerfectRoot(std::move(hashes));
}

absl::StatusOr<Hash> Tree::Range(uint64_t begin, uint64_t end) {
  const uint64_t count = end - begin;
  if (std::has_single_bit(count)) {
    return Node(std::countr_zero(count), begin / count);
  }
  ASSIGN_OR_RETURN(const Hash left, Range(begin, begin + Split(count)));
  ASSIGN_OR_RETURN(const Hash right, Range(begin + Split(count), end));
  return HashNode(left, right);
}

absl::StatusOr<Frontier> Tree::FrontierAt(uint64_t size) {
  if (size > size_) {
    return absl::OutOfRangeError(
        absl::StrCat("the log has only ", size_, " entries"));
  }
  std::vector<Hash> hashes;
  for (uint64_t begin = 0; begin < size;) {
    const uint64_t count = std::bit_floor(size - begin);
    ASSIGN_OR_RETURN(hashes.emplace_back(),
                     Node(std::countr_zero(count), begin / count));
    begin += count;
  }
  return *Frontier::Of(size, std::move(hashes));
}

absl::StatusOr<Hash> Tree::RootAt(uint64_t size) {
  ASSIGN_OR_RETURN(const Frontier frontier, FrontierAt(size));
  return frontier.Root();
}

absl::StatusOr<std::vector<Hash>> Tree::InclusionProof(uint64_t index,
                                                       uint64_t size) {
  if (size > size_ || index >= size) {
    return absl::OutOfRangeError(absl::StrCat("no entry `", index,
                                              "` in a tree of `", size,
                                              "`; the log has ", size_));
  }
  std::vector<Hash> proof;
  uint64_t begin = 0;
  uint64_t end = size;
  while (end - begin > 1) {
    const uint64_t middle = begin + Split(end - begin);
    const bool left = index < middle;
    ASSIGN_OR_RETURN(const Hash sibling,
                     left ? Range(middle, end) : Range(begin, middle));
    proof.push_back(sibling);
    (left ? end : begin) = middle;
  }
  return std::vector<Hash>(proof.rbegin(), proof.rend());
}

absl::StatusOr<std::vector<Hash>> Tree::ConsistencyProof(uint64_t from,
                                                         uint64_t to) {
  if (to > size_ || from > to) {
    return absl::OutOfRangeError(absl::StrCat("no proof from `", from, "` to `",
                                              to, "`; the log has ", size_));
  }
  std::vector<Hash> proof;
  if (from == 0 || from == to) return proof;
  // RFC 6962 section 2.1.2, from the root down.
  uint64_t begin = 0;
  uint64_t end = to;
  bool whole = true;
  while (from != end) {
    const uint64_t middle = begin + Split(end - begin);
    const bool left = from <= middle;
    ASSIGN_OR_RETURN(const Hash sibling,
                     left ? Range(middle, end) : Range(begin, middle));
    proof.push_back(sibling);
    if (left) {
      end = middle;
    } else {
      begin = middle;
      whole = false;
    }
  }
  if (!whole) {
    ASSIGN_OR_RETURN(const Hash old, Range(begin, end));
    proof.push_back(old);
  }
  return std::vector<Hash>(proof.rbegin(), proof.rend());
}

}  // namespace talentcard::ledger
