#ifndef TALENTCARD_TESTS_SERVICES_STORE_FAULTY_FILES_H_
#define TALENTCARD_TESTS_SERVICES_STORE_FAULTY_FILES_H_

#include <rocksdb/file_system.h>

#include <atomic>
#include <memory>
#include <string>

namespace talentcard::store {

// The machine's files, whose n-th write operation (append, sync, creation,
// renaming) fails.
class FaultyFiles : public rocksdb::FileSystemWrapper {
 public:
  enum class Fault {
    kFull,       // Appends write half and fail; so does every later write.
    kMedium,     // This operation and every later write fails.
    kSyncFails,  // Only syncs that acknowledge a write count; that one fails.
    kSyncFull,   // The same, saying that there is no space.
  };
  // What an operation is, for the count.
  enum class Operation { kAppend, kSync, kOther };

  FaultyFiles() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}

  // Operation `index`, counted from now, fails; -1 heals.
  void Arm(Fault fault, int64_t index);
  void Heal() { Arm(Fault::kFull, -1); }
  // Operations counted since Arm.
  int64_t operations() const { return operations_; }
  bool failed() const { return failed_; }

  // OK, or the fault this operation meets.
  rocksdb::IOStatus Meet(Operation operation, const std::string& file);

  const char* Name() const override { return "FaultyFiles"; }
  rocksdb::IOStatus NewWritableFile(
      const std::string& name, const rocksdb::FileOptions& options,
      std::unique_ptr<rocksdb::FSWritableFile>* out,
      rocksdb::IODebugContext* context) override;
  rocksdb::IOStatus NewDirectory(const std::string& name,
                                 const rocksdb::IOOptions& options,
                                 std::unique_ptr<rocksdb::FSDirectory>* out,
                                 rocksdb::IODebugContext* context) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* context) override;

 private:
  std::atomic<Fault> fault_ = Fault::kFull;
  std::atomic<int64_t> index_ = -1;
  std::atomic<int64_t> operations_ = 0;
  std::atomic<bool> failed_ = false;
};

}  // namespace talentcard::store

#endif  // TALENTCARD_TESTS_SERVICES_STORE_FAULTY_FILES_H_
