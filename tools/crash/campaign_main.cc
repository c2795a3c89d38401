// crash_campaign: kills a writing process, or flips bits of a database, many
// times, and checks what is left.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "services/store/rocksdb/rocksdb_database.h"
#include "tools/crash/child.h"
#include "tools/crash/journal.h"
#include "tools/crash/workload.h"
#include "tools/figures/figures.h"

namespace talentcard::crash {
namespace {

namespace fs = std::filesystem;

constexpr int kRefused = 2;

struct Flags {
  std::string writer =
      fs::read_symlink("/proc/self/exe").parent_path() / "crash_writer";
  std::string workload = "records";
  std::string figures;
  std::string commit = "unknown";
  uint64_t seed = std::random_device{}();
  int times = 50;
};

class TemporaryDirectory {
 public:
  TemporaryDirectory()
      : path_(
            (fs::temp_directory_path() / "talentcard-crash-XXXXXX").string()) {
    if (mkdtemp(path_.data()) == nullptr) std::abort();
  }
  ~TemporaryDirectory() { fs::remove_all(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

double SecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
      .count();
}

std::vector<std::string> WriterCommand(const Flags& flags,
                                       const std::string& directory,
                                       uint64_t seed) {
  return {flags.writer,   "--directory", directory,           "--workload",
          flags.workload, "--seed",      std::to_string(seed)};
}

void Hear(const std::string& said, Acknowledged& acknowledged) {
  for (size_t at = 0; at + sizeof(Acknowledgement) <= said.size();
       at += sizeof(Acknowledgement)) {
    Acknowledgement one;
    std::memcpy(&one, said.data() + at, sizeof one);
    acknowledged[{one.thread, one.number}] = one.revision;
  }
}

absl::Status CheckDirectory(const std::string& directory,
                            const Workload& workload,
                            const Acknowledged& acknowledged) {
  const auto database = store::OpenRocksDb(directory);
  if (!database.ok()) return database.status();
  const absl::Status journal =
      CheckJournal((*database)->Latest(), acknowledged);
  return journal.ok() ? workload.Check((*database)->Latest()) : journal;
}

// Kills the writer at random moments of its life, twenty-five lives a
// directory: while it opens, and every other time once it writes, however long
// the disk takes to let it.
int Kills(const Flags& flags, Figures& figures, const Workload& workload) {
  constexpr int kLives = 25;
  constexpr int kPatienceMs = 10000;
  std::mt19937_64 random(flags.seed);
  const auto start = std::chrono::steady_clock::now();
  uint64_t acknowledged_steps = 0;
  for (int done = 0; done < flags.times;) {
    const TemporaryDirectory directory;
    Acknowledged acknowledged;
    for (int life = 0; life < kLives && done < flags.times; ++life, ++done) {
      Child child(WriterCommand(flags, directory.path(), random()));
      if (life % 2 == 1) child.Await(kPatienceMs);
      child.Listen(static_cast<int>(random() % 80));
      child.Kill();
      Hear(child.said(), acknowledged);
      const absl::Status holds =
          CheckDirectory(directory.path(), workload, acknowledged);
      if (!holds.ok()) {
        std::printf("kill %d of seed %llu: %s\n", done,
                    static_cast<unsigned long long>(flags.seed),
                    holds.ToString().c_str());
        return 1;
      }
    }
    acknowledged_steps += acknowledged.size();
  }
  if (acknowledged_steps == 0) {
    std::printf("nothing was ever acknowledged: nothing was tested\n");
    return 1;
  }
  figures.Add("kill.kills", flags.times, "kills");
  figures.Add("kill.acknowledged", static_cast<double>(acknowledged_steps),
              "transactions");
  figures.Add("kill.violations", 0, "");
  figures.Add("kill.rate", flags.times / SecondsSince(start), "kills/s");
  return 0;
}

// Flips one bit of the database directory; where it was.
std::string FlipOneBit(const std::string& directory, std::mt19937_64& random) {
  std::map<std::string, uint64_t> sizes;
  uint64_t total = 0;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file())
      total += sizes[entry.path()] = entry.file_size();
  }
  uint64_t at = random() % total;
  for (const auto& [path, size] : sizes) {
    if (at >= size) {
      at -= size;
      continue;
    }
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(static_cast<std::streamoff>(at));
    const int bit = static_cast<int>(random() % 8);
    const char flipped = static_cast<char>(file.get() ^ (1 << bit));
    file.seekp(static_cast<std::streamoff>(at));
    file.put(flipped);
    return fs::path(path).filename().string() + " byte " + std::to_string(at) +
           " bit " + std::to_string(bit);
  }
  return "";
}

struct Seen {
  int exit_code = 0;
  unsigned long long revision = 0;
  std::string line;
};

Seen ReadDirectory(const Flags& flags, const std::string& directory) {
  std::vector<std::string> command = WriterCommand(flags, directory, 0);
  command.push_back("--read");
  Child child(command);
  Seen seen;
  seen.exit_code = child.Wait();
  seen.line = child.said();
  std::sscanf(seen.line.c_str(), "%llu", &seen.revision);
  return seen;
}

// Each flip on a fresh copy. Refused, identical, or shorter: a flipped length
// at the end of the log looks like a torn write, which only a mark outside the
// database (here the revision, for the ledger its anchor) tells from a loss.
int Flips(const Flags& flags, Figures& figures) {
  std::mt19937_64 random(flags.seed);
  const auto start = std::chrono::steady_clock::now();
  const TemporaryDirectory original;
  std::vector<std::string> command =
      WriterCommand(flags, original.path(), random());
  command.insert(command.end(), {"--steps", "500"});
  if (Child(command).Wait() != 0) return 1;
  // Opening it moves what is in the log into tables; both forms are flipped,
  // in turn.
  const TemporaryDirectory untouched;
  fs::copy(original.path(), untouched.path(), fs::copy_options::recursive);
  const Seen expected = ReadDirectory(flags, original.path());
  if (expected.exit_code != 0) return 1;
  std::map<std::string, int> outcomes;
  for (int i = 0; i < flags.times; ++i) {
    const TemporaryDirectory copy;
    fs::copy(i % 2 == 0 ? untouched.path() : original.path(), copy.path(),
             fs::copy_options::recursive);
    const std::string where = FlipOneBit(copy.path(), random);
    const Seen seen = ReadDirectory(flags, copy.path());
    if (seen.exit_code == 0 && seen.line == expected.line) {
      ++outcomes["identical"];
    } else if (seen.exit_code == kRefused) {
      ++outcomes["refused"];
    } else if (seen.exit_code > 128) {
      ++outcomes["stopped"];
      std::printf("signal %d: %s\n", seen.exit_code - 128, where.c_str());
    } else if (seen.exit_code == 0 && seen.revision < expected.revision) {
      ++outcomes["shorter"];
    } else {
      std::printf("flip %d of seed %llu, %s: other content was served\n", i,
                  static_cast<unsigned long long>(flags.seed), where.c_str());
      return 1;
    }
  }
  figures.Add("flips.flips", flags.times, "flips");
  for (const char* outcome : {"identical", "refused", "stopped", "shorter"}) {
    figures.Add(std::string("flips.") + outcome, outcomes[outcome], "flips");
  }
  figures.Add("flips.served_other_content", 0, "flips");
  figures.Add("flips.rate", flags.times / SecondsSince(start), "flips/s");
  return 0;
}

}  // namespace
}  // namespace talentcard::crash

int main(int argc, char** argv) {
  using namespace talentcard::crash;
  Flags flags;
  CLI::App app("Damages a database many times and checks what is left");
  app.require_subcommand(1);
  CLI::App* const kills = app.add_subcommand("kill", "SIGKILL while it writes");
  CLI::App* const flips =
      app.add_subcommand("flips", "One bit anywhere in its directory");
  for (CLI::App* const one : {kills, flips}) {
    one->add_option("--times", flags.times, "How often")->take_last();
    one->add_option("--seed", flags.seed,
                    "Printed; repeats a run as far as timing allows");
    one->add_option("--workload", flags.workload, "See crash_writer");
    one->add_option("--writer", flags.writer, "The crash_writer program");
    one->add_option("--figures", flags.figures, "Append JSON lines here");
    one->add_option("--commit", flags.commit, "Named in the figures");
  }
  CLI11_PARSE(app, argc, argv);
  std::printf("seed %llu\n", static_cast<unsigned long long>(flags.seed));
  const auto workload = MakeWorkload(flags.workload);
  if (!workload.ok()) {
    std::fprintf(stderr, "%s\n", workload.status().ToString().c_str());
    return 1;
  }
  talentcard::Figures figures(flags.figures, flags.commit);
  return *kills ? Kills(flags, figures, **workload) : Flips(flags, figures);
}
