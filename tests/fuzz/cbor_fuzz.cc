// What is read as CBOR is written the same again.
#include <cstdlib>

#include "engine/code/cbor.h"

namespace talentcard::code {
namespace {

std::string Rewritten(const Cbor& item) {
  std::vector<std::string> inner;
  for (const Cbor& i : item.items) inner.push_back(Rewritten(i));
  std::vector<std::pair<std::string, std::string>> pairs;
  switch (item.kind) {
    case Cbor::Kind::kInteger:
      return CborInteger(item.integer);
    case Cbor::Kind::kBytes:
      return CborBytes(item.string);
    case Cbor::Kind::kText:
      return CborText(item.string);
    case Cbor::Kind::kArray:
      return CborArray(inner);
    case Cbor::Kind::kTag:
      return CborTag(static_cast<uint64_t>(item.integer), inner[0]);
    case Cbor::Kind::kMap:
      for (size_t i = 0; i < inner.size(); i += 2)
        pairs.emplace_back(inner[i], inner[i + 1]);
      return CborMap(pairs);
  }
  return "";
}

}  // namespace
}  // namespace talentcard::code

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto item = talentcard::code::ReadCbor(bytes);
  if (item.ok() && talentcard::code::Rewritten(*item) != bytes) abort();
  return 0;
}
