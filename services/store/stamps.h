#ifndef TALENTCARD_SERVICES_STORE_STAMPS_H_
#define TALENTCARD_SERVICES_STORE_STAMPS_H_

#include <atomic>
#include <cstdint>
#include <string_view>
#include <vector>

#include "services/store/database.h"

namespace talentcard::store {

// The revision at which rows last changed, in memory, so that what was computed
// from rows can be known to hold still. Rows are told apart by their table and
// first key part, hashed: two that share a slot only make each other look
// changed. Thread-safe for one writer and any readers.
class Stamps {
 public:
  Stamps();

  // Must be called before the changed row can be read by anybody, those in the
  // same group of transactions included.
  void Touch(std::string_view key, uint64_t revision);
  // A group was not applied: what was computed from it is void.
  void Void() { ++generation_; }
  uint64_t generation() const { return generation_; }
  // The last revision that changed a row of this slot; 0 if none did since the
  // process began.
  uint64_t LastChange(uint32_t slot) const {
    return slots_[slot].load(std::memory_order_acquire);
  }
  static uint32_t SlotOf(std::string_view key);

 private:
  std::vector<std::atomic<uint64_t>> slots_;
  std::atomic<uint64_t> generation_ = 0;
};

// A reader that remembers which slots were read through it. For one thread.
class WatchingReader : public Reader {
 public:
  explicit WatchingReader(const Reader& base) : base_(base) {}

  absl::StatusOr<std::optional<std::string>> Get(
      std::string_view key) const override;
  absl::Status Scan(std::string_view begin, std::string_view end,
                    const Visitor& visit) const override;
  absl::Status ScanBackwards(std::string_view begin, std::string_view end,
                             const Visitor& visit) const override;

  // Ascending, each once.
  std::vector<uint32_t> Slots() const;
  // A scan went beyond one first key part: no slots stand for what it saw.
  bool boundless() const { return boundless_; }

 private:
  void Watch(std::string_view begin, std::string_view end) const;

  const Reader& base_;
  mutable std::vector<uint32_t> slots_;
  mutable bool boundless_ = false;
};

}  // namespace talentcard::store

#endif  // TALENTCARD_SERVICES_STORE_STAMPS_H_
