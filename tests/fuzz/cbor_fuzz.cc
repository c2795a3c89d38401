// What is read as CBOR is written the same again.
#include <cstdlib>

#include "tests/engine/code/rewritten.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto item = talentcard::code::ReadCbor(bytes);
  if (item.ok() && talentcard::code::Rewritten(*item) != bytes) abort();
  return 0;
}
