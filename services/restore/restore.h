#ifndef TALENTCARD_SERVICES_RESTORE_RESTORE_H_
#define TALENTCARD_SERVICES_RESTORE_RESTORE_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "engine/policy/policy.h"
#include "services/ledger/anchor.h"
#include "services/restore/order.h"
#include "services/store/sealing.h"
#include "services/store/writer.h"

namespace talentcard::restore {

inline constexpr size_t kPeople = 2;

// The order that lets this copy be served under a new name, unsigned.
// `remembered` is the anchor's; without one nothing is known to be missing.
// kFailedPrecondition if there is nothing to order: the copy misses nothing, or
// is no older copy of what is remembered. kInvalidArgument if the name or the
// reason is none.
absl::StatusOr<Order> OrderFor(const store::Reader& copy,
                               const std::optional<ledger::Anchor>& remembered,
                               const std::string& origin,
                               const std::string& reason);

// What is restored and by what; all outlive the call.
struct Copy {
  store::Database& database;  // Not anchored: it would not open.
  store::Writer& writer;      // Of it.
  const store::Vault& vault;
  ledger::AnchorFile& anchor;
  const ledger::NoteSigner& log;  // Under the new name.
  const policy::Policy& policy;   // In force in the copy.
  uint64_t now_ms = 0;
};

// Carries out an order: the log goes on under its new name with a leaf that
// holds the order, is signed, and the anchor remembers the copy from then on.
// Interrupted, it is done again with the same order.
//
// kFailedPrecondition unless the order is of exactly this copy and anchor and
// two people signed it with the keys of their rulings, each with an account
// that may (access.yaml, `restored_by`), if there are accounts.
absl::Status Restore(const Copy& copy, std::string_view signed_order);

// Of the people who signed an order on record, those whose signature holds.
absl::StatusOr<SignedOrder> ReadSigned(const store::Reader& reader,
                                       std::string_view note);

}  // namespace talentcard::restore

#endif  // TALENTCARD_SERVICES_RESTORE_RESTORE_H_
