#ifndef TALENTCARD_SERVICES_RESTORE_ORDER_H_
#define TALENTCARD_SERVICES_RESTORE_ORDER_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "services/ledger/succession.h"
#include "services/store/master_key.h"

// What people sign before a database that lost acknowledged entries is served
// again: a signed note (C2SP signed-note), a text of six lines.
namespace talentcard::restore {

struct Order {
  // The name of the log from now on, and how far it had come under the last.
  ledger::Genesis genesis;
  // What is left of it.
  uint64_t size = 0;
  ledger::Hash root{};
  std::string reason;  // One line.

  // Ends in a newline.
  std::string Text() const;
  // kInvalidArgument unless Text gives exactly this.
  static absl::StatusOr<Order> Parse(std::string_view text);
};

// Adds the signature of one person, `staff/wang`, to the text of an order or to
// an order that others signed. kInvalidArgument if it is none, or the name is
// none.
absl::StatusOr<std::string> Sign(std::string_view order, std::string_view staff,
                                 const store::SecretKey& key);

struct SignedOrder {
  Order order;
  // Who signed it; a signature by a key that is not theirs counts for nothing.
  std::set<std::string> staff;
};
// `key_of`: the public key of a person; nullopt if none is known.
// kInvalidArgument if the note is no order.
absl::StatusOr<SignedOrder> ReadSigned(
    std::string_view note,
    const std::function<absl::StatusOr<std::optional<std::string>>(
        std::string_view staff)>& key_of);

}  // namespace talentcard::restore

#endif  // TALENTCARD_SERVICES_RESTORE_ORDER_H_
