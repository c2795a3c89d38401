// No text but the issuer's own is green. The input is Base45 of what follows
// the prefix, so that mutations reach beyond the first steps; its first byte
// chooses the prefix.
#include <cstdlib>

#include "tests/engine/code/issuing.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace talentcard::code;
  static const World world;
  static const std::string online = world.Online();
  static const std::string offline = world.Offline(10);
  if (size == 0) return 0;
  const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  std::string text = OnlineCode(bytes);
  if (data[0] % 2 == 1) text[2] = '2';
  const Verdict verdict = Judge(text, world.DeskAt(kNow), nullptr);
  const bool issued = text == online || text == offline;
  if (verdict.colour() == Colour::kGreen && !issued) abort();
  if (verdict.claims && WriteClaims(*verdict.claims).empty()) abort();
  return 0;
}
