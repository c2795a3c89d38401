#ifndef TALENTCARD_TESTS_ENGINE_CODE_REWRITTEN_H_
#define TALENTCARD_TESTS_ENGINE_CODE_REWRITTEN_H_

#include <string>
#include <utility>
#include <vector>

#include "engine/code/cbor.h"

namespace talentcard::code {

// Writes an item again from what was read.
inline std::string Rewritten(const Cbor& item) {
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

}  // namespace talentcard::code

#endif  // TALENTCARD_TESTS_ENGINE_CODE_REWRITTEN_H_
