// Any source: a program whose nodes follow their operands, or mistakes; with
// types checked, and left for when it is run.
#include <cstdlib>

#include "engine/cel/compile.h"
#include "tests/fuzz/settings.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace talentcard::cel;
  static Settings* const settings = new Settings();
  const std::string_view source(reinterpret_cast<const char*>(data), size);
  for (const bool checked : {true, false}) {
    settings->environment.checked = checked;
    std::vector<Issue> issues;
    const auto program = Compile(settings->environment, source, Type(), issues);
    if ((program == nullptr) != !issues.empty()) std::abort();
    if (!program) continue;
    for (int i = 0; i < static_cast<int>(program->nodes().size()); ++i) {
      for (const int part : program->nodes()[i].parts) {
        if (part < 0 || part >= i) std::abort();
      }
    }
  }
  return 0;
}
