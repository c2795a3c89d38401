#include "services/store/memory/memory_database.h"

#include <limits>

namespace talentcard::store {

// A view of the rows as they were after one write.
class MemoryReader : public Reader {
 public:
  MemoryReader(const MemoryDatabase& database, uint64_t at)
      : database_(database), at_(at) {}

  absl::StatusOr<std::optional<std::string>> Get(
      std::string_view key) const override {
    ++database_.reads_;
    const std::shared_lock lock(database_.mutex_);
    const auto row = database_.rows_.find(key);
    if (row == database_.rows_.end()) return std::nullopt;
    return ValueOf(row->second);
  }

  absl::Status Scan(std::string_view begin, std::string_view end,
                    const Visitor& visit) const override {
    for (const auto& [key, value] : Collect(begin, end)) {
      if (!visit(key, value)) break;
    }
    return absl::OkStatus();
  }

  absl::Status ScanBackwards(std::string_view begin, std::string_view end,
                             const Visitor& visit) const override {
    const auto rows = Collect(begin, end);
    for (auto it = rows.rbegin(); it != rows.rend(); ++it) {
      if (!visit(it->first, it->second)) break;
    }
    return absl::OkStatus();
  }

 private:
  std::optional<std::string> ValueOf(
      const MemoryDatabase::History& history) const {
    for (auto it = history.rbegin(); it != history.rend(); ++it) {
      if (it->first <= at_) return it->second;
    }
    return std::nullopt;
  }

  std::vector<std::pair<std::string, std::string>> Collect(
      std::string_view begin, std::string_view end) const {
    ++database_.reads_;
    const std::shared_lock lock(database_.mutex_);
    std::vector<std::pair<std::string, std::string>> rows;
    for (auto it = database_.rows_.lower_bound(begin);
         it != database_.rows_.end() && it->first < end; ++it) {
      if (auto value = ValueOf(it->second))
        rows.emplace_back(it->first, *value);
    }
    return rows;
  }

  const MemoryDatabase& database_;
  const uint64_t at_;
};

MemoryDatabase::MemoryDatabase()
    : latest_(std::make_unique<MemoryReader>(
          *this, std::numeric_limits<uint64_t>::max())) {}

std::unique_ptr<Reader> MemoryDatabase::TakeSnapshot() const {
  const std::shared_lock lock(mutex_);
  return std::make_unique<MemoryReader>(*this, writes_);
}

absl::Status MemoryDatabase::WriteSynced(
    const std::vector<Mutation>& mutations) {
  const std::unique_lock lock(mutex_);
  if (full_) return absl::ResourceExhaustedError("no space");
  if (!fault_.ok()) return std::exchange(fault_, absl::OkStatus());
  ++writes_;
  for (const Mutation& mutation : mutations) {
    History& history = rows_[mutation.key];
    if (!history.empty() && history.back().first == writes_) {
      history.back().second = mutation.value;
    } else {
      history.emplace_back(writes_, mutation.value);
    }
  }
  return absl::OkStatus();
}

uint64_t MemoryDatabase::writes() const {
  const std::shared_lock lock(mutex_);
  return writes_;
}

void MemoryDatabase::FailNextWrite(absl::Status fault) {
  const std::unique_lock lock(mutex_);
  fault_ = std::move(fault);
}

void MemoryDatabase::SetFull(bool full) {
  const std::unique_lock lock(mutex_);
  full_ = full;
}

absl::Status MemoryDatabase::Purge(std::string_view begin,
                                   std::string_view end) {
  const std::unique_lock lock(mutex_);
  for (auto it = rows_.lower_bound(begin);
       it != rows_.end() && it->first < end;) {
    History& history = it->second;
    history.erase(history.begin(), history.end() - 1);
    it = history.back().second ? std::next(it) : rows_.erase(it);
  }
  return absl::OkStatus();
}

}  // namespace talentcard::store
