#ifndef TALENTCARD_SERVICES_STORE_TRANSACTION_H_
#define TALENTCARD_SERVICES_STORE_TRANSACTION_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "services/store/database.h"

namespace talentcard::store {

// A change in the making: reads see the latest durable state, everything the
// transactions before it in the same group wrote, and what it wrote itself.
// Used on the writer's thread only, inside the body given to Writer::Submit.
class Transaction : public Reader {
 public:
  virtual void Put(std::string_view key, std::string_view value) = 0;
  virtual void Delete(std::string_view key) = 0;
  // The store revision this transaction will have: one more than the
  // transaction before it. Revision 0 is the empty store.
  virtual uint64_t revision() const = 0;
};

}  // namespace talentcard::store

#endif  // TALENTCARD_SERVICES_STORE_TRANSACTION_H_
