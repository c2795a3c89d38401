// Any bytes: a tree, or a mistake that says why not.
#include <cstdlib>

#include "engine/cel/parser.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace talentcard::cel;
  const std::string_view source(reinterpret_cast<const char*>(data), size);
  for (const Libraries& libraries : {kPolicyLibraries, Libraries::All()}) {
    std::vector<Issue> issues;
    const AstPtr tree = Parse(source, Limits(), libraries, issues);
    if ((tree == nullptr) != !issues.empty()) std::abort();
  }
  return 0;
}
