#include "services/store/random.h"

#include <openssl/rand.h>

#include <array>
#include <cstdlib>

#include "absl/strings/escaping.h"

namespace talentcard::store {

std::string Random::NewId() {
  std::array<uint8_t, 16> bytes;
  Fill(bytes);
  return absl::BytesToHexString(absl::string_view(
      reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

void SystemRandom::Fill(std::span<uint8_t> out) {
  if (RAND_bytes(out.data(), static_cast<int>(out.size())) != 1) std::abort();
}

// SplitMix64.
void SeededRandom::Fill(std::span<uint8_t> out) {
  const std::lock_guard lock(mutex_);
  uint64_t word = 0;
  for (size_t i = 0; i < out.size(); ++i) {
    if (i % 8 == 0) {
      word = (state_ += 0x9E3779B97F4A7C15);
      word = (word ^ (word >> 30)) * 0xBF58476D1CE4E5B9;
      word = (word ^ (word >> 27)) * 0x94D049BB133111EB;
      word ^= word >> 31;
    }
    out[i] = static_cast<uint8_t>(word >> (8 * (i % 8)));
  }
}

}  // namespace talentcard::store
