#include "tools/bench/disk.h"

#include <fcntl.h>
#include <rocksdb/db.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <thread>
#include <vector>

namespace talentcard::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr int kSyncs = 500;

class Scratch {
 public:
  explicit Scratch(const std::string& parent)
      : path_(parent + "/talentcard-bench-XXXXXX") {
    if (mkdtemp(path_.data()) == nullptr) {
      std::perror(parent.c_str());
      std::exit(1);
    }
  }
  ~Scratch() { std::filesystem::remove_all(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace

double FsyncMs(const std::string& directory) {
  const Scratch scratch(directory);
  const int fd = open((scratch.path() + "/log").c_str(),
                      O_CREAT | O_WRONLY | O_APPEND, 0600);
  const std::string bytes(512, 'x');
  std::vector<double> ms;
  for (int i = 0; i < kSyncs; ++i) {
    const auto begin = SteadyClock::now();
    if (write(fd, bytes.data(), bytes.size()) < 0 || fdatasync(fd) != 0) {
      std::perror("fdatasync");
      std::exit(1);
    }
    ms.push_back(
        std::chrono::duration<double, std::milli>(SteadyClock::now() - begin)
            .count());
  }
  close(fd);
  std::nth_element(ms.begin(), ms.begin() + kSyncs / 2, ms.end());
  return ms[kSyncs / 2];
}

double GroupCommits(const std::string& directory, int threads, double seconds) {
  const Scratch scratch(directory);
  rocksdb::Options options;
  options.create_if_missing = true;
  rocksdb::DB* opened = nullptr;
  if (!rocksdb::DB::Open(options, scratch.path(), &opened).ok()) std::exit(1);
  const std::unique_ptr<rocksdb::DB> db(opened);
  std::atomic<int64_t> commits = 0;
  const auto begin = SteadyClock::now();
  const auto end = begin + std::chrono::duration<double>(seconds);
  std::vector<std::thread> writers;
  for (int i = 0; i < threads; ++i) {
    writers.emplace_back([&] {
      rocksdb::WriteOptions synced;
      synced.sync = true;
      const std::string value(200, 'x');
      while (SteadyClock::now() < end) {
        const std::string n = std::to_string(commits++);
        rocksdb::WriteBatch batch;
        batch.Put("leaf" + n, value);
        batch.Put("state" + n, value);
        if (!db->Write(synced, &batch).ok()) std::exit(1);
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  return static_cast<double>(commits) /
         std::chrono::duration<double>(SteadyClock::now() - begin).count();
}

}  // namespace talentcard::bench
