#ifndef TALENTCARD_TESTS_SERVICES_STORE_DATABASES_H_
#define TALENTCARD_TESTS_SERVICES_STORE_DATABASES_H_

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "services/store/memory/memory_database.h"
#include "services/store/rocksdb/rocksdb_database.h"

namespace talentcard::store {

// A directory that goes with the test.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string name =
        (std::filesystem::temp_directory_path() / "talentcard-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Whether a file below the directory holds these bytes.
inline bool AnyFileHolds(const std::string& directory,
                         const std::string& bytes) {
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(directory)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string content{std::istreambuf_iterator<char>(file), {}};
    if (content.find(bytes) != std::string::npos) return true;
  }
  return false;
}

// The same suite for every database.
enum class Kind { kMemory, kRocksDb };

class DatabaseSuite : public testing::TestWithParam<Kind> {
 protected:
  DatabaseSuite() : database_(Make()) {}

  std::unique_ptr<Database> Make() {
    if (GetParam() == Kind::kMemory) return std::make_unique<MemoryDatabase>();
    auto database = OpenRocksDb(directory_.path());
    EXPECT_TRUE(database.ok()) << database.status();
    return *std::move(database);
  }

  TemporaryDirectory directory_;
  std::unique_ptr<Database> database_;
};

inline std::string KindName(const testing::TestParamInfo<Kind>& info) {
  return info.param == Kind::kMemory ? "Memory" : "RocksDb";
}

}  // namespace talentcard::store

#endif  // TALENTCARD_TESTS_SERVICES_STORE_DATABASES_H_
