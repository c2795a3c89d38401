#include "services/store/rocksdb/rocksdb_database.h"

#include <rocksdb/cache.h>
#include <rocksdb/convenience.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/file_checksum.h>
#include <rocksdb/file_system.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <mutex>
#include <shared_mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/status_macros.h"
#include "services/store/rocksdb/database_files.h"

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
  if (status.IsNoSpace())
    return absl::ResourceExhaustedError("the disk is full");
  if (status.IsCorruption()) {
    return absl::DataLossError("stored bytes fail their check");
  }
  return absl::UnavailableError("the storage medium failed");
}

// Leaves recovery from a full disk to WriteSynced, except where writes go on (a
// compaction found no space).
class NoRecoveryOfItsOwn : public rocksdb::EventListener {
 public:
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason,
                            rocksdb::Status error, bool* automatic) override {
    *automatic = error.severity() <= rocksdb::Status::Severity::kSoftError;
  }
};

// One opening of the database.
struct Handle {
  std::shared_ptr<DatabaseFiles> files;
  std::unique_ptr<rocksdb::Env> env;
  std::unique_ptr<rocksdb::DB> db;
};

class RocksDbReader : public Reader {
 public:
  // Reads at `snapshot`, or the latest state if null.
  RocksDbReader(std::shared_ptr<Handle> handle,
                const rocksdb::Snapshot* snapshot)
      : handle_(std::move(handle)), db_(*handle_->db), snapshot_(snapshot) {
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
  const std::shared_ptr<Handle> handle_;
  rocksdb::DB& db_;
  const rocksdb::Snapshot* const snapshot_;
  rocksdb::ReadOptions options_;
};

class RocksDbDatabase : public Database {
 public:
  RocksDbDatabase(std::string directory, rocksdb::Options settings,
                  std::shared_ptr<rocksdb::FileSystem> files)
      : directory_(std::move(directory)),
        settings_(std::move(settings)),
        files_(std::move(files)),
        lock_(files_),
        latest_(*this) {}

  absl::Status Open() {
    auto handle = std::make_shared<Handle>();
    handle->files = std::make_shared<DatabaseFiles>(files_, lock_);
    handle->env = rocksdb::NewCompositeEnv(handle->files);
    rocksdb::Options settings = settings_;
    settings.env = handle->env.get();
    rocksdb::DB* db = nullptr;
    const rocksdb::Status status = rocksdb::DB::Open(settings, directory_, &db);
    if (!status.ok() && !lock_.taken())
      return absl::UnavailableError(absl::StrCat(
          "another process uses `", directory_, "`, or it cannot be written"));
    if (!status.ok()) return Translate(status);
    handle->db.reset(db);
    const std::unique_lock lock(mutex_);
    handle_ = std::move(handle);
    return absl::OkStatus();
  }

  std::unique_ptr<Reader> TakeSnapshot() const override {
    std::shared_ptr<Handle> handle = this->handle();
    const rocksdb::Snapshot* const snapshot = handle->db->GetSnapshot();
    return std::make_unique<RocksDbReader>(std::move(handle), snapshot);
  }

  const Reader& Latest() const override { return latest_; }

  absl::Status WriteSynced(const std::vector<Mutation>& mutations) override {
    if (full_) RETURN_IF_ERROR(OpenAgain());
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
    const absl::Status written = Write(batch);
    if (!absl::IsResourceExhausted(written)) return written;
    // The space may be back: a flush that met a full disk is heard of late.
    RETURN_IF_ERROR(OpenAgain());
    return Write(batch);
  }

  absl::Status Purge(std::string_view begin, std::string_view end) override {
    const std::shared_ptr<Handle> handle = this->handle();
    rocksdb::DB& db = *handle->db;
    const uint64_t now = db.GetLatestSequenceNumber();
    // The log too: what is flushed is dropped from it.
    rocksdb::Status status = db.Flush({});
    if (!status.ok()) return absl::UnavailableError("a flush failed");
    // The oldest is 0 if there is none, but also of the empty database.
    uint64_t snapshots = 0, oldest = 0;
    db.GetIntProperty(rocksdb::DB::Properties::kNumSnapshots, &snapshots);
    db.GetIntProperty(rocksdb::DB::Properties::kOldestSnapshotSequence,
                      &oldest);
    if (snapshots > 0 && oldest < now) {
      return absl::UnavailableError(
          "a snapshot from before still needs what was deleted");
    }
    rocksdb::CompactRangeOptions options;
    options.bottommost_level_compaction =
        rocksdb::BottommostLevelCompaction::kForce;
    const rocksdb::Slice first = ToSlice(begin), last = ToSlice(end);
    status = db.CompactRange(options, &first, &last);
    return status.ok() ? absl::OkStatus()
                       : absl::UnavailableError("a compaction failed");
  }

 private:
  class LatestReader : public Reader {
   public:
    explicit LatestReader(const RocksDbDatabase& database)
        : database_(database) {}
    absl::StatusOr<std::optional<std::string>> Get(
        std::string_view key) const override {
      return Now().Get(key);
    }
    absl::Status Scan(std::string_view begin, std::string_view end,
                      const Visitor& visit) const override {
      return Now().Scan(begin, end, visit);
    }
    absl::Status ScanBackwards(std::string_view begin, std::string_view end,
                               const Visitor& visit) const override {
      return Now().ScanBackwards(begin, end, visit);
    }

   private:
    RocksDbReader Now() const { return {database_.handle(), nullptr}; }
    const RocksDbDatabase& database_;
  };

  std::shared_ptr<Handle> handle() const {
    const std::shared_lock lock(mutex_);
    return handle_;
  }

  absl::Status Write(rocksdb::WriteBatch& batch) {
    rocksdb::WriteOptions options;
    options.sync = true;
    const std::shared_ptr<Handle> handle = this->handle();
    handle->files->log_tails().Begin();
    const rocksdb::Status status = handle->db->Write(options, &batch);
    full_ = status.IsNoSpace();
    if (!full_) return Translate(status);
    handle->files->Retire();
    const rocksdb::Status undone = handle->files->log_tails().Undo(*files_);
    return undone.ok()
               ? Translate(status)
               : absl::UnavailableError("a refused write cannot be undone");
  }

  // After a full disk. Readers go on with the handle they have.
  absl::Status OpenAgain() {
    const rocksdb::Status space = ProbeSpace(*files_, directory_);
    if (!space.ok()) return Translate(space);
    const std::shared_ptr<Handle> old = handle();
    rocksdb::CancelAllBackgroundWork(old->db.get(), /*wait=*/true);
    RETURN_IF_ERROR(Open());
    full_ = false;
    return absl::OkStatus();
  }

  const std::string directory_;
  const rocksdb::Options settings_;
  const std::shared_ptr<rocksdb::FileSystem> files_;
  DirectoryLock lock_;
  mutable std::shared_mutex mutex_;
  std::shared_ptr<Handle> handle_;
  const LatestReader latest_;
  bool full_ = false;  // Used by the one writing thread.
};

rocksdb::Options Settings(const RocksDbOptions& options) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(options.block_cache_bytes);
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.format_version = 5;
  table.checksum = rocksdb::kXXH3;
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;

  rocksdb::Options settings;
  settings.create_if_missing = true;
  settings.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  // Nearly all of it is sealed, and what is sealed does not compress.
  settings.compression = rocksdb::kNoCompression;
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
  // Rows of the log come in the order of their index, below two letters each.
  settings.memtable_insert_with_hint_prefix_extractor.reset(
      rocksdb::NewFixedPrefixTransform(2));
  settings.file_checksum_gen_factory =
      rocksdb::GetFileChecksumGenCrc32cFactory();
  settings.recycle_log_file_num = 0;
  settings.max_bgerror_resume_count = 0;
  settings.listeners.push_back(std::make_shared<NoRecoveryOfItsOwn>());
  return settings;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Database>> OpenRocksDb(
    const std::string& directory, const RocksDbOptions& options) {
  auto database = std::make_unique<RocksDbDatabase>(
      directory, Settings(options),
      options.file_system != nullptr ? options.file_system
                                     : rocksdb::FileSystem::Default());
  RETURN_IF_ERROR(database->Open());
  return database;
}

absl::StatusOr<std::unique_ptr<Reader>> ReadRocksDb(
    const std::string& directory, const RocksDbOptions& options) {
  auto handle = std::make_shared<Handle>();
  rocksdb::Options settings = Settings(options);
  settings.create_if_missing = false;
  if (options.file_system != nullptr) {
    handle->env = rocksdb::NewCompositeEnv(options.file_system);
    settings.env = handle->env.get();
  }
  rocksdb::DB* db = nullptr;
  rocksdb::Status status;
  // Beside a server a file may be compacted away between the list of files and
  // its opening; opened, it stays readable.
  constexpr int kAttempts = 10;
  for (int i = 0; i < kAttempts && db == nullptr; ++i)
    status = rocksdb::DB::OpenForReadOnly(settings, directory, &db);
  if (!status.ok()) return Translate(status);
  handle->db.reset(db);
  return std::make_unique<RocksDbReader>(std::move(handle), nullptr);
}

}  // namespace talentcard::store
