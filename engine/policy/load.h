#ifndef TALENTCARD_ENGINE_POLICY_LOAD_H_
#define TALENTCARD_ENGINE_POLICY_LOAD_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/policy/mistake.h"
#include "engine/policy/policy.h"

namespace talentcard::policy {

inline constexpr size_t kMostFiles = 1000;
inline constexpr size_t kLargestFile = 256 << 10;  // Bytes.

struct LoadResult {
  std::shared_ptr<const Policy> policy;  // Null if there is any mistake.
  // All of them, in order of place; after kMostMistakes one says that there are
  // more.
  std::vector<Mistake> mistakes;
};

// Loads a bundle (path → content), all or nothing. `cases/` and README files
// are part of the bundle and not read here. Safe on hostile files.
LoadResult Load(const std::map<std::string, std::string>& files);

}  // namespace talentcard::policy

#endif  // TALENTCARD_ENGINE_POLICY_LOAD_H_
