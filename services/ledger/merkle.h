#ifndef TALENTCARD_SERVICES_LEDGER_MERKLE_H_
#define TALENTCARD_SERVICES_LEDGER_MERKLE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "engine/digest/sha256.h"

// The hash tree of RFC 6962 section 2.1, as values: no storage.
namespace talentcard::ledger {

using Hash = Sha256Hash;

Hash HashLeaf(std::string_view leaf);                // SHA-256(0x00 ‖ leaf)
Hash HashNode(const Hash& left, const Hash& right);  // SHA-256(0x01 ‖ l ‖ r)
Hash EmptyRoot();                                    // SHA-256("")

// The roots of the largest perfect subtrees, left to right: enough to append
// and to give the root.
class Frontier {
 public:
  uint64_t size() const { return size_; }
  void Append(const Hash& leaf_hash);
  Hash Root() const;

  // Size (8 bytes, big-endian), then the hashes.
  std::string Serialise() const;
  // The frontier of `size` leaves whose perfect subtrees have these roots, the
  // largest first; nullopt if that is another number than `size` has.
  static std::optional<Frontier> Of(uint64_t size, std::vector<Hash> hashes);
  // nullopt unless the bytes are exactly what Serialise gives.
  static std::optional<Frontier> Parse(std::string_view bytes);

  friend bool operator==(const Frontier&, const Frontier&) = default;

 private:
  uint64_t size_ = 0;
  std::vector<Hash> hashes_;  // Largest subtree first.
};

// OK if `proof` shows that the leaf is at `index` of the tree of `size` with
// `root`.
absl::Status VerifyInclusion(uint64_t index, uint64_t size,
                             const Hash& leaf_hash,
                             const std::vector<Hash>& proof, const Hash& root);

// OK if `proof` shows that the tree of `to` leaves extends the one of `from`.
absl::Status VerifyConsistency(uint64_t from, uint64_t to,
                               const std::vector<Hash>& proof,
                               const Hash& from_root, const Hash& to_root);
// The same of roots as they came. Two trees of one size need only one root,
// whatever its bytes: nothing is hashed (RFC 6962 section 2.1.2).
absl::Status VerifyConsistency(uint64_t from, uint64_t to,
                               const std::vector<Hash>& proof,
                               std::string_view from_root,
                               std::string_view to_root);

}  // namespace talentcard::ledger

#endif  // TALENTCARD_SERVICES_LEDGER_MERKLE_H_
