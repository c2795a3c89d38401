#ifndef TALENTCARD_SERVICES_LEDGER_TILES_H_
#define TALENTCARD_SERVICES_LEDGER_TILES_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "services/ledger/checkpoint.h"
#include "services/store/database.h"

// The log as plain files that anybody's tools read (c2sp.org/tlog-tiles). They
// hold what the tree is made of, hashes and leaves, and nothing else of us.
namespace talentcard::ledger {

// `tile/1/x001/234`, or `tile/entries/000.p/17` of a tile `width` wide.
std::string TilePath(std::string_view level, uint64_t index, uint64_t width);

// Takes a file of the export. Files come in any order, but `checkpoint` last.
using TileSink = std::function<absl::Status(const std::string& path,
                                            std::string_view content)>;

// Writes the tree of a checkpoint, recomputed from its entries. kDataLoss if
// they have another root: then there is no `checkpoint` file.
absl::Status ExportTiles(const store::Reader& reader,
                         const Checkpoint& checkpoint, std::string_view note,
                         const TileSink& sink);

}  // namespace talentcard::ledger

#endif  // TALENTCARD_SERVICES_LEDGER_TILES_H_
