// Speed of the store: durable transactions, sealing, keyed hashes.
#include <benchmark/benchmark.h>

#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

#include "services/store/keys.h"
#include "services/store/memory/memory_database.h"
#include "services/store/rocksdb/rocksdb_database.h"
#include "services/store/sealing.h"
#include "services/store/writer.h"

namespace talentcard::store {
namespace {

Writer::Options Options() {
  Writer::Options options;
  options.on_fatal = [](const absl::Status&) { std::abort(); };
  options.now_ms = [] { return int64_t{0}; };
  return options;
}

// `callers` transactions under way at any moment, each of one Put of 160 bytes.
// The callers wait as a server's reactors do: in a callback, not in a thread.
void CommitInFlight(Database& database, int callers, benchmark::State& state) {
  Writer writer(database, Options());
  const std::string value(160, 'v');
  std::mutex mutex;
  std::condition_variable done;
  int in_flight = 0;
  uint64_t n = 0;
  for (auto _ : state) {
    std::unique_lock lock(mutex);
    done.wait(lock, [&] { return in_flight < callers; });
    ++in_flight;
    lock.unlock();
    const std::string key =
        Key(Table::kCard).Add(++n * 0x9E3779B97F4A7C15 >> 44).bytes();
    writer.Submit(
        [key, &value](Transaction& t) {
          return t.Put(key, value), absl::OkStatus();
        },
        [&](absl::StatusOr<uint64_t> revision) {
          if (!revision.ok()) std::abort();
          const std::lock_guard guard(mutex);
          --in_flight;
          done.notify_one();
        });
  }
  std::unique_lock lock(mutex);
  done.wait(lock, [&] { return in_flight == 0; });
  state.SetItemsProcessed(state.iterations());
}

void BM_CommitRocksDb(benchmark::State& state) {
  std::string directory =
      (std::filesystem::temp_directory_path() / "talentcard-XXXXXX").string();
  if (mkdtemp(directory.data()) == nullptr) std::abort();
  {
    auto database = OpenRocksDb(directory);
    if (!database.ok()) std::abort();
    CommitInFlight(**database, static_cast<int>(state.range(0)), state);
  }
  std::filesystem::remove_all(directory);
}
BENCHMARK(BM_CommitRocksDb)->Arg(1)->Arg(8)->Arg(64)->Arg(256)->UseRealTime();

void BM_CommitMemory(benchmark::State& state) {
  MemoryDatabase database;
  CommitInFlight(database, static_cast<int>(state.range(0)), state);
}
BENCHMARK(BM_CommitMemory)->Arg(64)->UseRealTime();

// The same from 64 threads that block.
void BM_CommitFromThreads(benchmark::State& state) {
  static std::string directory;
  static std::unique_ptr<Database> database;
  static std::unique_ptr<Writer> writer;
  if (state.thread_index() == 0) {
    directory =
        (std::filesystem::temp_directory_path() / "talentcard-XXXXXX").string();
    if (mkdtemp(directory.data()) == nullptr) std::abort();
    database = *OpenRocksDb(directory);
    writer = std::make_unique<Writer>(*database, Options());
  }
  std::mt19937_64 random(state.thread_index());
  const std::string value(160, 'v');
  for (auto _ : state) {
    const std::string key = Key(Table::kCard).Add(random() % 100000).bytes();
    const auto revision = writer->Run(
        [&](Transaction& t) { return t.Put(key, value), absl::OkStatus(); });
    if (!revision.ok()) std::abort();
  }
  state.SetItemsProcessed(state.iterations());
  if (state.thread_index() == 0) {
    writer.reset();
    database.reset();
    std::filesystem::remove_all(directory);
  }
}
BENCHMARK(BM_CommitFromThreads)->Threads(64)->UseRealTime();

void BM_Seal(benchmark::State& state) {
  SystemRandom random;
  SecretKey key;
  random.Fill(key.bytes);
  const std::string plain(state.range(0), 'p');
  for (auto _ : state)
    benchmark::DoNotOptimize(Seal(static_cast<Cipher>(state.range(1)), key,
                                  "p/0123456789abcdef/name", plain, random));
}
BENCHMARK(BM_Seal)->ArgsProduct({{32, 256, 1024}, {1, 2}});

void BM_Open(benchmark::State& state) {
  SystemRandom random;
  SecretKey key;
  random.Fill(key.bytes);
  const std::string sealed = Seal(static_cast<Cipher>(state.range(1)), key, "p",
                                  std::string(state.range(0), 'p'), random);
  for (auto _ : state) benchmark::DoNotOptimize(Open(key, "p", sealed));
}
BENCHMARK(BM_Open)->ArgsProduct({{32, 256, 1024}, {1, 2}});

void BM_Hmac(benchmark::State& state) {
  SystemRandom random;
  SecretKey key;
  random.Fill(key.bytes);
  const std::string message(32, 'm');
  for (auto _ : state) benchmark::DoNotOptimize(Hmac(key, message));
}
BENCHMARK(BM_Hmac);

}  // namespace
}  // namespace talentcard::store

BENCHMARK_MAIN();
