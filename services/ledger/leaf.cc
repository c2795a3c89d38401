#include "services/ledger/leaf.h"

#include <algorithm>

#include "services/store/keys.h"

namespace talentcard::ledger {
namespace {

constexpr size_t kFixed = 148;

void Append32(uint32_t n, std::string& out) {
  for (int shift = 24; shift >= 0; shift -= 8)
    out += static_cast<char>(n >> shift);
}

uint32_t Read32(std::string_view bytes, size_t offset) {
  uint32_t n = 0;
  for (size_t i = 0; i < 4; ++i)
    n = (n << 8) | static_cast<uint8_t>(bytes[offset + i]);
  return n;
}

Hash ReadHash(std::string_view bytes, size_t offset) {
  Hash hash;
  std::copy_n(bytes.begin() + offset, hash.size(), hash.begin());
  return hash;
}

}  // namespace

std::string_view KindName(LeafKind kind) {
  switch (kind) {
    case LeafKind::kIssue:
      return "ISSUE";
    case LeafKind::kGrant:
      return "GRANT";
    case LeafKind::kDeny:
      return "DENY";
    case LeafKind::kRevoke:
      return "REVOKE";
    case LeafKind::kSuspend:
      return "SUSPEND";
    case LeafKind::kRuleSet:
      return "RULE_SET";
    case LeafKind::kKey:
      return "KEY";
    case LeafKind::kErasure:
      return "ERASURE";
    case LeafKind::kSuccessor:
      return "SUCCESSOR";
    case LeafKind::kChange:
      return "CHANGE";
    case LeafKind::kBatchAnswer:
      return "BATCH_ANSWER";
  }
  return "UNKNOWN";
}

std::string Leaf::Encode() const {
  std::string out;
  out.reserve(kFixed + extension.size());
  out += '\x01';
  out += static_cast<char>(kind);
  store::AppendNumber(time_ms, out);
  Append32(service_class, out);
  Append32(decision_code, out);
  for (const Hash* hash : {&bundle, &subject, &facts, &state})
    out += AsBytes(*hash);
  out += static_cast<char>(extension.size() >> 8);
  out += static_cast<char>(extension.size());
  out += extension;
  return out;
}

absl::StatusOr<Leaf> Leaf::Parse(std::string_view bytes) {
  const bool shaped =
      bytes.size() >= kFixed && bytes[0] == '\x01' && bytes[1] >= 1 &&
      bytes[1] <= static_cast<char>(LeafKind::kBatchAnswer) &&
      bytes.size() - kFixed ==
          static_cast<size_t>(static_cast<uint8_t>(bytes[146]) << 8 |
                              static_cast<uint8_t>(bytes[147]));
  if (!shaped) return absl::InvalidArgumentError("not a leaf of version 1");
  return Leaf{static_cast<LeafKind>(bytes[1]),
              store::ReadNumber(bytes, 2),
              Read32(bytes, 10),
              Read32(bytes, 14),
              ReadHash(bytes, 18),
              ReadHash(bytes, 50),
              ReadHash(bytes, 82),
              ReadHash(bytes, 114),
              std::string(bytes.substr(kFixed))};
}

Hash Commit(CommitmentTag tag, const Hash& salt, std::string_view data) {
  const char byte = static_cast<char>(tag);
  return Sha256({std::string_view(&byte, 1), AsBytes(salt), data});
}

}  // namespace talentcard::ledger
