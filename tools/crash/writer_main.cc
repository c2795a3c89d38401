// crash_writer: the process that crash_campaign kills, or asks to read.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "engine/digest/sha256.h"
#include "engine/status_macros.h"
#include "services/store/keys.h"
#include "services/store/rocksdb/rocksdb_database.h"
#include "services/store/writer.h"
#include "tools/crash/journal.h"
#include "tools/crash/workload.h"

namespace talentcard::crash {
namespace {

constexpr int kWrong = 1;
constexpr int kRefused = 2;

struct Flags {
  std::string directory;
  std::string workload = "records";
  uint64_t seed = 1;
  uint64_t threads = 8;
  uint64_t steps = 0;
  bool read = false;
};

// Small, so that kills meet flushes, compactions and new logs.
store::RocksDbOptions SmallBuffers() {
  return {.block_cache_bytes = 4 << 20,
          .write_buffer_bytes = 256 << 10,
          .write_ahead_log_bytes = 512 << 10,
          .file_system = nullptr};
}

int Refuse(const absl::Status& status) {
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return kRefused;
}

int64_t NowMs() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// Makes steps for ever, or `steps` of them, saying each on the pipe once
// durable.
void Steps(const Flags& flags, uint64_t thread, uint64_t first,
           const Workload& workload, store::Writer& writer) {
  std::mt19937_64 random(flags.seed * 1000003 + thread);
  for (uint64_t number = first;
       flags.steps == 0 || number < first + flags.steps;) {
    const Step step{thread, number, random()};
    const auto revision = writer.Run([&](store::Transaction& transaction) {
      Note(transaction, step);
      return workload.Change(transaction, step);
    });
    if (absl::IsAborted(revision.status())) continue;
    if (!revision.ok()) _exit(Refuse(revision.status()));
    const Acknowledgement said{thread, number, *revision};
    if (flags.steps == 0 &&
        write(STDOUT_FILENO, &said, sizeof said) != sizeof said)
      _exit(1);
    ++number;
  }
}

int Write(const Flags& flags, const Workload& workload,
          store::Database& database) {
  store::Writer::Options options;
  options.on_fatal = [](const absl::Status& status) { _exit(Refuse(status)); };
  options.now_ms = NowMs;
  store::Writer writer(database, options);
  std::vector<std::thread> threads;
  for (uint64_t i = 0; i < flags.threads; ++i) {
    const auto last = LastStep(database.Latest(), i);
    if (!last.ok()) return Refuse(last.status());
    threads.emplace_back([&, i, first = *last + 1] {
      Steps(flags, i, first, workload, writer);
    });
  }
  for (std::thread& thread : threads) thread.join();
  return 0;
}

// Every row by scan and by key, in one string.
absl::StatusOr<std::string> ReadAll(const store::Reader& reader) {
  std::string all;
  std::vector<std::pair<std::string, std::string>> rows;
  RETURN_IF_ERROR(
      reader.Scan("", std::string(8, '\xFF'),
                  [&](std::string_view key, std::string_view value) {
                    rows.emplace_back(key, value);
                    return true;
                  }));
  for (const auto& [key, value] : rows) {
    ASSIGN_OR_RETURN(const auto found, reader.Get(key));
    store::AppendNumber(key.size(), all);
    store::AppendNumber(value.size(), all);
    all += key;
    all += value;
    if (found != value) all += "a look-up differs from the scan";
  }
  return all;
}

// Prints the revision and a digest of all rows. Refused if they cannot be read;
// wrong if they can and something does not hold.
int Read(const Workload& workload, const store::Reader& reader) {
  const auto all = ReadAll(reader);
  if (!all.ok()) return Refuse(all.status());
  const auto row = reader.Get(store::Key(store::Table::kRevision));
  if (!row.ok()) return Refuse(row.status());
  absl::Status holds = CheckJournal(reader, {});
  holds.Update(workload.Check(reader));
  std::printf("%llu %s\n",
              static_cast<unsigned long long>(
                  row->has_value() ? store::ReadNumber(**row, 0) : 0),
              ToHex(Sha256(*all)).c_str());
  if (!holds.ok()) std::fprintf(stderr, "%s\n", holds.ToString().c_str());
  return holds.ok() ? 0 : kWrong;
}

int Main(const Flags& flags) {
  const auto workload = MakeWorkload(flags.workload);
  if (!workload.ok()) return Refuse(workload.status());
  const auto database = store::OpenRocksDb(flags.directory, SmallBuffers());
  if (!database.ok()) return Refuse(database.status());
  return flags.read ? Read(**workload, (*database)->Latest())
                    : Write(flags, **workload, **database);
}

}  // namespace
}  // namespace talentcard::crash

int main(int argc, char** argv) {
  talentcard::crash::Flags flags;
  CLI::App app("Writes until killed, saying on its output what is durable");
  app.add_option("--directory", flags.directory, "Of the database")->required();
  app.add_option("--workload", flags.workload, "What to write");
  app.add_option("--seed", flags.seed, "Of what is written");
  app.add_option("--threads", flags.threads, "That submit transactions");
  app.add_option("--steps", flags.steps,
                 "Per thread, then end silently; 0: for ever");
  app.add_flag("--read", flags.read,
               "Read and check everything; exit 1 if wrong, 2 if refused");
  CLI11_PARSE(app, argc, argv);
  return talentcard::crash::Main(flags);
}
