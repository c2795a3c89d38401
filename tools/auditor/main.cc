// auditor: checks a server's files from outside. Exit code 0 only if all holds.
#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "absl/strings/str_cat.h"
#include "engine/status_macros.h"
#include "tools/auditor/audit.h"
#include "tools/auditor/export.h"

namespace talentcard::auditor {
namespace {

constexpr int kDiffers = 1, kNotDone = 2;

std::string Contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

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
  return ReplaceFile(kept, report.newest_note);
}

int Run(AuditOptions options, const std::string& kept,
        const std::string& tiles) {
  if (!kept.empty()) options.kept_note = Contents(kept);
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
  app.add_option("--tiles", tiles,
                 "When all holds, the log is written to this directory as "
                 "plain files for anybody's tools (c2sp.org/tlog-tiles)");
  app.add_flag("--tree-only", options.tree_only,
               "Without the master key: nothing is opened or decided again");
  CLI11_PARSE(app, argc, argv);
  return talentcard::auditor::Run(std::move(options), kept, tiles);
}
