// Status arrays unpack within their bound; what was not signed does not open.
#include <cstdlib>

#include "tests/engine/code/issuing.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace talentcard::code;
  static const World world;
  static const std::string mine =
      SignStatusList(world.lists[0], *world.statuses);
  constexpr size_t kMost = 65536;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (OpenStatusList(bytes, world.keys).ok() && bytes != mine) abort();
  const auto map = ReadCbor(bytes);
  if (!map.ok()) return 0;
  const auto array = ReadStatusArray(*map, kMost);
  if (array.ok() && array->bytes().size() > kMost) abort();
  return 0;
}
