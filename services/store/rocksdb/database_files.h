#ifndef TALENTCARD_SERVICES_STORE_ROCKSDB_DATABASE_FILES_H_
#define TALENTCARD_SERVICES_STORE_ROCKSDB_DATABASE_FILES_H_

#include <rocksdb/file_system.h>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace talentcard::store {

// The lock of one directory, taken once and held until it goes, whichever
// handle asks for it.
class DirectoryLock {
 public:
  explicit DirectoryLock(std::shared_ptr<rocksdb::FileSystem> files)
      : files_(std::move(files)) {}
  ~DirectoryLock();
  rocksdb::IOStatus Take(const std::string& name);
  bool taken() const { return held_ != nullptr; }

 private:
  const std::shared_ptr<rocksdb::FileSystem> files_;
  std::string name_;
  rocksdb::FileLock* held_ = nullptr;
};

// What one write appended to the write-ahead logs, to take it back.
class LogTails {
 public:
  void Begin();
  // `name` had `size` bytes when it was first appended to.
  void Appended(const std::string& name, uint64_t size);
  // Cuts the logs to what they were at Begin, durably.
  rocksdb::IOStatus Undo(rocksdb::FileSystem& files);

 private:
  std::mutex mutex_;
  std::map<std::string, uint64_t> size_before_;
};

// The files of one handle on a database. Differs from `target` in these ways:
// - After Retire it only reads. RocksDB 7.8 cannot write again after a log met
//   a full disk, so another handle is opened on the directory while readers
//   finish on this one, which must not touch the other's files.
// - A failed sync of the write-ahead log or the directory never says "no
//   space". After a failed append nothing was applied and the caller may try
//   again; after a failed sync nobody knows.
// - It knows what a write added to the log, and can take it back: RocksDB may
//   say "no space" for a write whose bytes are in the log and synced, because
//   it found none for its own bookkeeping.
class DatabaseFiles : public rocksdb::FileSystemWrapper {
 public:
  // `lock` must outlive the files.
  DatabaseFiles(const std::shared_ptr<rocksdb::FileSystem>& target,
                DirectoryLock& lock)
      : FileSystemWrapper(target), lock_(lock) {}

  void Retire() { *retired_ = true; }
  LogTails& log_tails() { return *log_tails_; }

  const char* Name() const override { return "DatabaseFiles"; }
  rocksdb::IOStatus NewWritableFile(
      const std::string& name, const rocksdb::FileOptions& options,
      std::unique_ptr<rocksdb::FSWritableFile>* file,
      rocksdb::IODebugContext* context) override;
  rocksdb::IOStatus NewDirectory(
      const std::string& name, const rocksdb::IOOptions& options,
      std::unique_ptr<rocksdb::FSDirectory>* directory,
      rocksdb::IODebugContext* context) override;
  rocksdb::IOStatus DeleteFile(const std::string& name,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* context) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* context) override;
  rocksdb::IOStatus LockFile(const std::string& name,
                             const rocksdb::IOOptions& options,
                             rocksdb::FileLock** lock,
                             rocksdb::IODebugContext* context) override;
  rocksdb::IOStatus UnlockFile(rocksdb::FileLock* lock,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* context) override;

 private:
  DirectoryLock& lock_;
  const std::shared_ptr<std::atomic<bool>> retired_ =
      std::make_shared<std::atomic<bool>>(false);
  const std::shared_ptr<LogTails> log_tails_ = std::make_shared<LogTails>();
};

// OK if a few bytes can be written and synced in `directory` now.
rocksdb::IOStatus ProbeSpace(rocksdb::FileSystem& files,
                             const std::string& directory);

}  // namespace talentcard::store

#endif  // TALENTCARD_SERVICES_STORE_ROCKSDB_DATABASE_FILES_H_
