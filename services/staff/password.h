#ifndef TALENTCARD_SERVICES_STAFF_PASSWORD_H_
#define TALENTCARD_SERVICES_STAFF_PASSWORD_H_

#include <cstddef>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "services/store/random.h"

namespace talentcard::staff {

// What is wrong with it, in words for the person who chose it; empty if it has
// 12 to 128 characters and does not contain the account's own name.
std::string PasswordMistake(std::string_view password, std::string_view staff);

// argon2id (RFC 9106) with a salt of 16 bytes, in its encoded form. Takes 19
// MiB and some tens of milliseconds: never on the writer's thread, and few at
// once.
std::string HashPassword(std::string_view password, store::Random& random);
// False also if the encoded form is none.
bool IsPassword(std::string_view password, const std::string& encoded);

// Who may hash now: a few at once, and nobody two, so that passwords never take
// all processors and memory. Thread-safe.
class HashingPlaces {
 public:
  static constexpr size_t kMost = 4;

  // Gives up its place when it is destroyed.
  class Place {
   public:
    Place(HashingPlaces& places, std::string who)
        : places_(places), who_(std::move(who)) {}
    ~Place();
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

   private:
    HashingPlaces& places_;
    const std::string who_;
  };
  // Null if there is none now. The places must outlive it.
  std::unique_ptr<const Place> Take(std::string_view who);

 private:
  std::mutex mutex_;
  std::set<std::string> taken_;
};

}  // namespace talentcard::staff

#endif  // TALENTCARD_SERVICES_STAFF_PASSWORD_H_
