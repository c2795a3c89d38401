// code_seeds DIRECTORY: what the fuzz targets of codes begin with, a folder for
// each.
#include <filesystem>
#include <fstream>
#include <iostream>

#include "engine/code/base45.h"
#include "services/ledger/leaf.h"
#include "services/ledger/proof.h"
#include "tests/engine/code/issuing.h"

namespace {

// A proof and its parts, all by another log than the target's.
template <typename Seed>
void SeedProofs(const Seed& seed) {
  using namespace talentcard::ledger;
  talentcard::store::SecretKey key;
  key.bytes.fill(9);
  const NoteSigner signer("fuzz.example/log", key);
  Frontier tree;
  tree.Append(HashLeaf("leaf"));
  tree.Append(HashLeaf("another"));
  const Checkpoint head{"fuzz.example/log", 2, tree.Root()};
  const TlogProof proof{
      "{}", 0, {HashLeaf("another")}, signer.Sign(head.Body())};
  seed("proof", "proof", proof.Format());
  seed("proof", "note", proof.checkpoint);
  seed("proof", "checkpoint", head.Body());
  seed("proof", "key", signer.verifier().ToString());
  seed("proof", "frontier", tree.Serialise());
  seed("proof", "leaf", Leaf{}.Encode());
}

}  // namespace

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
  SeedProofs(seed);
  return 0;
}
