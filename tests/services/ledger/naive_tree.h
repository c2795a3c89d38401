#ifndef TALENTCARD_TESTS_SERVICES_LEDGER_NAIVE_TREE_H_
#define TALENTCARD_TESTS_SERVICES_LEDGER_NAIVE_TREE_H_

#include <bit>
#include <span>
#include <vector>

#include "services/ledger/merkle.h"

// RFC 6962 section 2.1 word for word, slow and obviously right.
namespace talentcard::ledger {

inline Hash NaiveRoot(std::span<const Hash> leaves) {
  if (leaves.empty()) return EmptyRoot();
  if (leaves.size() == 1) return leaves[0];
  const size_t k = std::bit_floor(leaves.size() - 1);
  return HashNode(NaiveRoot(leaves.first(k)), NaiveRoot(leaves.subspan(k)));
}

inline std::vector<Hash> NaivePath(size_t m, std::span<const Hash> leaves) {
  if (leaves.size() == 1) return {};
  const size_t k = std::bit_floor(leaves.size() - 1);
  std::vector<Hash> path = m < k ? NaivePath(m, leaves.first(k))
                                 : NaivePath(m - k, leaves.subspan(k));
  path.push_back(m < k ? NaiveRoot(leaves.subspan(k))
                       : NaiveRoot(leaves.first(k)));
  return path;
}

inline std::vector<Hash> NaiveSubproof(size_t m, std::span<const Hash> leaves,
                                       bool whole) {
  if (m == leaves.size()) {
    return whole ? std::vector<Hash>{} : std::vector<Hash>{NaiveRoot(leaves)};
  }
  const size_t k = std::bit_floor(leaves.size() - 1);
  std::vector<Hash> proof =
      m <= k ? NaiveSubproof(m, leaves.first(k), whole)
             : NaiveSubproof(m - k, leaves.subspan(k), false);
  proof.push_back(m <= k ? NaiveRoot(leaves.subspan(k))
                         : NaiveRoot(leaves.first(k)));
  return proof;
}

}  // namespace talentcard::ledger

#endif  // TALENTCARD_TESTS_SERVICES_LEDGER_NAIVE_TREE_H_
