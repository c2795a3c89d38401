// code_seeds DIRECTORY: what the fuzz targets of codes begin with, a folder for
// each.
#include <filesystem>
#include <fstream>
#include <iostream>

#include "engine/code/base45.h"
#include "tests/engine/code/issuing.h"

int main(int argc, char** argv) {
  using namespace talentcard::code;
  if (argc != 2) {
    std::cerr << "usage: code_seeds DIRECTORY\n";
    return 2;
  }
  const auto seed = [&](const std::string& fuzzer, const std::string& name,
                        const std::string& bytes) {
    const std::string folder = std::string(argv[1]) + "/" + fuzzer;
    std::filesystem::create_directories(folder);
    std::ofstream(folder + "/" + name, std::ios::binary) << bytes;
  };
  const World world;
  const std::string online = SignCode(SomeClaims(), *world.codes);
  const std::string offline =
      SignCode(OfflineClaims(), *world.codes) +
      WriteStep(*HolderChain(OfflineClaims().id, kSeed).StepOf(10));
  const std::string statuses = SignStatusList(world.lists[0], *world.statuses);
  seed("base45", "online", world.Online().substr(4));
  seed("cbor", "online", online);
  seed("cbor", "claims", WriteClaims(OfflineClaims()));
  seed("cbor", "statuses", statuses);
  seed("code", "online", '\0' + online);
  seed("code", "offline", '\1' + offline);
  seed("code_lists", "statuses", statuses);
  seed("code_lists", "array", WriteStatusArray(world.lists[0].statuses));
  return 0;
}
