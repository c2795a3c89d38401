#ifndef TALENTCARD_SERVICES_STORE_MEMO_H_
#define TALENTCARD_SERVICES_STORE_MEMO_H_

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "engine/status_macros.h"
#include "services/store/stamps.h"

namespace talentcard::store {

// What was computed from rows, kept while none of those rows changes; the least
// recently used go first. Thread-safe.
template <typename Value>
class Memo {
 public:
  using Pointer = std::shared_ptr<const Value>;
  // Must depend on nothing but its key and what it reads.
  using Make = absl::FunctionRef<absl::StatusOr<Pointer>(const Reader&)>;

  // `stamps` must be touched by the writer of the database that is read, and
  // outlive the memo. `most` values are kept, about.
  Memo(const Stamps& stamps, size_t most)
      : stamps_(stamps), most_in_shard_(std::max<size_t>(1, most / kShards)) {}

  // What `make` gives from `reader`: a snapshot of exactly `revision`, or the
  // transaction after it. Computed only if a row it read may have changed
  // since, or it is not there.
  absl::StatusOr<Pointer> Get(std::string_view key, const Reader& reader,
                              uint64_t revision, Make make) {
    const uint64_t generation = stamps_.generation();
    Shard& shard = shards_[std::hash<std::string_view>()(key) % kShards];
    {
      const std::lock_guard lock(shard.mutex);
      if (const auto it = shard.entries.find(key); it != shard.entries.end()) {
        shard.used.splice(shard.used.begin(), shard.used, it->second);
        if (it->second->generation == generation &&
            Holds(*it->second, revision))
          return it->second->value;
      }
    }
    const WatchingReader watched(reader);
    ASSIGN_OR_RETURN(Pointer value, make(watched));
    if (!watched.boundless()) {
      shard.Keep(
          {std::string(key), value, watched.Slots(), revision, generation},
          most_in_shard_);
    }
    return value;
  }

 private:
  static constexpr size_t kShards = 16;

  struct Entry {
    std::string key;
    Pointer value;
    std::vector<uint32_t> slots;
    uint64_t revision;
    uint64_t generation;
  };

  struct Shard {
    std::mutex mutex;
    std::list<Entry> used;  // Newest first.
    std::unordered_map<std::string_view, typename std::list<Entry>::iterator>
        entries;

    void Keep(Entry entry, size_t most) {
      const std::lock_guard lock(mutex);
      if (const auto old = entries.find(entry.key); old != entries.end()) {
        const auto place = old->second;
        entries.erase(old);
        used.erase(place);
      }
      used.push_front(std::move(entry));
      entries.emplace(used.front().key, used.begin());
      if (used.size() <= most) return;
      entries.erase(used.back().key);
      used.pop_back();
    }
  };

  // Nothing it read changed between the two revisions, whichever is later.
  bool Holds(const Entry& entry, uint64_t revision) const {
    const uint64_t earlier = std::min(entry.revision, revision);
    return std::all_of(
        entry.slots.begin(), entry.slots.end(),
        [&](uint32_t slot) { return stamps_.LastChange(slot) <= earlier; });
  }

  const Stamps& stamps_;
  const size_t most_in_shard_;
  std::array<Shard, kShards> shards_;
};

}  // namespace talentcard::store

#endif  // TALENTCARD_SERVICES_STORE_MEMO_H_
