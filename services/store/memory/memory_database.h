#ifndef TALENTCARD_SERVICES_STORE_MEMORY_MEMORY_DATABASE_H_
#define TALENTCARD_SERVICES_STORE_MEMORY_MEMORY_DATABASE_H_

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "services/store/database.h"

namespace talentcard::store {

// A database in memory, for tests and simulations: the same answers as
// RocksDbDatabase, and faults on demand. Keeps every version of every key.
class MemoryDatabase : public Database {
 public:
  MemoryDatabase();

  std::unique_ptr<Reader> TakeSnapshot() const override;
  const Reader& Latest() const override { return *latest_; }
  absl::Status WriteSynced(const std::vector<Mutation>& mutations) override;
  absl::Status Purge(std::string_view begin, std::string_view end) override;

  // The next write applies nothing and returns `fault`.
  void FailNextWrite(absl::Status fault);
  // Every write fails as on a full disk until false.
  void SetFull(bool full);
  // How often it was read from and written to so far.
  uint64_t reads() const { return reads_; }
  uint64_t writes() const;

 private:
  friend class MemoryReader;
  // Values of a key by the write that set them, oldest first.
  using History = std::vector<std::pair<uint64_t, std::optional<std::string>>>;

  mutable std::shared_mutex mutex_;
  std::map<std::string, History, std::less<>> rows_;
  uint64_t writes_ = 0;
  mutable std::atomic<uint64_t> reads_ = 0;
  absl::Status fault_;
  bool full_ = false;
  std::unique_ptr<Reader> latest_;
};

}  // namespace talentcard::store

#endif  // TALENTCARD_SERVICES_STORE_MEMORY_MEMORY_DATABASE_H_
