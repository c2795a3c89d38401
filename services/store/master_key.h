#ifndef TALENTCARD_SERVICES_STORE_MASTER_KEY_H_
#define TALENTCARD_SERVICES_STORE_MASTER_KEY_H_

#include <array>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "services/store/random.h"

namespace talentcard::store {

// 32 secret bytes, wiped when they go. Cannot be printed.
class SecretKey {
 public:
  SecretKey() = default;
  SecretKey(const SecretKey&) = default;
  SecretKey& operator=(const SecretKey&) = default;
  ~SecretKey();
  std::array<uint8_t, 32> bytes{};
};

// Reads the master key from a file outside the database directory, creating it
// (mode 0400) if there is none. kFailedPrecondition if the file is a link, has
// another size, or can be read by anybody but its owner.
absl::StatusOr<SecretKey> LoadOrCreateMasterKey(const std::string& path,
                                                Random& random);
// The same, kNotFound if there is none.
absl::StatusOr<SecretKey> LoadMasterKey(const std::string& path);

}  // namespace talentcard::store

#endif  // TALENTCARD_SERVICES_STORE_MASTER_KEY_H_
