// auditor: checks a server's files from outside. Exit code 0 only if all holds.
#include <CLI/CLI.hpp>
#include <iostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "engine/status_macros.h"
#include "tools/auditor/audit.h"
#include "tools/auditor/export.h"
#include "tools/pki/files.h"

namespace talentcard::auditor {
namespace {

constexpr int kDiffers = 1, kNotDone = 2;

void Tell(const AuditReport& report) {
  for (const auto* lines :
       {&report.log.differences, &report.decisions.differences,
        &report.approvals.differences, &report.approvals.to_review}) {
    for (const std::string& one : *lines) std::cout << one << "\n";
  }
  const uint64_t count = report.log.difference_count +
                         report.decisions.difference_count +
                         report.approvals.difference_count;
  std::cout << report.log.leaves << " entries, " << report.log.checkpoints
            << " checkpoints, " << report.log.records + report.log.older
            << " records, " << report.decisions.decisions
            << " decisions decided again under " << report.decisions.policies
            << " policies, " << report.approvals.acts
            << " acts that needed a second person, "
            << report.approvals.proposals << " proposals with their rulings, "
            << report.approvals.to_review_count
            << " emergencies still to review; closed by an erasure "
            << report.log.erased + report.decisions.erased +
                   report.approvals.erased
            << (report.log.lost == 0
                    ? ""
                    : absl::StrCat("; lost before a restore, as the log says: ",
                                   report.log.lost))
            << "; "
            << (count == 0 ? "all of it holds"
                           : absl::StrCat(count, " differences"))
            << "\n";
}

// What is left behind for others, when all holds.
absl::Status Leave(const AuditOptions& options, const AuditReport& report,
                   const std::string& kept, const std::string& tiles) {
  if (!tiles.empty())
    RETURN_IF_ERROR(ExportLog(options.data, options.verifier_key, tiles));
  if (kept.empty() || report.newest_note.empty()) return absl::OkStatus();
  return pki::WriteFile(kept, report.newest_note, pki::kPublic);
}

// A file that is not there where one was kept would let a log hold that was put
// back or written anew.
absl::Status ReadKept(const std::string& kept, bool first,
                      AuditOptions& options) {
  if (kept.empty()) return absl::OkStatus();
  const absl::StatusOr<std::string> note = pki::ReadFile(kept);
  if (first && absl::IsNotFound(note.status())) return absl::OkStatus();
  if (first)
    return absl::FailedPreconditionError(absl::StrCat(
        "`", kept,
        "` is there: this is not the first audit; leave out --first"));
  if (absl::IsNotFound(note.status()))
    return absl::NotFoundError(
        absl::StrCat("`", kept,
                     "` is not there: put back the checkpoint kept from the "
                     "last audit; say --first only if there was none"));
  RETURN_IF_ERROR(note.status());
  if (note->empty())
    return absl::DataLossError(
        absl::StrCat("`", kept,
                     "` is empty: put back the checkpoint kept from the last "
                     "audit"));
  options.kept_note = *note;
  return absl::OkStatus();
}

int Run(AuditOptions options, const std::string& kept, bool first,
        const std::string& tiles) {
  if (const absl::Status read = ReadKept(kept, first, options); !read.ok()) {
    std::cerr << "auditor: " << read.message() << "\n";
    return kNotDone;
  }
  options.progress = [](const std::string& so_far) {
    std::cerr << so_far << "\n";
  };
  const auto report = Audit(options);
  absl::Status status = report.status();
  if (report.ok()) {
    Tell(*report);
    if (!report->ok()) return kDiffers;
    status = Leave(options, *report, kept, tiles);
  }
  if (status.ok()) return 0;
  std::cerr << "auditor: " << status.message() << "\n";
  return kNotDone;
}

}  // namespace
}  // namespace talentcard::auditor

int main(int argc, char** argv) {
  talentcard::auditor::AuditOptions options;
  std::string kept, tiles;
  bool first = false;
  CLI::App app(
      "Checks the log, the records, every decision and every approval of a "
      "server's files, and changes none of them. Exit code 0: all holds; 1: it "
      "differs; 2: it could not be done.");
  app.add_option("--data", options.data, "The server's directory")->required();
  app.add_option("--key", options.verifier_key,
                 "The log's public key, name+hash+base64, as `chengzhou log "
                 "checkpoint` shows it")
      ->required();
  app.add_option("--kept", kept,
                 "File of the checkpoint kept from the last audit; when all "
                 "holds, the newest is kept there");
  app.add_flag("--first", first,
               "There was no audit before: nothing is kept in that file yet");
  app.add_option("--tiles", tiles,
                 "When all holds, the log is written to this directory as "
                 "plain files for anybody's tools (c2sp.org/tlog-tiles)");
  app.add_flag("--tree-only", options.tree_only,
               "Without the master key: nothing is opened or decided again");
  CLI11_PARSE(app, argc, argv);
  return talentcard::auditor::Run(std::move(options), kept, first, tiles);
}
