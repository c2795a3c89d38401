#include "services/store/rocksdb/database_files.h"

#include <string_view>
#include <utility>

namespace talentcard::store {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

IOStatus Retired() { return IOStatus::IOError("the handle is retired"); }

// A sync that failed for whatever reason leaves an unknown state.
IOStatus Synced(IOStatus status) {
  return status.IsNoSpace() ? IOStatus::IOError("a sync failed")
                            : std::move(status);
}

class Directory : public rocksdb::FSDirectory {
 public:
  explicit Directory(std::unique_ptr<rocksdb::FSDirectory> target)
      : target_(std::move(target)) {}
  IOStatus Fsync(const IOOptions& options, IODebugContext* context) override {
    return Synced(target_->Fsync(options, context));
  }
  IOStatus FsyncWithDirOptions(const IOOptions& options,
                               IODebugContext* context,
                               const rocksdb::DirFsyncOptions& how) override {
    return Synced(target_->FsyncWithDirOptions(options, context, how));
  }
  IOStatus Close(const IOOptions& options, IODebugContext* context) override {
    return target_->Close(options, context);
  }
  size_t GetUniqueId(char* id, size_t max_size) const override {
    return target_->GetUniqueId(id, max_size);
  }

 private:
  const std::unique_ptr<rocksdb::FSDirectory> target_;
};

// A file that is not written after its handle retired.
class File : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  File(std::unique_ptr<rocksdb::FSWritableFile> file,
       std::shared_ptr<const std::atomic<bool>> retired)
      : FSWritableFileOwnerWrapper(std::move(file)),
        retired_(std::move(retired)) {}

  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options,
                  IODebugContext* context) override {
    return *retired_ ? Retired() : target()->Append(data, options, context);
  }
  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo& verification,
                  IODebugContext* context) override {
    return *retired_ ? Retired()
                     : target()->Append(data, options, verification, context);
  }
  IOStatus Truncate(uint64_t size, const IOOptions& options,
                    IODebugContext* context) override {
    return *retired_ ? Retired() : target()->Truncate(size, options, context);
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* context) override {
    return *retired_ ? Retired() : target()->Sync(options, context);
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* context) override {
    return *retired_ ? Retired() : target()->Fsync(options, context);
  }

 private:
  const std::shared_ptr<const std::atomic<bool>> retired_;
};

// A write-ahead log.
class Log : public File {
 public:
  Log(std::unique_ptr<rocksdb::FSWritableFile> file,
      std::shared_ptr<const std::atomic<bool>> retired, std::string name,
      std::shared_ptr<LogTails> tails)
      : File(std::move(file), std::move(retired)),
        name_(std::move(name)),
        tails_(std::move(tails)) {}

  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options,
                  IODebugContext* context) override {
    tails_->Appended(name_, size_);
    size_ += data.size();
    return File::Append(data, options, context);
  }
  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo&,
                  IODebugContext* context) override {
    return Append(data, options, context);
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* context) override {
    return Synced(File::Sync(options, context));
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* context) override {
    return Synced(File::Fsync(options, context));
  }

 private:
  const std::string name_;
  const std::shared_ptr<LogTails> tails_;
  uint64_t size_ = 0;
};

// Stands for a share in the DirectoryLock.
class Share : public rocksdb::FileLock {};

}  // namespace

DirectoryLock::~DirectoryLock() {
  if (held_ != nullptr) {
    files_->UnlockFile(held_, IOOptions(), nullptr).PermitUncheckedError();
  }
}

IOStatus DirectoryLock::Take(const std::string& name) {
  if (held_ != nullptr) return IOStatus::OK();
  return files_->LockFile(name, IOOptions(), &held_, nullptr);
}

void LogTails::Begin() {
  const std::lock_guard lock(mutex_);
  size_before_.clear();
}

void LogTails::Appended(const std::string& name, uint64_t size) {
  const std::lock_guard lock(mutex_);
  size_before_.emplace(name, size);
}

IOStatus LogTails::Undo(rocksdb::FileSystem& files) {
  const std::lock_guard lock(mutex_);
  for (const auto& [name, size] : size_before_) {
    std::unique_ptr<rocksdb::FSWritableFile> file;
    IOStatus status =
        files.ReopenWritableFile(name, rocksdb::FileOptions(), &file, nullptr);
    if (status.ok()) status = file->Truncate(size, IOOptions(), nullptr);
    if (status.ok()) status = file->Sync(IOOptions(), nullptr);
    if (status.ok()) status = file->Close(IOOptions(), nullptr);
    if (!status.ok()) return status;
  }
  return IOStatus::OK();
}

IOStatus DatabaseFiles::NewWritableFile(
    const std::string& name, const rocksdb::FileOptions& options,
    std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* context) {
  if (*retired_) return Retired();
  std::unique_ptr<rocksdb::FSWritableFile> made;
  IOStatus status = target()->NewWritableFile(name, options, &made, context);
  if (!status.ok()) return status;
  if (std::string_view(name).ends_with(".log")) {
    *file = std::make_unique<Log>(std::move(made), retired_, name, log_tails_);
  } else {
    *file = std::make_unique<File>(std::move(made), retired_);
  }
  return status;
}

IOStatus DatabaseFiles::NewDirectory(
    const std::string& name, const IOOptions& options,
    std::unique_ptr<rocksdb::FSDirectory>* directory, IODebugContext* context) {
  std::unique_ptr<rocksdb::FSDirectory> made;
  IOStatus status = target()->NewDirectory(name, options, &made, context);
  if (status.ok()) *directory = std::make_unique<Directory>(std::move(made));
  return status;
}

IOStatus DatabaseFiles::DeleteFile(const std::string& name,
                                   const IOOptions& options,
                                   IODebugContext* context) {
  return *retired_ ? Retired() : target()->DeleteFile(name, options, context);
}

IOStatus DatabaseFiles::RenameFile(const std::string& from,
                                   const std::string& to,
                                   const IOOptions& options,
                                   IODebugContext* context) {
  return *retired_ ? Retired()
                   : target()->RenameFile(from, to, options, context);
}

IOStatus DatabaseFiles::LockFile(const std::string& name, const IOOptions&,
                                 rocksdb::FileLock** lock, IODebugContext*) {
  IOStatus status = lock_.Take(name);
  if (status.ok()) *lock = new Share;
  return status;
}

IOStatus DatabaseFiles::UnlockFile(rocksdb::FileLock* lock, const IOOptions&,
                                   IODebugContext*) {
  delete lock;
  return IOStatus::OK();
}

IOStatus ProbeSpace(rocksdb::FileSystem& files, const std::string& directory) {
  const std::string name = directory + "/space_probe";
  std::unique_ptr<rocksdb::FSWritableFile> file;
  IOStatus status =
      files.NewWritableFile(name, rocksdb::FileOptions(), &file, nullptr);
  if (!status.ok()) return status;
  const std::string bytes(1 << 20, '\0');
  status = file->Append(bytes, IOOptions(), nullptr);
  if (status.ok()) status = file->Sync(IOOptions(), nullptr);
  file->Close(IOOptions(), nullptr).PermitUncheckedError();
  files.DeleteFile(name, IOOptions(), nullptr).PermitUncheckedError();
  return status;
}

}  // namespace talentcard::store
