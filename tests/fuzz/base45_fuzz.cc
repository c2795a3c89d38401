// What is read as Base45 is written the same again.
#include <cstdlib>

#include "engine/code/base45.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto bytes = talentcard::code::DecodeBase45(text, 512);
  if (bytes.ok() && talentcard::code::EncodeBase45(*bytes) != text) abort();
  return 0;
}
