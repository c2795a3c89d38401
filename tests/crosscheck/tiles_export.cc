// tiles_export DIRECTORY SIZE...: one log that grows, exported at each size to
// DIRECTORY/SIZE; its verifier key to DIRECTORY/key.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "services/ledger/checkpoint.h"
#include "services/ledger/note.h"
#include "services/ledger/tiles.h"
#include "services/ledger/tree.h"
#include "services/store/memory/memory_database.h"
#include "services/store/writer.h"

namespace talentcard::ledger {
namespace {

namespace fs = std::filesystem;

absl::Status WriteFile(const fs::path& path, std::string_view content) {
  fs::create_directories(path.parent_path());
  std::ofstream file(path, std::ios::binary);
  file.write(content.data(), static_cast<std::streamsize>(content.size()));
  return file.flush() ? absl::OkStatus()
                      : absl::UnavailableError(path.string());
}

absl::Status Run(const fs::path& directory, int argc, char** argv) {
  store::SecretKey seed;
  seed.bytes.fill(7);
  const NoteSigner signer("tiles.example/log", seed);
  store::MemoryDatabase database;
  store::Writer writer(database,
                       {.on_fatal = [](const absl::Status&) { abort(); },
                        .now_ms = [] { return 1; }});
  absl::Status status =
      WriteFile(directory / "key", signer.verifier().ToString());
  uint64_t size = 0;
  for (int i = 0; i < argc && status.ok(); ++i) {
    const uint64_t next = std::strtoull(argv[i], nullptr, 10);
    status = writer
                 .Run([&](store::Transaction& transaction) -> absl::Status {
                   for (; size < next; ++size) {
                     // Of every length from none to 700, as batches have.
                     const std::string leaf(size * 37 % 701,
                                            static_cast<char>(size));
                     const auto index = AppendLeaf(transaction, leaf);
                     if (!index.ok()) return index.status();
                   }
                   return absl::OkStatus();
                 })
                 .status();
    const auto root = Tree(database.Latest(), size).RootAt(size);
    if (status.ok()) status = root.status();
    if (!status.ok()) break;
    const Checkpoint checkpoint{signer.verifier().name(), size, *root};
    status = ExportTiles(
        database.Latest(), checkpoint, signer.Sign(checkpoint.Body()),
        [&](const std::string& path, std::string_view content) {
          return WriteFile(directory / absl::StrCat(size) / path, content);
        });
  }
  return status;
}

}  // namespace
}  // namespace talentcard::ledger

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const absl::Status status =
      talentcard::ledger::Run(argv[1], argc - 2, argv + 2);
  if (!status.ok()) std::cerr << status << "\n";
  return status.ok() ? 0 : 1;
}
