#ifndef TALENTCARD_TOOLS_BENCH_ENGINE_WORKLOAD_H_
#define TALENTCARD_TOOLS_BENCH_ENGINE_WORKLOAD_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/cel/type.h"
#include "engine/cel/value.h"

namespace talentcard::bench {

// Holders of the neutral workload and what its reference decides for them.
struct Workload {
  std::vector<std::vector<cel::Value>> holders;  // Facts by slot.
  std::string expected;  // Lines of kLine bytes, one a holder.
  std::string hash;      // FNV-1a 64 of them, as the workload says it.
};
inline constexpr size_t kLine = 15;
inline constexpr int kEntitlements = 12;

// Reads holders.tsv, expected.txt and expected.json of `directory`. Facts that
// it has no column for are empty strings.
absl::StatusOr<Workload> ReadWorkload(
    const std::string& directory,
    const std::vector<std::pair<std::string, cel::Type>>& facts);

// FNV-1a 64 in hexadecimal.
std::string HashOf(const std::string& text);

}  // namespace talentcard::bench

#endif  // TALENTCARD_TOOLS_BENCH_ENGINE_WORKLOAD_H_
