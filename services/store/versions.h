#ifndef TALENTCARD_SERVICES_STORE_VERSIONS_H_
#define TALENTCARD_SERVICES_STORE_VERSIONS_H_

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "services/store/database.h"
#include "services/store/keys.h"
#include "services/store/transaction.h"

namespace talentcard::store {

// Known time: reads see what had been written up to a revision.
inline constexpr uint64_t kLatestRevision =
    std::numeric_limits<uint64_t>::max();

// One version of a record.
struct Version {
  uint64_t revision = 0;   // That wrote it.
  uint64_t log_index = 0;  // The leaf that commits to it.
  std::string payload;
};

// The version of record `id` known at `known_revision`; nullopt if there was
// none or it had been deleted. kDataLoss if the row is malformed.
absl::StatusOr<std::optional<Version>> ReadVersion(
    const Reader& reader, Table table, std::string_view id,
    uint64_t known_revision = kLatestRevision);

// Writes the current version, keeping the one before it. nullopt deletes.
absl::Status WriteVersion(Transaction& transaction, Table table,
                          std::string_view id, uint64_t log_index,
                          std::optional<std::string_view> payload);

// Visits the current versions of a table in order of id, from `begin_id` on.
absl::Status ScanVersions(
    const Reader& reader, Table table, std::string_view begin_id,
    const std::function<bool(std::string_view id, const Version&)>& visit);

// The last revision durable at `instant_ms`; 0 if the store was empty then.
absl::StatusOr<uint64_t> RevisionAt(const Reader& reader, int64_t instant_ms);

// Where a change puts its records: the ledger ties each to a leaf.
class StateWriter {
 public:
  virtual ~StateWriter() = default;
  virtual absl::Status Put(Table table, std::string_view id,
                           std::string_view payload) = 0;
};

}  // namespace talentcard::store

#endif  // TALENTCARD_SERVICES_STORE_VERSIONS_H_
