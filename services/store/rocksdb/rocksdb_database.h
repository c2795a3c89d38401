#ifndef TALENTCARD_SERVICES_STORE_ROCKSDB_ROCKSDB_DATABASE_H_
#define TALENTCARD_SERVICES_STORE_ROCKSDB_ROCKSDB_DATABASE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "services/store/database.h"

namespace rocksdb {
class FileSystem;
}  // namespace rocksdb

namespace talentcard::store {

struct RocksDbOptions {
  size_t block_cache_bytes = size_t{256} << 20;
  size_t write_buffer_bytes = size_t{64} << 20;
  // Bounds the log replayed at the next start.
  size_t write_ahead_log_bytes = size_t{96} << 20;
  // Where bytes go; the machine's files if null. Tests put faults here.
  std::shared_ptr<rocksdb::FileSystem> file_system;
};

// A database in a directory of its own; one process at a time.
//
// Fails with kDataLoss if what is there fails a check (it must not be served),
// kUnavailable if it cannot be opened.
absl::StatusOr<std::unique_ptr<Database>> OpenRocksDb(
    const std::string& directory, const RocksDbOptions& options = {});

// What is durable in a database now, without changing a file of it; another
// process may serve it meanwhile. Fails as OpenRocksDb does.
absl::StatusOr<std::unique_ptr<Reader>> ReadRocksDb(
    const std::string& directory, const RocksDbOptions& options = {});

}  // namespace talentcard::store

#endif  // TALENTCARD_SERVICES_STORE_ROCKSDB_ROCKSDB_DATABASE_H_
