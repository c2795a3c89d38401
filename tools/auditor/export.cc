#include "tools/auditor/export.h"

#include <filesystem>
#include <fstream>
#include <memory>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "engine/status_macros.h"
#include "services/ledger/tiles.h"
#include "services/store/rocksdb/rocksdb_database.h"

namespace talentcard::auditor {

namespace {

// In place of an old file, whole or not at all.
absl::Status ReplaceFile(const std::string& path, std::string_view content) {
  const std::string fresh = path + ".new";
  std::error_code error;
  const bool written =
      (std::ofstream(fresh, std::ios::binary) << content).flush().good();
  if (written) std::filesystem::rename(fresh, path, error);
  return written && !error ? absl::OkStatus()
                           : absl::UnavailableError(
                                 absl::StrCat("cannot write `", path, "`"));
}

}  // namespace

absl::Status ExportLog(const std::string& data, const std::string& verifier_key,
                       const std::string& directory) {
  ASSIGN_OR_RETURN(const ledger::NoteVerifier verifier,
                   ledger::NoteVerifier::Parse(verifier_key));
  ASSIGN_OR_RETURN(const std::unique_ptr<store::Reader> reader,
                   store::ReadRocksDb(data + "/database"));
  ASSIGN_OR_RETURN(const std::string note, ledger::NewestNote(*reader));
  if (note.empty())
    return absl::FailedPreconditionError("no checkpoint is signed yet");
  ASSIGN_OR_RETURN(const ledger::Checkpoint checkpoint,
                   ledger::OpenCheckpoint(verifier, note));
  return ledger::ExportTiles(
      *reader, checkpoint, note,
      [&](const std::string& path, std::string_view content) -> absl::Status {
        const std::string file = directory + "/" + path;
        std::error_code error;
        if (path != "checkpoint" &&
            std::filesystem::file_size(file, error) == content.size() && !error)
          return absl::OkStatus();
        std::filesystem::create_directories(
            std::filesystem::path(file).parent_path(), error);
        return ReplaceFile(file, content);
      });
}

}  // namespace talentcard::auditor
