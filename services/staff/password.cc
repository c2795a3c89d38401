#include "services/staff/password.h"

#include <argon2.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/status_macros.h"

namespace talentcard::staff {
namespace {

// The least that OWASP's Password Storage Cheat Sheet asks of argon2id.
constexpr uint32_t kPasses = 2;
constexpr uint32_t kMemoryKib = 19 * 1024;
constexpr uint32_t kLanes = 1;
constexpr size_t kSaltBytes = 16;
constexpr size_t kHashBytes = 32;

constexpr size_t kShortest = 12;
constexpr size_t kLongest = 128;

}  // namespace

std::string PasswordMistake(std::string_view password, std::string_view staff) {
  // Of UTF-8, which a protobuf string is: bytes that begin a character.
  const auto characters = static_cast<size_t>(std::count_if(
      password.begin(), password.end(),
      [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
  if (characters < kShortest || characters > kLongest)
    return absl::StrCat("has ", kShortest, " to ", kLongest,
                        " characters; four words are a good one");
  const std::string_view name = staff.substr(staff.find('/') + 1);
  if (!name.empty() && absl::StrContains(absl::AsciiStrToLower(A(password)),
                                         absl::AsciiStrToLower(A(name))))
    return "does not contain your own name";
  return "";
}

std::string HashPassword(std::string_view password, store::Random& random) {
  std::array<uint8_t, kSaltBytes> salt;
  random.Fill(salt);
  std::string encoded(argon2_encodedlen(kPasses, kMemoryKib, kLanes, kSaltBytes,
                                        kHashBytes, Argon2_id),
                      '\0');
  const int result = argon2id_hash_encoded(
      kPasses, kMemoryKib, kLanes, password.data(), password.size(),
      salt.data(), salt.size(), kHashBytes, encoded.data(), encoded.size());
  if (result != ARGON2_OK) std::abort();  // Out of memory.
  encoded.resize(encoded.find('\0'));
  return encoded;
}

bool IsPassword(std::string_view password, const std::string& encoded) {
  return argon2id_verify(encoded.c_str(), password.data(), password.size()) ==
         ARGON2_OK;
}

HashingPlaces::Place::~Place() {
  const std::lock_guard lock(places_.mutex_);
  places_.taken_.erase(who_);
}

std::unique_ptr<const HashingPlaces::Place> HashingPlaces::Take(
    std::string_view who) {
  const std::lock_guard lock(mutex_);
  if (taken_.size() >= kMost || !taken_.insert(std::string(who)).second)
    return nullptr;
  return std::make_unique<const Place>(*this, std::string(who));
}

}  // namespace talentcard::staff
