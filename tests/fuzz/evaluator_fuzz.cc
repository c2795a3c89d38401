// Any program runs to an end within its budgets, twice to the same, and what is
// definite stays so when explored.
#include <cstdlib>

#include "engine/cel/compile.h"
#include "engine/cel/evaluate.h"
#include "tests/fuzz/settings.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace talentcard::cel;
  static Settings* const settings = new Settings();
  const std::string_view source(reinterpret_cast<const char*>(data), size);
  for (const bool checked : {true, false}) {
    settings->environment.checked = checked;
    std::vector<Issue> issues;
    const auto program = Compile(settings->environment, source, Type(), issues);
    if (!program) continue;
    const Activation activation{settings->values, &settings->unknown};
    const Value value = Evaluate(*program, activation);
    if (value.ToString() != Evaluate(*program, activation).ToString())
      std::abort();
    const Value explored = Explore(*program, activation);
    if (!value.is_unknown() && explored.kind() != value.kind()) std::abort();
  }
  return 0;
}
