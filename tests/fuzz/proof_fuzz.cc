// What is read as a proof or a checkpoint is written the same again, and is
// never taken for one by this log.
#include <cstdlib>

#include "services/ledger/leaf.h"
#include "services/ledger/proof.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace talentcard::ledger;
  static const NoteVerifier* const log = [] {
    talentcard::store::SecretKey seed;
    seed.bytes.fill(7);
    return new NoteVerifier(NoteSigner("fuzz.example/log", seed).verifier());
  }();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto proof = TlogProof::Parse(text);
  if (proof.ok()) {
    if (proof->Format() != text) abort();
    if (VerifyProof(*proof, "leaf", *log).ok()) abort();
  }
  const auto head = Checkpoint::Parse(text);
  // Extension lines may follow.
  if (head.ok() && text.substr(0, head->Body().size()) != head->Body()) abort();
  (void)log->Open(text);
  (void)NoteVerifier::Parse(text);
  (void)Frontier::Parse(text);
  (void)Leaf::Parse(text);
  return 0;
}
