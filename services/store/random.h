#ifndef TALENTCARD_SERVICES_STORE_RANDOM_H_
#define TALENTCARD_SERVICES_STORE_RANDOM_H_

#include <cstdint>
#include <mutex>
#include <span>
#include <string>

namespace talentcard::store {

// Where unpredictable bytes come from. Thread-safe.
class Random {
 public:
  virtual ~Random() = default;
  virtual void Fill(std::span<uint8_t> out) = 0;

  // 32 lower-case hexadecimal digits: an id nobody can guess.
  std::string NewId();
};

// The operating system's, through OpenSSL. Ends the process if it fails: there
// is no safe way to go on without it.
class SystemRandom : public Random {
 public:
  void Fill(std::span<uint8_t> out) override;
};

// The same bytes for the same seed. For tests and rehearsals only.
class SeededRandom : public Random {
 public:
  explicit SeededRandom(uint64_t seed) : state_(seed) {}
  void Fill(std::span<uint8_t> out) override;

 private:
  std::mutex mutex_;
  uint64_t state_;
};

}  // namespace talentcard::store

#endif  // TALENTCARD_SERVICES_STORE_RANDOM_H_
