#ifndef TALENTCARD_TESTS_ENGINE_DECISION_RANDOM_WORLD_H_
#define TALENTCARD_TESTS_ENGINE_DECISION_RANDOM_WORLD_H_

#include <cstdint>
#include <random>
#include <string>
#include <utility>

#include "tests/engine/decision/people.h"

// People with whatever facts, relations, cards and uses, and questions about
// them; the same for the same seed.
namespace talentcard::decision {

class Dice {
 public:
  explicit Dice(uint64_t seed) : random_(seed) {}
  int Below(int n) {
    return static_cast<int>(random_() % static_cast<uint64_t>(n));
  }
  bool OneIn(int n) { return Below(n) == 0; }
  std::string Day(const char* from, int within) {
    return decision::Day(from).AddDays(Below(within)).ToString();
  }
  template <typename List>
  void Shuffle(List& list) {
    for (int i = static_cast<int>(list.size()) - 1; i > 0; --i)
      std::swap(list[i], list[Below(i + 1)]);
  }
  template <typename List>
  void ShuffleRepeated(List* list) {
    for (int i = list->size() - 1; i > 0; --i)
      list->SwapElements(i, Below(i + 1));
  }

 private:
  std::mt19937_64 random_;
};

// TALENTCARD_SEED, or a seed of ours.
uint64_t FirstSeed();
// Three people.
World RandomWorld(Dice& dice);
Question RandomQuestion(Dice& dice);

}  // namespace talentcard::decision

#endif  // TALENTCARD_TESTS_ENGINE_DECISION_RANDOM_WORLD_H_
