#include "tests/services/store/faulty_files.h"

#include <utility>

namespace talentcard::store {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using Operation = FaultyFiles::Operation;

constexpr char kDirectory[] = "directory";

class FaultyFile : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FaultyFile(std::unique_ptr<rocksdb::FSWritableFile> file, std::string name,
             FaultyFiles& files)
      : FSWritableFileOwnerWrapper(std::move(file)),
        name_(std::move(name)),
        files_(files) {}

  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options,
                  IODebugContext* context) override {
    const IOStatus fault = files_.Meet(Operation::kAppend, name_);
    if (fault.ok()) return target()->Append(data, options, context);
    const rocksdb::Slice half(data.data(), data.size() / 2);
    target()->Append(half, options, context).PermitUncheckedError();
    return fault;
  }
  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo&,
                  IODebugContext* context) override {
    return Append(data, options, context);
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* context) override {
    const IOStatus fault = files_.Meet(Operation::kSync, name_);
    return fault.ok() ? target()->Sync(options, context) : fault;
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* context) override {
    const IOStatus fault = files_.Meet(Operation::kSync, name_);
    return fault.ok() ? target()->Fsync(options, context) : fault;
  }

 private:
  const std::string name_;
  FaultyFiles& files_;
};

class FaultyDirectory : public rocksdb::FSDirectory {
 public:
  FaultyDirectory(std::unique_ptr<rocksdb::FSDirectory> directory,
                  FaultyFiles& files)
      : directory_(std::move(directory)), files_(files) {}
  IOStatus Fsync(const IOOptions& options, IODebugContext* context) override {
    const IOStatus fault = files_.Meet(Operation::kSync, kDirectory);
    return fault.ok() ? directory_->Fsync(options, context) : fault;
  }

 private:
  const std::unique_ptr<rocksdb::FSDirectory> directory_;
  FaultyFiles& files_;
};

bool EndsWith(const std::string& text, const std::string& end) {
  return text.size() >= end.size() &&
         text.compare(text.size() - end.size(), end.size(), end) == 0;
}

}  // namespace

void FaultyFiles::Arm(Fault fault, int64_t index) {
  fault_ = fault;
  operations_ = 0;
  failed_ = false;
  index_ = index;
}

IOStatus FaultyFiles::Meet(Operation operation, const std::string& file) {
  if (index_ < 0) return IOStatus::OK();
  const Fault fault = fault_;
  const bool syncs_only =
      fault == Fault::kSyncFails || fault == Fault::kSyncFull;
  if (syncs_only && (operation != Operation::kSync ||
                     !(EndsWith(file, ".log") || file == kDirectory))) {
    return IOStatus::OK();
  }
  const int64_t number = operations_++;
  if (syncs_only ? number != index_ : number < index_) return IOStatus::OK();
  // A file system reserves space when it takes the bytes, so a sync never fails
  // for lack of it; kSyncFull is the one that does.
  if (fault == Fault::kFull && operation == Operation::kSync)
    return IOStatus::OK();
  failed_ = true;
  return fault == Fault::kFull || fault == Fault::kSyncFull
             ? IOStatus::NoSpace("No space left on device")
             : IOStatus::IOError("Input/output error");
}

IOStatus FaultyFiles::NewWritableFile(
    const std::string& name, const rocksdb::FileOptions& options,
    std::unique_ptr<rocksdb::FSWritableFile>* out, IODebugContext* context) {
  if (IOStatus fault = Meet(Operation::kOther, name); !fault.ok()) return fault;
  std::unique_ptr<rocksdb::FSWritableFile> file;
  IOStatus status = target()->NewWritableFile(name, options, &file, context);
  if (status.ok())
    *out = std::make_unique<FaultyFile>(std::move(file), name, *this);
  return status;
}

IOStatus FaultyFiles::NewDirectory(const std::string& name,
                                   const IOOptions& options,
                                   std::unique_ptr<rocksdb::FSDirectory>* out,
                                   IODebugContext* context) {
  std::unique_ptr<rocksdb::FSDirectory> directory;
  IOStatus status = target()->NewDirectory(name, options, &directory, context);
  if (status.ok())
    *out = std::make_unique<FaultyDirectory>(std::move(directory), *this);
  return status;
}

IOStatus FaultyFiles::RenameFile(const std::string& from, const std::string& to,
                                 const IOOptions& options,
                                 IODebugContext* context) {
  if (IOStatus fault = Meet(Operation::kOther, to); !fault.ok()) return fault;
  return target()->RenameFile(from, to, options, context);
}

}  // namespace talentcard::store
