// Any file of a bundle: a policy, or mistakes that say why not. The first line
// is the path of the file, the rest its content.
#include <cstdlib>
#include <string>

#include "engine/policy/load.h"
#include "tests/engine/bundle.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace talentcard;
  static const auto* const bundle =
      new testing_bundle::Files(testing_bundle::BundleFiles());
  const std::string input(reinterpret_cast<const char*>(data), size);
  const size_t line = input.find('\n');
  if (line == std::string::npos) return 0;
  testing_bundle::Files files = *bundle;
  files[input.substr(0, line)] = input.substr(line + 1);
  const policy::LoadResult result = policy::Load(files);
  if ((result.policy == nullptr) != !result.mistakes.empty()) std::abort();
  return 0;
}
