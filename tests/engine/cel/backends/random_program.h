#ifndef TALENTCARD_TESTS_ENGINE_CEL_BACKENDS_RANDOM_PROGRAM_H_
#define TALENTCARD_TESTS_ENGINE_CEL_BACKENDS_RANDOM_PROGRAM_H_

#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "chengzhou/talentcard/v1/conditions.pb.h"
#include "engine/cel/environment.h"
#include "engine/cel/evaluate.h"
#include "engine/cel/program.h"

namespace talentcard::cel {

namespace v1 = chengzhou::talentcard::v1;

// Typed expressions at random over one environment, as text, and facts at
// random for it: plain ones near the edges of their types, unknowns, errors,
// nulls. The same seed gives the same.
class RandomPrograms {
 public:
  explicit RandomPrograms(uint64_t seed);

  const Environment& environment() const { return environment_; }
  // Slots that are the same in all facts of one RandomPrograms.
  const std::map<int, Value>& fixed() const { return fixed_; }

  // A condition that compiles.
  std::shared_ptr<const Program> Condition();
  // A program that gives a string.
  std::shared_ptr<const Program> Choice();

  struct Facts {
    std::vector<Value> variables;
    std::set<std::string, std::less<>> unknown;
    std::unique_ptr<v1::PersonView> holder;

    Activation activation() const { return {variables, &unknown, {}}; }
  };
  // `odd`: some are unknown, errors or null.
  Facts NextFacts(bool odd);

 private:
  int Below(int n) { return static_cast<int>(random_() % n); }
  bool Chance(int percent) { return Below(100) < percent; }
  template <typename T>
  const T& OneOf(const std::vector<T>& all) {
    return all[Below(static_cast<int>(all.size()))];
  }

  std::string Bool(int depth);
  std::string BoolAtom(int depth);
  std::string Comparison(int depth);
  std::string Int(int depth);
  std::string Uint(int depth);
  std::string Double(int depth);
  std::string String(int depth);
  std::string Date(int depth);
  std::string Strings();
  std::string Literal(Type::Kind kind);
  std::shared_ptr<const Program> Compiled(const std::string& source,
                                          const Type& type);
  Value Plain(const Type& type);

  std::mt19937_64 random_;
  Environment environment_;
  std::vector<Type> types_;
  std::map<int, Value> fixed_;
};

}  // namespace talentcard::cel

#endif  // TALENTCARD_TESTS_ENGINE_CEL_BACKENDS_RANDOM_PROGRAM_H_
