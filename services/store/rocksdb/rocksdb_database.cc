#include "services/store/rocksdb/rocksdb_database.h"

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/file_checksum.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include "engine/status_macros.h"

namespace talentcard::store {
namespace {

rocksdb::Slice ToSlice(std::string_view bytes) {
  return {bytes.data(), bytes.size()};
}

std::string_view ToView(const rocksdb::Slice& slice) {
  return {slice.data(), slice.size()};
}

// Nothing of the storage engine's own words gets past here.
absl::Status Translate(const rocksdb::Status& status) {
  if (status.ok()) return absl::OkStatus();
  if (status.IsNoSpace()) return absl::ResourceExhaustedError("the disk is full");
  if (status.IsCorruption()) {
    return absl::DataLossError("stored bytes fail their check");
  }
  return absl::UnavailableError("the storage medium failed");
}

class RocksDbReader : public Reader {
 public:
  // Reads at `snapshot`, or the latest state if null.
  RocksDbReader(rocksdb::DB& db, const rocksdb::Snapshot* snapshot)
      : db_(db), snapshot_(snapshot) {
    options_.verify_checksums = true;
    options_.snapshot = snapshot;
  }
  ~RocksDbReader() override {
    if (snapshot_ != nullptr) db_.ReleaseSnapshot(snapshot_);
  }

  absl::StatusOr<std::optional<std::string>> Get(
      std::string_view key) const override {
    rocksdb::PinnableSlice value;
    const rocksdb::Status status =
        db_.Get(options_, db_.DefaultColumnFamily(), ToSlice(key), &value);
    if (status.IsNotFound()) return std::nullopt;
    if (!status.ok()) return Translate(status);
    return std::string(value.data(), value.size());
  }

  absl::Status Scan(std::string_view begin, std::string_view end,
                    const Visitor& visit) const override {
    const rocksdb::Slice bound = ToSlice(end);
    rocksdb::ReadOptions options = options_;
    options.iterate_upper_bound = &bound;
    const std::unique_ptr<rocksdb::Iterator> it(db_.NewIterator(options));
    for (it->Seek(ToSlice(begin)); it->Valid(); it->Next()) {
      if (!visit(ToView(it->key()), ToView(it->value()))) break;
    }
    return Translate(it->status());
  }

  absl::Status ScanBackwards(std::string_view begin, std::string_view end,
                             const Visitor& visit) const override {
    const std::unique_ptr<rocksdb::Iterator> it(db_.NewIterator(options_));
    it->SeekForPrev(ToSlice(end));
    if (it->Valid() && ToView(it->key()) == end) it->Prev();
    for (; it->Valid() && ToView(it->key()) >= begin; it->Prev()) {
      if (!visit(ToView(it->key()), ToView(it->value()))) break;
    }
    return Translate(it->status());
  }

 private:
  rocksdb::DB& db_;
  const rocksdb::Snapshot* const snapshot_;
  rocksdb::ReadOptions options_;
};

class RocksDbDatabase : public Database {
 public:
  RocksDbDatabase(std::unique_ptr<rocksdb::DB> db,
                  std::unique_ptr<rocksdb::Env> env)
      : env_(std::move(env)), db_(std::move(db)), latest_(*db_, nullptr) {}

  std::unique_ptr<Reader> TakeSnapshot() const override {
    return std::make_unique<RocksDbReader>(*db_, db_->GetSnapshot());
  }

  const Reader& Latest() const override { return latest_; }

  absl::Status WriteSynced(const std::vector<Mutation>& mutations) override {
    if (full_) {
      const rocksdb::Status resumed = db_->Resume();
      if (!resumed.ok()) return absl::ResourceExhaustedError("the disk is full");
      full_ = false;
    }
    size_t bytes = 0;
    for (const Mutation& m : mutations) {
      bytes += m.key.size() + (m.value ? m.value->size() : 0) + 16;
    }
    rocksdb::WriteBatch batch(bytes, 0, /*protection_bytes_per_key=*/8, 0);
    rocksdb::Status status;
    for (const Mutation& m : mutations) {
      status = m.value ? batch.Put(ToSlice(m.key), ToSlice(*m.value))
                       : batch.Delete(ToSlice(m.key));
      if (!status.ok()) return Translate(status);
    }
    rocksdb::WriteOptions options;
    options.sync = true;
    status = db_->Write(options, &batch);
    full_ = status.IsNoSpace();
    return Translate(status);
  }

 private:
  const std::unique_ptr<rocksdb::Env> env_;
  const std::unique_ptr<rocksdb::DB> db_;
  const RocksDbReader latest_;
  bool full_ = false;
};

rocksdb::Options Settings(const RocksDbOptions& options) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(options.block_cache_bytes);
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.format_version = 5;
  table.checksum = rocksdb::kXXH3;
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  table.verify_compression = true;

  rocksdb::Options settings;
  settings.create_if_missing = true;
  settings.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  settings.compression = rocksdb::kLZ4Compression;
  settings.write_buffer_size = options.write_buffer_bytes;
  settings.max_total_wal_size = options.write_ahead_log_bytes;
  settings.max_background_jobs = 2;
  settings.info_log_level = rocksdb::WARN_LEVEL;
  settings.keep_log_file_num = 2;
  // The default silently drops synced entries behind a flipped bit.
  settings.wal_recovery_mode =
      rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  settings.track_and_verify_wals_in_manifest = true;
  settings.paranoid_checks = true;
  settings.paranoid_file_checks = true;
  settings.force_consistency_checks = true;
  settings.flush_verify_memtable_count = true;
  settings.memtable_protection_bytes_per_key = 8;
  settings.file_checksum_gen_factory =
      rocksdb::GetFileChecksumGenCrc32cFactory();
  settings.recycle_log_file_num = 0;
  return settings;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Database>> OpenRocksDb(
    const std::string& directory, const RocksDbOptions& options) {
  rocksdb::Options settings = Settings(options);
  std::unique_ptr<rocksdb::Env> env;
  if (options.file_system != nullptr) {
    env = rocksdb::NewCompositeEnv(options.file_system);
    settings.env = env.get();
  }
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status = rocksdb::DB::Open(settings, directory, &db);
  if (!status.ok()) return Translate(status);
  return std::make_unique<RocksDbDatabase>(std::unique_ptr<rocksdb::DB>(db),
                                           std::move(env));
}

}  // namespace talentcard::store
