#ifndef TALENTCARD_SERVICES_LEDGER_COSIGNATURE_H_
#define TALENTCARD_SERVICES_LEDGER_COSIGNATURE_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/ledger/note.h"

// A witness's word that, at a time, a checkpoint was of the largest tree it had
// seen of the log (c2sp.org/tlog-cosignature, Ed25519).
namespace talentcard::ledger {

struct Cosignature {
  absl::Time time;  // To the second.
  NoteSignature signature;
};

// The public half, printed as `name+hash+base64`.
class CosignatureVerifier {
 public:
  // kInvalidArgument unless it is a well-formed key of a witness.
  static absl::StatusOr<CosignatureVerifier> Parse(std::string_view key);
  explicit CosignatureVerifier(NoteKey key) : key_(std::move(key)) {}

  const NoteKey& key() const { return key_; }

  // The first cosignature of the note by this witness that holds.
  // kInvalidArgument if none does.
  absl::StatusOr<Cosignature> Find(std::string_view note) const;

 private:
  NoteKey key_;
};

class Cosigner {
 public:
  // `name` must be one (IsKeyName).
  Cosigner(std::string name, const store::SecretKey& seed);

  // The line, newline included, that cosigns a checkpoint with this body.
  std::string Cosign(std::string_view body, absl::Time time) const;
  const CosignatureVerifier& verifier() const { return verifier_; }

 private:
  Ed25519Key key_;
  CosignatureVerifier verifier_;
};

}  // namespace talentcard::ledger

#endif  // TALENTCARD_SERVICES_LEDGER_COSIGNATURE_H_
