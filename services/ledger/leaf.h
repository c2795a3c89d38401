#ifndef TALENTCARD_SERVICES_LEDGER_LEAF_H_
#define TALENTCARD_SERVICES_LEDGER_LEAF_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "services/ledger/merkle.h"

namespace talentcard::ledger {

enum class LeafKind : uint8_t {
  kIssue = 1,
  kGrant = 2,
  kDeny = 3,
  kRevoke = 4,
  kSuspend = 5,
  kRuleSet = 6,
  kKey = 7,
  kErasure = 8,
  kSuccessor = 9,
  kChange = 10,       // Any other change of a record.
  kBatchAnswer = 11,  // Up to 256 answers; `facts` is their tree's root.
};

std::string_view KindName(LeafKind kind);

// One leaf of the log, version 1. It commits to people and facts and shows
// neither. Layout, big-endian:
//
//   offset length
//        0      1  version 1
//        1      1  kind
//        2      8  time, milliseconds since 1970
//       10      4  service class (which service, not which desk)
//       14      4  decision code (v1.Outcome; 0 for a change)
//       18     32  SHA-256 of the rule bundle that decided
//       50     32  subject = SHA-256(0x10, salt, person)
//       82     32  facts = SHA-256(0x11, salt, facts), or a batch's root
//      114     32  state = SHA-256(0x12, salt, records written)
//      146    2+n  length and bytes of registered public attributes
struct Leaf {
  LeafKind kind = LeafKind::kChange;
  uint64_t time_ms = 0;
  uint32_t service_class = 0;
  uint32_t decision_code = 0;
  Hash bundle{};
  Hash subject{};
  Hash facts{};
  Hash state{};
  std::string extension;

  std::string Encode() const;
  // kInvalidArgument unless Encode gives exactly these bytes.
  static absl::StatusOr<Leaf> Parse(std::string_view bytes);

  friend bool operator==(const Leaf&, const Leaf&) = default;
};

// SHA-256(tag ‖ salt ‖ data).
enum class CommitmentTag : uint8_t {
  kSubject = 0x10,
  kFacts = 0x11,
  kState = 0x12,
  kAnswer = 0x13,
};
Hash Commit(CommitmentTag tag, const Hash& salt, std::string_view data);

}  // namespace talentcard::ledger

#endif  // TALENTCARD_SERVICES_LEDGER_LEAF_H_
